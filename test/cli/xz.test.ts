/** Files compressed by xz: read by the program where there is one, and what is told where it fails or is missing. */
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scratchOfFile, serverOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();
const { onServer } = await serverOfFile();
const TEXT = `${webLine(1, '10.2.1.1', '/packed')}\n`.repeat(20_000);
const packed = spawnSync('xz', ['-c'], { input: TEXT, maxBuffer: 1e8 });
afterEach(() => vi.unstubAllEnvs());

describe.skipIf(packed.error !== undefined)('a file of xz', () => {
  it('is stored', async () => {
    const ran = await onServer('ingest', scratch.file('a.log.xz', packed.stdout));
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('20,000 stored');
  });

  it('is scored and shown', async () => {
    const ran = await onServer('score', scratch.file('b.log.xz', packed.stdout), '--top', '1');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('GET /packed');
  });

  it('that breaks off is told in its words', async () => {
    const ran = await onServer('ingest', scratch.file('cut.xz', packed.stdout.subarray(0, -40)));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/cut\.xz cannot be decompressed: xz: \S.*\n$/);
  });

  it('without the program is told what makes lines of it', async () => {
    vi.stubEnv('PATH', scratch.path('nowhere'));
    const ran = await onServer('ingest', scratch.file('c.xz', packed.stdout));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('c.xz is not read as it is; make lines of it: xz -dc FILE | bayeswatch … -');
  });
});
