/** The files of the checkout as the style checks read them: all that git would track, told without asking git. */
import { readdirSync, readFileSync } from 'node:fs';
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
  return filesUnder('', ignoredFolders()).sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
