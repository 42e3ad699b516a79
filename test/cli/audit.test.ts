/** The audit as a command: what local commands leave in it, its forms, and what a change of the file looks like. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import { compose } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { AuditRetention } from '../../src/services/audit-retention.ts';
import { Database } from '../../src/store/sqlite/driver.ts';
import { NOON_MS } from '../world.ts';
import { runCommand, scratchOfFile } from './harness.ts';

const scratch = scratchOfFile();
const env = { BAYESWATCH_DATA: scratch.path('data') };
const audit = (...flags: string[]) => runCommand(['audit', ...flags], { env });

beforeAll(async () => {
  const composition = await compose({ ...configOf(env), clock: SYSTEM_CLOCK, onError() {} });
  await composition.close();
  await runCommand(['keys', 'create', '--role', 'viewer', '--name', '=cmd|calc'], { env });
});

describe('audit', () => {
  it('tells what the program and local commands did, in order', async () => {
    const ran = await audit('--format', 'ndjson');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const entries = ran.stdout.trimEnd().split('\n');
    const by = `local:${userInfo().username}`;
    expect(entries.map(entry => JSON.parse(entry))).toMatchObject([
      {
        number: 1,
        site: 'default',
        by: 'start',
        from: 'local',
        action: 'key.make',
        details: { role: 'admin' },
      },
      { number: 2, by, from: 'local', action: 'key.make', outcome: 'done', details: { name: '=cmd|calc' } },
      { number: 3, by, from: 'local', action: 'audit.export', outcome: 'begun' },
    ]);
  });

  it('is CSV unless told otherwise', async () => {
    const { stdout } = await audit();
    expect(stdout).toMatch(/^site,number,at,by,from,[\w,]+\r\n"default",1,"20/);
    expect(stdout).toContain('"role=viewer name==cmd|calc"');
  });

  it('is whole as long as nobody changed it', async () => {
    const whole = await audit('--verify');
    expect(whole).toMatchObject({ code: 0, stderr: '' });
    expect(whole.stdout).toMatch(
      /^\d+ entries, each follows the one before; the last hash is [0-9a-f]{64}\n$/,
    );

    const database = new Database(join(scratch.path('data'), 'bayeswatch.sqlite'));
    database.exec(`UPDATE audit SET content = replace(content, 'viewer', 'ingest') WHERE number = 2`);
    expect(await audit('--verify')).toMatchObject({
      code: 1,
      stdout: 'the audit is broken at entry 2: it, or one before it, was changed or taken away\n',
    });
    database.exec(`UPDATE audit SET content = replace(content, 'ingest', 'viewer') WHERE number = 2`);
    expect((await audit('--verify')).code).toBe(0);
    database.exec('DELETE FROM audit WHERE number = 1');
    database.close();
    expect(await audit('--verify')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('broken at entry 2:'),
    });
  });

  it('is whole from its first entry on where the audit tells what is beyond the retention', async () => {
    const data = scratch.path('purged');
    const purgedEnv = { BAYESWATCH_DATA: data, BAYESWATCH_AUDIT_DAYS: '10' };
    let nowMs = NOON_MS;
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
    const { store, audit: log, ...opened } = await compose({ ...configOf(purgedEnv), clock, onError() {} });
    await opened.ensureAdminKey();
    const retention = new AuditRetention({ store, audit: log, clock, auditDays: 10 });
    await opened.services.createKey({ site: 'default', keyId: 'k' }, 'viewer', 'n');
    nowMs += 11 * DAY_MS;
    await retention.look('default');
    nowMs += HOUR_MS;
    expect(await retention.look('default')).toBe(1);
    await opened.close();

    const verify = (env = purgedEnv) => runCommand(['audit', '--verify'], { env });
    const whole = {
      code: 0,
      stdout: expect.stringMatching(
        /^\d entries from entry 2 on, each follows the one before; what was before is beyond the retention, as entry 3 tells; the last hash is [0-9a-f]{64}\n$/,
      ),
    };
    expect(await verify()).toMatchObject(whole);
    const restoredEnv = { ...purgedEnv, BAYESWATCH_DATA: scratch.path('restored') };
    const file = scratch.path('purged.tar');
    expect((await runCommand(['backup', file], { env: purgedEnv })).code).toBe(0);
    expect((await runCommand(['restore', file], { env: restoredEnv })).code).toBe(0);
    expect(await verify(restoredEnv)).toMatchObject(whole);

    const database = new Database(join(data, 'bayeswatch.sqlite'));
    database.exec('DELETE FROM audit WHERE number = 2');
    database.close();
    expect(await verify()).toMatchObject({
      code: 1,
      stdout: 'the audit is broken at entry 3: it, or one before it, was changed or taken away\n',
    });
  });
});
