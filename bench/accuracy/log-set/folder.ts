/** Where the set of logs lies: the folder that LOG_SET names, else one among the caches of who runs this; never in the project. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const LOG_SET =
  process.env['LOG_SET'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'bayeswatch', 'log-set');

export type LogSetFile = 'auth.log' | 'truth.csv' | 'windows.csv';

export function hasLogSet(): boolean {
  return (['auth.log', 'truth.csv', 'windows.csv'] as const).every(file => existsSync(join(LOG_SET, file)));
}

/** Lines of a file of it, without an empty last one. */
export function logSetLines(file: LogSetFile): string[] {
  return readFileSync(join(LOG_SET, file), 'utf8').replace(/\n$/, '').split('\n');
}
