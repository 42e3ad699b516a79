/**
 * A real server whose files may not grow any further: nothing acknowledged is lost, scoring goes on, and so does storing
 * once there is room. A limit on the size of files stands for a full disk, which only an administrator can make.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCommand, scratchOfFile } from './harness.ts';
import { serveProcess } from './served.ts';

/** Of util-linux; it raises the limit of a process that runs. */
const hasLimits = spawnSync('prlimit', ['--version']).status === 0;
const FILE_BYTES_MAX = 1_500_000;
const KEY = 'key-of-a-full-disk';
const BATCH = 500;

const scratch = scratchOfFile();

/** Names of a batch: each number stands in one. */
function linesOf(batch: number): string {
  const names = Array.from(
    { length: BATCH },
    (_, line) => `${batch}-${line}.${'long-label'.repeat(4)}.example`,
  );
  return names
    .map(name => `${JSON.stringify({ '@timestamp': '2026-01-15T10:00:00Z', dns: { question: { name } } })}\n`)
    .join('');
}

describe.skipIf(!hasLimits)('a server without room', () => {
  it('refuses what it cannot store, scores on, and stores again once there is room', async () => {
    const env = { BAYESWATCH_DATA: scratch.path('full'), BAYESWATCH_ADMIN_KEY: KEY };
    const served = await serveProcess(env, ['prlimit', `--fsize=${FILE_BYTES_MAX}:`]);
    const send = (path: string, body: string, type = 'application/x-ndjson') =>
      fetch(new URL(path, served.url), {
        method: 'POST',
        headers: { 'X-API-Key': KEY, 'Content-Type': type },
        body,
      });
    const store = async (batch: number) => {
      const response = await send('/v1/records', linesOf(batch));
      return { response, text: await response.text() };
    };

    let refused = 0;
    let answer = await store(refused);
    while (answer.response.ok && refused < 50) {
      expect(answer.text).toContain(`"accepted":${BATCH},`);
      refused += 1;
      answer = await store(refused);
    }
    expect(refused).toBeGreaterThan(0);
    expect(answer.response.status).toBe(503);
    expect(answer.response.headers.get('Retry-After')).toBe('5');
    expect(JSON.parse(answer.text)).toMatchObject({ type: '/problems/store-unavailable' });

    const window = {
      from: '2026-01-15T00:00:00Z',
      to: '2026-01-16T00:00:00Z',
      label: 'bad',
      where: { domain: '*.example' },
    };
    expect((await send('/v1/score', linesOf(0))).status).toBe(200);
    const there = await fetch(new URL('/v1/records?limit=1', served.url), { headers: { 'X-API-Key': KEY } });
    expect(await there.json()).toMatchObject({ items: [{}] });

    spawnSync('prlimit', ['--pid', String(served.process.pid), '--fsize=unlimited']);
    const again = await store(refused);
    expect(again.text).toContain(`"accepted":${BATCH},"duplicates":0,`);
    expect((await send('/v1/windows', JSON.stringify(window), 'application/json')).status).toBe(202);
    expect(await served.stop()).toBe(0);
    expect((await runCommand(['check', '--recount'], { env })).stdout).toMatch(
      new RegExp(`recount: ${(refused + 1) * BATCH} records, `),
    );
  });
});
