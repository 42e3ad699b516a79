/** deploy/haproxy.cfg: checked by haproxy itself, which Debian ships, and held against compose.yaml. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from '../house/source-tree.ts';
import { findCommand } from '../servers/provision.ts';
import { OPEN_PATHS } from './program.ts';
import { at, documentsOf, textsIn } from './yaml-documents.ts';

const text = textOf('deploy/haproxy.cfg');
const [compose] = documentsOf(textOf('compose.yaml'));
const haproxy = findCommand('haproxy');
const seconds = (found: unknown) => Number(/^(\d+)s$/.exec(String(found))?.[1]);
const setting = (name: string) => new RegExp(`^ +${name} (.+)$`, 'm').exec(text)?.[1];

/** What haproxy says of a configuration, by its check alone: nothing is started. */
function check(configuration: string): { status: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-haproxy-'));
  try {
    const path = join(folder, 'haproxy.cfg');
    writeFileSync(path, configuration);
    const { status, stdout, stderr } = spawnSync(haproxy ?? '', ['-c', '-f', path], { encoding: 'utf8' });
    return { status, said: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('haproxy', () => {
  it('is there where all tests must run', () => {
    expect(haproxy !== null || process.env['CI'] !== 'true').toBe(true);
  });

  it.skipIf(haproxy === null)('takes the configuration without a warning', () => {
    const { status, said } = check(text);
    expect(said).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  });

  it.skipIf(haproxy === null).each([
    [
      /unable to find required default_backend: 'alife'/,
      'default_backend alive\n',
      'default_backend alife\n',
    ],
    [/unknown option 'redispach'/, 'option redispatch', 'option redispach'],
    [/unexpected character 'x' in 'timeout connect'/, 'timeout connect 3s', 'timeout connect 3x'],
    [/missing timeouts for (?:frontend|backend) '(?:ready|alive)'/, '  timeout connect 3s\n', ''],
  ])('would say %s', (sign, before, after) => {
    const planted = text.replace(before, after);
    expect(planted).not.toBe(text);
    expect(check(planted).said).toMatch(sign);
  });
});

describe('the configuration', () => {
  it('is where the image looks for it, and cannot be written', () => {
    expect(at(compose, 'services.proxy.volumes')).toEqual([
      './deploy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro',
    ]);
  });

  it('listens where the port is published, and finds the nodes by their name and port', () => {
    const [, port] = /BAYESWATCH_PORT=(\d+)/.exec(textOf('Dockerfile')) ?? [];
    expect(setting('bind')).toBe(`:${at(compose, 'services.proxy.ports.0.target')}`);
    const templates = [...text.matchAll(/^ +server-template (.+)$/gm)].map(([, template]) => template);
    expect(templates).toEqual([`api 8 api:${port}`, `api 8 api:${port}`]);
    expect(at(compose, 'services.api.command')).toEqual(['api']);
  });

  it('prefers nodes that are ready to those that are alive, and asks them what exists', () => {
    const asked = [...text.matchAll(/^backend (\w+)\n.*?\buri (\S+)/gms)].map(([, name, path]) => [
      name,
      path,
    ]);
    expect(asked).toEqual([
      ['ready', '/readyz'],
      ['alive', '/healthz'],
    ]);
    expect(asked.filter(([, path = '']) => !OPEN_PATHS.includes(path))).toEqual([]);
    expect(setting('use_backend')).toBe('ready if { nbsrv(ready) gt 0 }');
    expect(setting('default_backend')).toBe('alive');
  });

  it('is asked at the address that it has', () => {
    const [, address] = /^frontend health\n +bind (\S+)$/m.exec(text) ?? [];
    const asked = textsIn(at(compose, 'services.proxy.healthcheck.test'));
    expect(asked).toContain(`http://${address}${setting('monitor-uri')}`);
  });

  it('ends before it is ended, and waits longer than the nodes do', () => {
    expect(seconds(setting('hard-stop-after'))).toBeLessThan(
      seconds(at(compose, 'services.proxy.stop_grace_period')),
    );
    const [, idleMs = ''] = /^const IDLE_MS = ([\d_]+);$/m.exec(textOf('src/api/server.ts')) ?? [];
    const nodesWaitSeconds = Number(idleMs.replaceAll('_', '')) / 1000;
    expect(nodesWaitSeconds).toBeGreaterThan(0);
    for (const side of ['client', 'server'])
      expect(seconds(setting(`timeout ${side}`))).toBeGreaterThan(nodesWaitSeconds);
  });

  it('answers problems as the nodes do', () => {
    const answers = [...text.matchAll(/^ +http-error status (\d+) content-type (\S+) string '([^']+)'/gm)];
    expect(answers.map(([, status]) => status)).toEqual(['502', '503', '504']);
    for (const [, status, type, body = ''] of answers) {
      expect(type).toBe('application/problem+json');
      expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status: Number(status) });
    }
  });
});
