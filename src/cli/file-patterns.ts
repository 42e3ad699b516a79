/**
 * Files by a pattern that no shell has expanded: quoted, or from a service's unit. `*`, `?` and `[a-z]` stand for parts of
 * one name, as in sh; `*` and `?` for no dot that begins one. A file that is named so is itself.
 */
import { access, readdir } from 'node:fs/promises';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';

/** Files of one pattern: more are a mistake, or work for `find`. */
const FILES_MAX = 100_000;

/**
 * The files that are named, in their order; those of a pattern in the order of their names.
 * @throws CommandError 3 where no file matches a pattern
 */
export async function filesNamedBy(names: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const name of names) {
    if (!/[*?[]/.test(name) || (await isThere(name))) files.push(name);
    else files.push(...(await filesOf(name)));
  }
  return files;
}

async function filesOf(pattern: string): Promise<string[]> {
  const parts = pattern.split('/');
  let found = [''];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const deeper: string[] = [];
    for (const folder of found) deeper.push(...(await namesIn(folder, part, isLast)));
    found = deeper.slice(0, FILES_MAX + 1);
  }
  if (found.length === 0) throw new CommandError(EXIT.unreachable, `no file matches ${pattern}`);
  if (found.length <= FILES_MAX) return found;
  throw new CommandError(EXIT.usage, `more than ${FILES_MAX} files match ${pattern}`);
}

/** Paths one part deeper than a folder; files where the part is the last, else folders with their slash. */
async function namesIn(folder: string, part: string, isLast: boolean): Promise<string[]> {
  if (!/[*?[]/.test(part)) {
    const path = folder + part;
    if (!isLast) return [`${path}/`];
    return (await isThere(path)) ? [path] : [];
  }
  const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true }).catch(error => {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return [];
    throw error;
  });
  const matching = entries.filter(
    entry => matches(entry.name, part) && (isLast ? !entry.isDirectory() : !entry.isFile()),
  );
  return matching.map(({ name }) => `${folder}${name}${isLast ? '' : '/'}`).sort();
}

/**
 * Whether a name is of a pattern. A star that fails takes one more character, and earlier ones are never tried again: at
 * most their lengths multiplied.
 * @example matches('conn.2026-01.log', 'conn.*-0[1-3].log') // true
 */
export function matches(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const tokens = [...pattern.matchAll(/\[!?\]?[^\]]*\]|[\s\S]/g)].map(([token]) => token);
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (wanted !== undefined && matchesOne(name.charAt(at), wanted)) {
      at += 1;
      token += 1;
    } else if (star !== -1) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else return false;
  }
  return tokens.slice(token).every(rest => rest === '*');
}

function matchesOne(character: string, token: string): boolean {
  if (token === '?') return true;
  if (token.length === 1) return token === character;
  const isNegated = token.startsWith('[!');
  const set = token.slice(isNegated ? 2 : 1, -1);
  for (let at = 0; at < set.length; at++) {
    const isRange = set[at + 1] === '-' && at + 2 < set.length;
    const last = isRange ? set.charAt(at + 2) : set.charAt(at);
    if (character >= set.charAt(at) && character <= last) return !isNegated;
    if (isRange) at += 2;
  }
  return isNegated;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
