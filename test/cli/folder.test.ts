/** Commands on a data folder: without a server, with keys of nobody, and beside a server that runs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import { compose } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';
import { runCommand, scratchOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();
const env = { BAYESWATCH_DATA: scratch.path('data') };
beforeAll(async () => {
  const composition = await compose({
    ...configOf(env),
    clock: SYSTEM_CLOCK,
    onError: error => {
      throw error;
    },
  });
  await composition.close();
});

describe('without a server', () => {
  it('a lost admin key is replaced', async () => {
    const made = await runCommand(['keys', 'create', '--role', 'admin'], { env });
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^bw_[a-z2-7]{12}_[a-z2-7]{32}\n$/);
    const composition = await compose({ ...configOf(env), clock: SYSTEM_CLOCK, onError() {} });
    expect(await composition.services.authenticate(made.stdout.trim())).toMatchObject({
      role: 'admin',
      site: 'default',
    });
    await composition.close();
  });

  it('the last admin key stays, and one that was revoked is told of wherever it is still configured', async () => {
    const own = { BAYESWATCH_DATA: scratch.path('own'), BAYESWATCH_ADMIN_KEY: 'correct-horse-battery' };
    const composition = await compose({ ...configOf(own), clock: SYSTEM_CLOCK, onError() {} });
    await composition.ensureAdminKey();
    const [first] = await composition.services.listKeys('default');
    await composition.close();
    const revoke = ['keys', 'revoke', first?.id ?? ''];
    const refused = await runCommand(revoke, { env: own });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('make another one first');
    expect(refused.stderr).not.toContain('127.0.0.1');
    await runCommand(['keys', 'create', '--role', 'admin'], { env: own });
    expect(await runCommand(revoke, { env: own })).toMatchObject({ code: 0, stderr: '' });
    const later = await runCommand(['keys', 'list'], { env: own });
    expect(later.code).toBe(0);
    expect(later.stderr).toContain(`BAYESWATCH_ADMIN_KEY is key ${first?.id}, which was revoked on `);
    const viewer = await runCommand(['keys', 'create', '--role', 'viewer'], { env: own });
    const mistaken = { ...own, BAYESWATCH_ADMIN_KEY: viewer.stdout.trim() };
    expect(await runCommand(['keys', 'list'], { env: mistaken })).toMatchObject({ code: 2, stdout: '' });
  });

  it('keys of another site are made and listed there alone', async () => {
    const site = ['--site', 'branch-2'];
    await runCommand(['keys', 'create', '--role', 'ingest', '--name', 'sensor', ...site], { env });
    expect((await runCommand(['keys', 'list', ...site], { env })).stdout).toContain('sensor');
    expect((await runCommand(['keys', 'list'], { env })).stdout).not.toContain('sensor');
    expect(await runCommand(['keys', 'list', '--site', 'Branch 2'], { env })).toMatchObject({ code: 2 });
  });

  it('files are scored by what the folder has learnt', async () => {
    const ran = await runCommand(['score', '-'], { env, stdin: webLine(1, '10.0.0.1', '/') });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('1 records scored, by model ');
    expect(ran.stdout).toContain('too little is marked for verdicts');
  });

  it('all is counted again and equal', async () => {
    const ran = await runCommand(['check', '--recount'], { env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /\nok {4}recount: 0 records, 0 tokens a day, up to entry 0 of the ledger: equal\n$/,
    );
  });

  it('a database that is torn is found out, and not counted', async () => {
    const torn = { ...env, BAYESWATCH_DATA: scratch.path('torn') };
    mkdirSync(scratch.path('torn'));
    const bytes = readFileSync(join(scratch.path('data'), 'bayeswatch.sqlite'));
    const pageBytes = 4_096;
    bytes.fill(0xff, bytes.length - 4 * pageBytes, bytes.length - 2 * pageBytes);
    writeFileSync(join(scratch.path('torn'), 'bayeswatch.sqlite'), bytes);
    const ran = await runCommand(['check', '--recount'], { env: torn });
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/WRONG integrity: the database is damaged: .+\n {6}Restore a backup/);
    expect(ran.stdout).not.toContain('recount:');
  });

  it('tokens are exported, none where nothing is learnt', async () => {
    const ran = await runCommand(['export'], { env });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^field,token,[\w,]+\r\n$/);
  });
});

describe('a data folder', () => {
  it.each([['score', '-'], ['export'], ['keys', 'list'], ['check']])(
    'that is not there is not made by %s',
    async (...argv) => {
      const missing = { BAYESWATCH_DATA: scratch.path('nowhere') };
      const ran = await runCommand(argv, { env: missing });
      expect(ran.code).toBe(3);
      expect(ran.stderr).toContain(
        `there is no data folder ${scratch.path('nowhere')}: start \`bayeswatch serve\` once`,
      );
    },
  );

  it('that is no folder cannot be used', async () => {
    const ran = await runCommand(['export'], { env: { BAYESWATCH_DATA: scratch.file('a-file', 'x') } });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('data folder');
  });

  it('holds the site; a server knows it by the key', async () => {
    const ran = await runCommand(['export', '--url', 'http://127.0.0.1:1', '--site', 'x'], { env });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
  });
});
