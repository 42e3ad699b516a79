/**
 * The files of the checkout as the style checks read them: what git tracks, so that nobody's data folder is looked into;
 * where there is no git, all but what .gitignore names.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** Folders that .gitignore names, and git's own. */
function ignoredFolders(): Set<string> {
  const lines = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n');
  return new Set(['.git', ...lines.filter(line => line.endsWith('/')).map(line => line.slice(0, -1))]);
}

function filesUnder(folder: string, ignored: ReadonlySet<string>): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : filesUnder(path, ignored);
    return entry.isFile() && !entry.name.endsWith('.tsbuildinfo') ? [path] : [];
  });
}

/** Paths relative to the root, with forward slashes, ascending. */
export function listFiles(): string[] {
  return (trackedFiles() ?? filesUnder('', ignoredFolders())).sort();
}

/** What git tracks and is still there; null where git knows nothing of this folder. */
function trackedFiles(): string[] | null {
  if (!existsSync(join(ROOT, '.git'))) return null;
  const { status, stdout } = spawnSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) return null;
  return stdout.split('\0').filter(path => path !== '' && existsSync(join(ROOT, path)));
}

/** Whether a file holds a NUL byte early on, as git tells what is no text. */
export function isBinary(path: string): boolean {
  return readFileSync(join(ROOT, path)).subarray(0, 8_000).includes(0);
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
