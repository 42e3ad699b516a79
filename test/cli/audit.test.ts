/** The audit as a command: what local commands leave in it, its forms, and what a change of the file looks like. */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';
import { Database } from '../../src/store/sqlite/driver.ts';
import { runCommand, scratchOfFile } from './harness.ts';

const scratch = scratchOfFile();
const env = { BAYESWATCH_DATA: scratch.path('data') };
const audit = (...flags: string[]) => runCommand(['audit', ...flags], { env });

beforeAll(async () => {
  const composition = await compose({ ...configOf(env), clock: { nowMs: Date.now }, onError() {} });
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
    expect((await audit('--verify')).stdout).toContain('broken at entry 1:');
  });
});
