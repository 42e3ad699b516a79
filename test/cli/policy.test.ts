/** `bayeswatch policy`: shown, set and weighed, on a server and on a data folder, and what other commands make of it. */
import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepPolicy } from '../../src/cli/folder-config.ts';
import { configOf } from '../../src/config.ts';
import { runCommand, scratchOfFile, serverOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();
const { server, onServer } = await serverOfFile();

/** A data folder whose last server had these variables. */
function folderServedWith(name: string, env: Record<string, string> = {}): { BAYESWATCH_DATA: string } {
  const own = { BAYESWATCH_DATA: scratch.path(name) };
  mkdirSync(own.BAYESWATCH_DATA);
  keepPolicy(configOf({ ...env, ...own }));
  return own;
}

describe('on a server', () => {
  it('is shown, set in parts, and shown again', async () => {
    const first = await onServer('policy');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toBe(
      [
        'costs       a false alarm 1, a missed threat 99: bad from 0.01 on',
        'base rate   0.001',
        'quarantine  24 hours',
        'half-life   30 days',
        'retention   90 days',
        'pruning     none',
        'time zone   UTC',
        'set         nothing: the environment of the server says it\n',
      ].join('\n'),
    );
    const set = await onServer('policy', 'set', '--cost-missed', '50', '--time-zone', 'Europe/Berlin');
    expect(set.stdout).toContain('a false alarm 1, a missed threat 50: bad from 0.0196 on\n');
    expect(set.stdout).toMatch(/\nset +number 1, 2026-01-15T00:00:00\.000Z by [a-z2-7]{12}\n$/);
    expect((await onServer('policy', 'show')).stdout).toBe(set.stdout);
    const shown = await onServer('policy', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      costs: { falseAlarm: 1, missed: 50 },
      timeZone: 'Europe/Berlin',
      set: { number: 1 },
    });
  });

  it('names what is own, until it names nothing', async () => {
    const set = await onServer(
      'policy',
      'set',
      '--own-domains',
      'example.org, bücher.example',
      '--own-ranges',
      '192.0.2.0/24',
    );
    expect(set.stdout).toContain('\nown domains example.org, bücher.example\nown ranges  192.0.2.0/24\n');
    const none = await onServer('policy', 'set', '--own-domains', '', '--own-ranges', '');
    expect(none.stdout).not.toContain('own');
  });

  it.each([
    [
      'a word for a domain',
      ['--own-domains', 'example'],
      'It must be domains such as example.org, 64 at most',
    ],
    ['a range of no network', ['--own-ranges', '192.0.2.0/33'], 'It must be addresses or blocks'],
    ['nothing', [], 'name what to set'],
    ['what is no number', ['--base-rate', '1e-3'], 'It must be a number from 0.000001 to 0.999999'],
    ['what is out of bounds', ['--half-life-days', '0'], 'It must be a number from 0.01 to 36500'],
    ['a zone of no map', ['--time-zone', 'Mars/Olympus'], 'It must be an IANA time zone'],
    ['what is no option', ['--cost', '1'], 'unknown option'],
    ['a retention within the quarantine', ['--retention-days', '1'], 'must be longer than the quarantine'],
  ])('refuses %s', async (_, argv, sentence) => {
    const before = await server.composition.services.getPolicy('default');
    const { code, stderr } = await onServer('policy', 'set', ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(await server.composition.services.getPolicy('default')).toEqual(before);
  });

  it('has a curve once something bad and something good is judged', async () => {
    const nothing = await onServer('policy', 'curve');
    expect(nothing.stdout).toBe(
      '0 bad and 0 good records are judged: there is a curve once there are some of both\n',
    );
    // `ingest` stores without a score, which a curve would go by.
    for (const [label, path] of [
      ['good', '/'],
      ['bad', '/?q=1%27--'],
    ]) {
      const url = `${server.url}/v1/records?label=${label}&window=${label}`;
      const headers = { 'X-API-Key': server.key, 'Content-Type': 'text/plain' };
      const { status } = await fetch(url, {
        method: 'POST',
        headers,
        body: webLine(1, '10.0.0.1', path ?? ''),
      });
      expect(status).toBe(200);
    }
    await server.composition.jobs.idle();
    const { stdout } = await onServer('policy', 'curve');
    expect(stdout).toMatch(/^ *threshold +caught +false alarms +alarms a day +cost/);
    expect(stdout).toMatch(/\n +0 +100 % +100 % /);
    expect(stdout).toMatch(/\n +0\.0196 .* what the costs ask for/);
    expect(stdout).toContain('1 bad and 1 good records are judged; ');
    const { points } = JSON.parse((await onServer('policy', 'curve', '--json')).stdout);
    expect(points[0]).toMatchObject({ threshold: 0, detection: 1, falseAlarmRate: 1 });
  });
});

describe('pruning on a server', () => {
  it('is shown beforehand, set, and shown as what is in force', async () => {
    const { stdout, stderr } = await onServer('policy', 'pruning', '--below', '1000');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^field +tokens kept +pruned +MiB kept +pruned\n/);
    expect(stdout).toMatch(/\nurl\.query +\d+ +\d+ /);
    expect(stdout).toMatch(/\nin all +\d+ +\d+ +0\.\d\d +0\.\d\d\n/);
    expect(stdout).toMatch(/\nbelow 1000 good episodes \(not in force, which is 0\); nothing was changed\n$/);
    const set = await onServer('policy', 'set', '--prune-below', '0.000001');
    expect(set.stdout).toMatch(/\npruning +below 0\.000001 good episodes\n/);
    expect((await onServer('policy', 'pruning')).stdout).toContain(
      '\nbelow 0.000001 good episodes (in force)',
    );
    const json = await onServer('policy', 'pruning', '--json', '--below', '0.0000001');
    expect(JSON.parse(json.stdout)).toMatchObject({ below: 1e-7, inForce: 1e-6, pruned: { tokens: 0 } });
    expect((await onServer('policy', 'pruning', '--below', 'two')).code).toBe(2);
  });
});

describe('on a data folder', () => {
  const scoring = (env: Record<string, string>, ...argv: string[]) =>
    runCommand(['score', '-', ...argv], { env, stdin: webLine(1, '10.0.0.1', '/') });

  it('is that of its last server until one is set, and then that one, whatever an environment says', async () => {
    const env = folderServedWith('set', { BAYESWATCH_HALF_LIFE_DAYS: '3650' });
    const before = await runCommand(['policy'], { env });
    expect(before.stdout).toContain('\nhalf-life   3650 days\n');
    const set = await runCommand(['policy', 'set', '--base-rate', '0.05'], { env });
    expect(set.stdout).toMatch(/\nbase rate +0\.05\n.*\nhalf-life +3650 days\n/);
    expect(set.stdout).toMatch(/\nset +number 1, .* by local:/);
    const own = { ...env, BAYESWATCH_BASE_RATE: '0.3', BAYESWATCH_HALF_LIFE_DAYS: '7' };
    const scored = await scoring(own);
    expect(scored.stdout).toContain('\n0.0500  -:1');
    expect(scored.stderr).not.toContain('may judge otherwise');
    expect((await runCommand(['policy'], { env: own })).stdout).toBe(set.stdout);
    const audit = await runCommand(['audit', '--format', 'ndjson'], { env });
    expect(audit.stdout).toMatch(/"by":"local:[^"]+".*"action":"policy.set"/);
  });

  it('is told to a server whose variables count for nothing any more', async () => {
    const env = folderServedWith('idle');
    const serve = async (more: Record<string, string>) => {
      const stop = new AbortController();
      const onOutput = (text: string) => text.includes('data folder') && stop.abort();
      const own = { ...env, BAYESWATCH_PORT: '0', ...more };
      return (await runCommand(['serve'], { env: own, stop: stop.signal, onOutput })).stderr;
    };
    const text = 'these variables count for nothing';
    expect(await serve({ BAYESWATCH_BASE_RATE: '0.3' })).not.toContain(text);
    await runCommand(['policy', 'set', '--base-rate', '0.05'], { env });
    expect(await serve({})).not.toContain(text);
    const told = await serve({ BAYESWATCH_BASE_RATE: '0.3', BAYESWATCH_TIME_ZONE: '' });
    expect(told).toContain(text);
    expect(told).toContain('"variables":["BAYESWATCH_BASE_RATE"],"number":1');
  });

  it('is of one site: another one goes by the environment', async () => {
    const env = folderServedWith('sites');
    await runCommand(['policy', 'set', '--base-rate', '0.05', '--site', 'branch-2'], { env });
    expect((await scoring(env)).stdout).toContain('\n0.0010  -:1');
    expect((await scoring(env, '--site', 'branch-2')).stdout).toContain('\n0.0500  -:1');
  });
});
