/**
 * What a server needs and the machine has not, in a folder of the checkout that git ignores: made once, under a name with
 * its version, for all test runs that follow. Nothing is installed into the machine.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.servers');
/** A download that takes longer is one that hangs. */
const COMMAND_TIMEOUT_MS = 240_000;

/** A server cannot be had on this machine; the message says why. */
export class NoServer extends Error {}

/**
 * The folder of that name, made where it is not there. Two test runs may make it at once: each makes its own, and the
 * first to rename it in place wins.
 * @throws NoServer where making it fails
 */
export async function provisioned(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(FOLDER, name);
  if (existsSync(place)) return place;
  await mkdir(FOLDER, { recursive: true });
  const making = await mkdtemp(join(FOLDER, 'making-'));
  try {
    const made = join(making, name);
    await mkdir(made);
    await make(made);
    await rename(made, place).catch(error => {
      if (!existsSync(place)) throw error;
    });
    return place;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Runs a command to its end. @throws NoServer with what it said last, where it fails */
export async function run(command: string, args: readonly string[], folder: string): Promise<string> {
  try {
    const options = { cwd: folder, timeout: COMMAND_TIMEOUT_MS, maxBuffer: 64 * 1_048_576 };
    const { stdout } = await promisify(execFile)(command, args, options);
    return stdout;
  } catch (cause) {
    const { stdout = '', stderr = '', message = '' } = cause as Partial<Record<string, string>>;
    const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-3).join(' ').trim();
    throw new NoServer(`${command} failed: ${said || message}`, { cause });
  }
}

/** Where a command is on the PATH; null where it is not. */
export function findCommand(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return folders.map(folder => join(folder, name)).find(path => existsSync(path)) ?? null;
}
