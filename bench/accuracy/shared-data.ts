/**
 * The developer data: real captures and lists beside the checkout (`../shared/data`; its README tells sources, licences
 * and leaks). Nothing of it is copied into the project; where it is absent, tasks are skipped with a message.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = join(import.meta.dirname, '../../../shared/data');

/** Whether the file or folder is there. */
export function hasSharedData(path: string): boolean {
  return existsSync(join(ROOT, path));
}

/** Names in a folder, sorted. */
export function listSharedData(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).sort();
}

/** Lines of a plain, `.gz` or `.xz` file (the last through the `xz` command), without an empty last one. */
export function sharedLines(path: string): string[] {
  const file = join(ROOT, path);
  const lines = textOf(file).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function textOf(file: string): string {
  if (file.endsWith('.xz')) return execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 30 }).toString('utf8');
  if (file.endsWith('.gz')) return gunzipSync(readFileSync(file)).toString('utf8');
  return readFileSync(file, 'utf8');
}
