/** The captures beside the project: read where they are, present in CI, never copied. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const DATA = fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** False where the captures are not there; with CI set that is a failure, not a reason to skip. */
export function hasCaptures(): boolean {
  const there = existsSync(DATA);
  if (!there && process.env['CI'] !== undefined) throw new Error('the captures are missing, and this is CI');
  return there;
}

/** The bytes of one file, unpacked. */
export function readCapture(path: string): Buffer {
  const file = `${DATA}${path}`;
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(file));
  if (path.endsWith('.xz')) return execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 30 });
  return readFileSync(file);
}

export function captureLines(path: string): string[] {
  const lines = readCapture(path).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Names of the files in a folder, sorted. */
export function listCaptures(folder: string): string[] {
  return readdirSync(`${DATA}${folder}`).sort();
}
