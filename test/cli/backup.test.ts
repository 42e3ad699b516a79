/** Backup and restore as commands: beside a server that is busy, into another folder, and all that is refused. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import { compose } from '../../src/compose.ts';
import { configOf } from '../../src/config.ts';
import { runCommand, scratchOfFile, webLine } from './harness.ts';
import { type Served, serveProcess } from './served.ts';

const KEY = 'an-admin-key-of-tests';
const scratch = scratchOfFile();

const envOf = (name: string) => ({ BAYESWATCH_DATA: scratch.path(name), BAYESWATCH_ADMIN_KEY: KEY });

/** Requests of the same lines, always: what was stored before is met again. */
const requests = Array.from({ length: 24 }, (_, request) =>
  Array.from({ length: 25 }, (_, line) =>
    webLine(request, `10.0.${request}.${line}`, `/page/${request * line}`),
  ),
);

async function post(url: string, path: string, body: string, type: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': type };
  return fetch(`${url}${path}`, { method: 'POST', headers, body });
}

async function postAll({ url }: Served, onAcknowledged: (request: number) => void = () => {}): Promise<void> {
  for (const [index, lines] of requests.entries()) {
    const answer = await post(url, 'v1/records?label=good', lines.join('\n'), 'text/plain');
    const [summary] = (await answer.text()).trimEnd().split('\n').slice(-1);
    expect(JSON.parse(summary ?? '')).toMatchObject({ summary: { rejected: 0 } });
    onAcknowledged(index);
  }
}

/** The id of the model once everything is learnt, and what is served was fitted to it: what is rare beside the one mark. */
async function settledId({ url }: Served): Promise<string> {
  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${KEY}` } });
    return JSON.parse(await answer.text());
  };
  for (;;) {
    const { items } = await get('v1/windows');
    const { id, backlog, entry, fittedEntry } = await get('v1/model');
    const done = items.every(({ status }: { status: string }) => status === 'applied');
    if (done && backlog.records === 0 && backlog.windows === 0 && fittedEntry === entry) return id;
    await setTimeout(50);
  }
}

describe('a backup', () => {
  it('made while its server stores and learns goes on elsewhere to the same model, and never more', async () => {
    const first = await serveProcess(envOf('first'));
    await post(first.url, 'v1/records', requests[3]?.join('\n') ?? '', 'text/plain');
    const window = {
      from: '2026-01-14T12:00:03Z',
      to: '2026-01-14T12:00:08Z',
      label: 'bad',
      where: { source: '10.0.5.0/24' },
    };
    await post(first.url, 'v1/windows', JSON.stringify(window), 'application/json');

    const file = scratch.path('busy.tar');
    const remote = scratch.path('remote.tar');
    let local: Promise<unknown> | undefined;
    await postAll(first, request => {
      if (request === 8) {
        local = Promise.all([
          runCommand(['backup', file], { env: envOf('first') }),
          runCommand(['backup', remote, '--url', first.url, '--key', KEY]),
        ]);
      }
    });
    const made = await local;
    expect(made).toMatchObject([
      { code: 0, stderr: '', stdout: expect.stringContaining('site default: ') },
      { code: 0, stderr: '', stdout: expect.stringContaining('site default: ') },
    ]);
    const id = await settledId(first);
    expect(await first.stop()).toBe(0);
    expect(readdirSync(scratch.path('first')).filter(name => name.startsWith('backup'))).toEqual([]);

    const restored = await runCommand(['restore', file], { env: envOf('second') });
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    const second = await serveProcess(envOf('second'));
    await postAll(second);
    expect(await settledId(second)).toBe(id);
    await second.stop();
    const recounted = await runCommand(['check', '--recount'], { env: envOf('second') });
    expect(recounted).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/: equal\n$/) });
    const audit = await runCommand(['audit', '--verify'], { env: envOf('second') });
    expect(audit).toMatchObject({ code: 0, stderr: '' });
  }, 60_000);
});

describe('backup', () => {
  beforeAll(async () => {
    const composition = await compose({
      ...configOf(envOf('small')),
      clock: SYSTEM_CLOCK,
      onError() {},
    });
    await composition.close();
  });

  it('is told of in the audit, and its file is for its owner alone', async () => {
    const file = scratch.path('small.tar');
    const ran = await runCommand(['backup', file], { env: envOf('small') });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(
      /small\.tar holds:\n {2}site default: 0 records, 1 keys, all learnt, model [0-9a-f]{32}\n$/,
    );
    expect((await runCommand(['audit'], { env: envOf('small') })).stdout).toContain('"backup.make","done"');
  });

  it('overwrites nothing', async () => {
    const file = scratch.file('taken.tar', 'precious');
    const ran = await runCommand(['backup', file], { env: envOf('small') });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('there is a file');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('needs a folder to write to, and one to read', async () => {
    const file = scratch.path('nowhere/b.tar');
    expect(await runCommand(['backup', file], { env: envOf('small') })).toMatchObject({
      code: 3,
      stdout: '',
    });
    const ran = await runCommand(['backup', scratch.path('c.tar')], { env: envOf('missing') });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(existsSync(scratch.path('c.tar'))).toBe(false);
  });

  it('of a server is given to nobody who may see only a part of it', async () => {
    const env = envOf('shared');
    await compose({ ...configOf(env), clock: SYSTEM_CLOCK, onError() {} }).then(made => made.close());
    const other = ['keys', 'create', '--role', 'admin', '--site', 'branch-2'];
    const made = await runCommand(other, { env });
    const server = await serveProcess(env);
    for (const key of [KEY, made.stdout.trim()]) {
      const ran = await runCommand(['backup', scratch.path('part.tar'), '--url', server.url, '--key', key]);
      expect(ran).toMatchObject({ code: 3, stdout: '' });
      expect(ran.stderr).toContain('a backup holds every site');
    }
    await server.stop();
  }, 30_000);
});

describe('restore', () => {
  const small = () => scratch.path('small.tar');

  it('takes an empty folder only, or one that a restore left that was cut off', async () => {
    mkdirSync(scratch.path('full'));
    scratch.file('full/notes.txt', 'mine');
    const refused = await runCommand(['restore', small()], { env: envOf('full') });
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('is not empty (there is notes.txt): name an empty one');
    expect((await runCommand(['restore', small()], { env: envOf('small') })).code).toBe(3);
    mkdirSync(scratch.path('cut'));
    scratch.file('cut/bayeswatch.sqlite.restoring', 'half');
    expect(await runCommand(['restore', small()], { env: envOf('cut') })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(readdirSync(scratch.path('cut'))).toContain('bayeswatch.sqlite');
  });

  it('makes nothing of a file that is damaged, and says so', async () => {
    const bytes = readFileSync(small());
    bytes.writeUInt8(bytes.readUInt8(20_000) ^ 4, 20_000);
    for (const damaged of [bytes, bytes.subarray(0, 30_000), Buffer.from('PK')]) {
      const ran = await runCommand(['restore', scratch.file('damaged.tar', damaged)], {
        env: envOf('broken'),
      });
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(ran.stderr).toContain('no whole backup');
      expect(readdirSync(scratch.path('broken'))).toEqual(['server.lock']);
    }
  });

  it('leaves what only a newer version reads to it', async () => {
    const archive = readFileSync(small(), 'latin1').replace(/"schema": \d/, '"schema": 9');
    writeFileSync(scratch.path('newer.tar'), archive, 'latin1');
    const ran = await runCommand(['restore', scratch.path('newer.tar')], { env: envOf('newer') });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('use a newer Bayeswatch');
  });

  it('needs a file', async () => {
    const ran = await runCommand(['restore', scratch.path('none.tar')], { env: envOf('none') });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('none.tar: there is no such file; nothing is restored');
  });
});
