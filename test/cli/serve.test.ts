/** The server as a command: what it prints, how it stops, and what it says when it cannot start. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ran, runCommand, scratchOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();

/** Serves until `work` is done with the address. */
async function serving(
  env: Record<string, string>,
  work: (url: string, stdout: string) => Promise<void>,
): Promise<Ran> {
  const controller = new AbortController();
  let working: Promise<void> | undefined;
  const ran = await runCommand(['serve'], {
    env: { BAYESWATCH_PORT: '0', ...env },
    stop: controller.signal,
    onOutput(stdout) {
      const [, url] = /watches at (\S+)\n[\s\S]*data folder [^\n]+\n/.exec(stdout) ?? [];
      if (url === undefined || working !== undefined) return;
      working = work(url, stdout).finally(() => controller.abort());
      working.catch(() => undefined);
    },
  });
  await working;
  return ran;
}

describe('serve', () => {
  it('shows the admin key at the first start alone, answers, and stops in order', async () => {
    const env = { BAYESWATCH_DATA: scratch.path('data') };
    let key = '';
    const first = await serving(env, async (url, stdout) => {
      key = /^ {2}(bw_[a-z2-7]{12}_[a-z2-7]{32})$/m.exec(stdout)?.[1] ?? '';
      expect(stdout).toContain(`data folder      ${scratch.path('data')}\n`);
      expect((await fetch(`${url}readyz`)).status).toBe(200);
      const stored = await runCommand(['ingest', '-', '--url', url, '--key', key], {
        stdin: webLine(1, '10.0.0.1', '/'),
      });
      expect(stored.stdout).toContain('1 stored');
      // Beside the server that runs, on the same folder.
      expect((await runCommand(['keys', 'list'], { env })).stdout).toContain('first admin key');
    });
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/stopping: what has begun is finished first\nstopped\n$/);

    const second = await serving(env, async (url, stdout) => {
      expect(stdout).not.toContain('bw_');
      const again = await runCommand(['ingest', '-', '--url', url, '--key', key], {
        stdin: webLine(1, '10.0.0.1', '/'),
      });
      expect(again.stdout).toContain('0 stored, 1 were there before');
    });
    expect(second.code).toBe(0);
  });

  it('takes the admin key that it is given and does not repeat it', async () => {
    const key = 'chosen-by-the-admin';
    const env = { BAYESWATCH_DATA: scratch.path('chosen'), BAYESWATCH_ADMIN_KEY: key };
    const ran = await serving(env, async url => {
      expect(await runCommand(['windows', '--url', url, '--key', key])).toMatchObject({ code: 0 });
    });
    expect(ran.stdout + ran.stderr).not.toContain(key);
  });

  it('reads a folder that was copied, and does not start where the copy is torn', async () => {
    const whole = scratch.path('whole');
    await serving({ BAYESWATCH_DATA: whole }, async () => {});
    const again = await serving({ BAYESWATCH_DATA: whole }, async () => {});
    expect(again.stderr).not.toContain('all of it is read once');

    const copy = scratch.path('copy');
    cpSync(whole, copy, { recursive: true });
    const copied = await serving({ BAYESWATCH_DATA: copy }, async () => {});
    expect(copied.code).toBe(0);
    expect(copied.stderr).toContain('all of it is read once');

    const torn = scratch.path('torn');
    cpSync(whole, torn, { recursive: true });
    const bytes = readFileSync(join(torn, 'bayeswatch.sqlite'));
    // The last pages hold what no start reads.
    bytes.fill(0xff, bytes.length - 16_384);
    writeFileSync(join(torn, 'bayeswatch.sqlite'), bytes);
    const refused = await runCommand(['serve'], { env: { BAYESWATCH_DATA: torn, BAYESWATCH_PORT: '0' } });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`the database in ${torn} is damaged`);
    expect(refused.stderr).toContain('copied while it served is none, `bayeswatch backup` makes one');
  });

  it('says what to mend where its port is taken', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const env = { BAYESWATCH_DATA: scratch.path('taken'), BAYESWATCH_PORT: port };
    const ran = await runCommand(['serve'], { env });
    other.close();
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain(
      `port ${port} of 127.0.0.1 is taken: stop the program that has it, or set BAYESWATCH_PORT`,
    );
    // The start that succeeds is the one that makes the first admin key.
    await serving({ ...env, BAYESWATCH_PORT: '0' }, async (url, stdout) => {
      const [key = ''] = /bw_[a-z2-7]{12}_[a-z2-7]{32}/.exec(stdout) ?? [];
      expect(await runCommand(['windows', '--url', url, '--key', key])).toMatchObject({ code: 0 });
    });
  });

  it('says what to mend where the address is not of this machine', async () => {
    const env = {
      BAYESWATCH_DATA: scratch.path('elsewhere'),
      BAYESWATCH_HOST: '192.0.2.1',
      BAYESWATCH_PORT: '0',
    };
    const ran = await runCommand(['serve'], { env });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('192.0.2.1 is no address of this machine');
  });

  it('does not start on a folder that is none', async () => {
    const ran = await runCommand(['serve'], { env: { BAYESWATCH_DATA: scratch.file('a-file', 'x') } });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('data folder');
  });

  it('does not start with a configuration that is wrong', async () => {
    const env = { BAYESWATCH_PROT: '1', BAYESWATCH_TIME_ZONE: 'Mars/Olympus', MONGODB_URL: 'http://x' };
    const ran = await runCommand(['serve'], { env });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    for (const name of Object.keys(env)) expect(ran.stderr).toContain(name);
  });
});
