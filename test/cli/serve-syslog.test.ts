/** The server with its listener for syslog, and `logger`, where the machine has one: over UDP, TCP in both framings. */
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { selfSigned } from '../certificate.ts';
import { type Ran, runCommand, scratchOfFile } from './harness.ts';

const scratch = scratchOfFile();
const KEY = 'chosen-by-the-admin';

/** Version of util-linux whose `logger` is here; null where there is none that sends over a network. */
function loggerVersion(): string | null {
  try {
    const told = execFileSync('logger', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /util-linux (\S+)/.exec(told)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Serves until `work` is done with its addresses. */
async function serving(
  env: Record<string, string>,
  work: (url: string, ports: Record<string, string>) => Promise<void>,
): Promise<Ran> {
  const controller = new AbortController();
  let working: Promise<void> | undefined;
  const ran = await runCommand(['serve'], {
    env: { BAYESWATCH_PORT: '0', BAYESWATCH_ADMIN_KEY: KEY, ...env },
    stop: controller.signal,
    onOutput(stdout) {
      const [, url, listened] = /watches at (\S+)\n[\s\S]* syslog {11}([^\n]+)\n/.exec(stdout) ?? [];
      if (url === undefined || listened === undefined || working !== undefined) return;
      const ports = [...listened.matchAll(/(udp|tcp|tls) 127\.0\.0\.1:(\d+)/g)];
      const byName = Object.fromEntries(ports.map(([, transport = '', port = '']) => [transport, port]));
      working = work(url, byName).finally(() => controller.abort());
      working.catch(() => undefined);
    },
  });
  await working;
  return ran;
}

const version = loggerVersion();

it.skipIf(version === null)(
  `stores what logger ${version ?? '(skipped: there is none here)'} sends`,
  async () => {
    const env = {
      BAYESWATCH_DATA: scratch.path('data'),
      BAYESWATCH_SYSLOG_UDP_PORT: '0',
      BAYESWATCH_SYSLOG_TCP_PORT: '0',
    };
    const ran = await serving(env, async (url, { udp = '', tcp = '' }) => {
      const log = (...argv: string[]) =>
        execFileSync('logger', ['--server', '127.0.0.1', '--tag', 'cron', ...argv]);
      log('--udp', '--port', udp, '--rfc5424=notq', 'over UDP');
      log('--udp', '--port', udp, '--rfc3164', 'over UDP, in the old way');
      log('--tcp', '--port', tcp, '--rfc5424=notq', 'over TCP');
      log('--tcp', '--port', tcp, '--rfc5424=notq', '--octet-count', 'over TCP, counted');
      expect((await messagesOf(url, 4)).sort()).toEqual([
        'cron: over TCP',
        'cron: over TCP, counted',
        'cron: over UDP',
        'cron: over UDP, in the old way',
      ]);
    });
    expect(ran.code).toBe(0);
  },
);

/** The messages that are stored, once there are so many, or after twenty seconds. */
async function messagesOf(url: string, wanted: number): Promise<string[]> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}v1/records`, { headers: { 'X-API-Key': KEY } });
    const { items } = (await answer.json()) as { items: { record: { message: string } }[] };
    if (items.length >= wanted || tries === 200) return items.map(({ record }) => record.message);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

it('tells where it listens, and what to mend where it cannot', async () => {
  const { cert, key } = selfSigned('localhost');
  const env = {
    BAYESWATCH_DATA: scratch.path('told'),
    BAYESWATCH_SYSLOG_TCP_PORT: '0',
    BAYESWATCH_SYSLOG_TLS_PORT: '0',
    BAYESWATCH_SYSLOG_TLS_CERT: scratch.file('cert.pem', cert),
    BAYESWATCH_SYSLOG_TLS_KEY: scratch.file('key.pem', key),
    BAYESWATCH_SYSLOG_SITE: 'branch',
  };
  const ran = await serving(env, async (_url, ports) => {
    expect(Object.keys(ports)).toEqual(['tcp', 'tls']);
    const taken = await runCommand(['serve'], {
      env: {
        BAYESWATCH_DATA: scratch.path('taken'),
        BAYESWATCH_PORT: '0',
        BAYESWATCH_SYSLOG_TCP_PORT: ports['tcp'] ?? '',
      },
    });
    expect(taken).toMatchObject({ code: 3, stdout: '' });
    expect(taken.stderr).toContain('or set BAYESWATCH_SYSLOG_TCP_PORT (0 picks a free one)');
    const checked = await runCommand(['check'], {
      env: { ...env, BAYESWATCH_SYSLOG_TCP_PORT: '601', BAYESWATCH_SYSLOG_TLS_PORT: '6514' },
    });
    expect(checked.stdout).toContain(
      'ok    syslog: tcp port 601, tls port 6514 of 127.0.0.1, from whoever reaches it, for the site branch\n',
    );
  });
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain('BAYESWATCH_SYSLOG_SITE has no key');

  const broken = { ...env, BAYESWATCH_SYSLOG_TLS_KEY: scratch.file('none.pem', 'no key') };
  const refused = await runCommand(['serve'], { env: broken });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('BAYESWATCH_SYSLOG_TLS_CERT and BAYESWATCH_SYSLOG_TLS_KEY must be');
  const noCa = { ...env, BAYESWATCH_SYSLOG_TLS_CLIENT_CA: scratch.file('ca.pem', 'no certificate') };
  const withoutCa = await runCommand(['serve'], { env: noCa });
  expect(withoutCa.code).toBe(2);
  expect(withoutCa.stderr).toContain('BAYESWATCH_SYSLOG_TLS_CLIENT_CA must be certificates in PEM');
});
