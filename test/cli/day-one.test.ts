/** The first day with the program: TLS, proxies, a folder that is taken or cannot be written, and what stands in the log. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Database } from '../../src/store/sqlite/driver.ts';
import { migrate, SCHEMA_VERSION } from '../../src/store/sqlite/schema.ts';
import { selfSigned } from '../certificate.ts';
import { runCommand, scratchOfFile, webLine } from './harness.ts';
import { serveProcess } from './served.ts';

const KEY = 'an-admin-key-of-tests';
const scratch = scratchOfFile();

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' ? address?.port : address);
}

/** The body of GET /healthz over TLS, by a client that trusts this certificate alone. */
async function aliveBy(url: string, ca: string): Promise<string> {
  const call = request(`${url}healthz`, { ca, checkServerIdentity: () => undefined });
  call.end();
  const [answer] = await once(call, 'response');
  let text = '';
  for await (const chunk of answer) text += chunk;
  return text;
}

describe('a server with a certificate', () => {
  it('speaks TLS alone, and commands of the same configuration trust it, whatever name it is for', async () => {
    const { cert, key } = selfSigned('watch.example.org');
    const env = {
      BAYESWATCH_DATA: scratch.path('tls'),
      BAYESWATCH_ADMIN_KEY: KEY,
      BAYESWATCH_KEY: KEY,
      BAYESWATCH_PORT: await freePort(),
      BAYESWATCH_TLS_CERT: scratch.file('cert.pem', cert),
      BAYESWATCH_TLS_KEY: scratch.file('key.pem', key),
    };
    const server = await serveProcess(env);
    expect(server.url).toBe(`https://127.0.0.1:${env.BAYESWATCH_PORT}/`);
    expect(await aliveBy(server.url, cert)).toBe('{"status":"alive"}');
    await expect(aliveBy(server.url, selfSigned('watch.example.org').cert)).rejects.toThrow(/certificate/i);
    await expect(fetch(server.url.replace('https', 'http'))).rejects.toThrow();

    expect(await runCommand(['windows'], { env })).toMatchObject({ code: 0, stdout: 'nothing is marked\n' });
    const other = scratch.file('other.pem', selfSigned('watch.example.org').cert);
    const wary = await runCommand(['windows'], { env: { ...env, BAYESWATCH_TLS_CERT: other } });
    expect(wary).toMatchObject({ code: 3, stdout: '' });
    expect(await server.stop()).toBe(0);
  }, 30_000);

  it.each([
    [
      'a file that is not there',
      'none.pem',
      'key.pem',
      'BAYESWATCH_TLS_CERT names a file that cannot be read',
    ],
    ['text', 'text.pem', 'key.pem', 'must be a certificate and its key, in PEM'],
    ['a key of another one', 'cert.pem', 'other-key.pem', 'must be a certificate and its key, in PEM'],
  ])('does not start with %s', async (_, cert, key, reason) => {
    const made = selfSigned('a');
    scratch.file('cert.pem', made.cert);
    scratch.file('key.pem', made.key);
    scratch.file('other-key.pem', selfSigned('b').key);
    scratch.file('text.pem', 'no certificate');
    const files = { BAYESWATCH_TLS_CERT: scratch.path(cert), BAYESWATCH_TLS_KEY: scratch.path(key) };
    const ran = await runCommand(['serve'], { env: { BAYESWATCH_DATA: scratch.path('never'), ...files } });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(reason);
  });
});

describe('a data folder', () => {
  it('has one server at a time, however the one before ended', async () => {
    const env = { BAYESWATCH_DATA: scratch.path('one'), BAYESWATCH_ADMIN_KEY: KEY };
    const first = await serveProcess(env);
    const second = await runCommand(['serve'], { env: { ...env, BAYESWATCH_PORT: '0' } });
    expect(second).toMatchObject({ code: 3, stdout: '' });
    expect(second.stderr).toContain('another server or restore works on the data folder');
    expect(await runCommand(['keys', 'list'], { env })).toMatchObject({ code: 0 });
    await first.stop('SIGKILL');
    const third = await serveProcess(env);
    expect(await third.stop()).toBe(0);
  }, 30_000);

  it.runIf(process.platform === 'linux')('that cannot be made stops the start', async () => {
    const ran = await runCommand(['serve'], { env: { BAYESWATCH_DATA: '/sys/nowhere' } });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('cannot make the data folder /sys/nowhere');
  });
});

describe('a folder of a newer version', () => {
  it('is left as it is, and whoever opens it is told what to do', async () => {
    const env = { BAYESWATCH_DATA: scratch.path('newer') };
    mkdirSync(env.BAYESWATCH_DATA);
    const database = new Database(join(env.BAYESWATCH_DATA, 'bayeswatch.sqlite'));
    migrate(database);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    for (const argv of [['serve'], ['check'], ['backup', scratch.path('newer.tar')]]) {
      const ran = await runCommand(argv, { env });
      expect(ran.code).toBe(3);
      expect(ran.stderr).toContain('use a newer Bayeswatch');
    }
  });
});

describe('check', () => {
  it('tells how much room there is', async () => {
    const env = { BAYESWATCH_DATA: scratch.path('one') };
    const ran = await runCommand(['check'], { env });
    expect(ran.stdout).toMatch(/\n(ok {3}|WRONG) disk: [\d,]+ MiB are free where the data folder is\n/);
  });
});

describe('what a server writes', () => {
  it('is JSON lines without the content of records, and the audit has the address that a trusted proxy tells', async () => {
    const server = await serveProcess({
      BAYESWATCH_DATA: scratch.path('log'),
      BAYESWATCH_ADMIN_KEY: KEY,
      BAYESWATCH_TRUSTED_PROXY: '127.0.0.0/8',
    });
    const content = 'do-not-log-me';
    const headers = { Authorization: `Bearer ${KEY}`, 'X-Forwarded-For': 'spoofed, 198.51.100.7' };
    const post = (path: string, type: string, body: string) =>
      fetch(`${server.url}${path}`, { method: 'POST', headers: { ...headers, 'Content-Type': type }, body });
    const stored = await post('v1/records', 'text/plain', webLine(1, '10.0.0.1', `/${content}\u001b[2J`));
    expect(stored.status).toBe(200);
    await post('v1/records', 'application/json', `{"message": "${content}"`);
    await post('v1/records', 'application/x-ndjson', `{"${content}": ${content}}`);
    await post(`v1/records?format=${content}`, 'text/plain', content);
    await post('v1/windows', 'application/json', `{"from": "${content}"}`);
    const window = { from: 0, to: 1, label: 'bad', note: content };
    await post('v1/windows', 'application/json', JSON.stringify(window));
    await fetch(`${server.url}${content}`, { headers: { Authorization: `Bearer ${content}-and-no-key` } });
    const audit = await fetch(`${server.url}v1/audit?action=records.store`, { headers });
    expect(JSON.parse(await audit.text()).items).toMatchObject([{ from: '198.51.100.7' }]);
    expect(await server.stop()).toBe(0);

    const lines = server.stderr().split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number) });
    expect(server.stderr()).not.toContain(content);
    expect(server.stdout()).not.toContain(content);
  }, 30_000);
});
