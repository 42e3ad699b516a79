/** A folder for the files of one test. In memory where the system has such a place: waiting for a disk shows nothing. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY_FOLDER = '/dev/shm';

export function scratchFolder(): string {
  return mkdtempSync(join(existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(), 'bayeswatch-test-'));
}

/** Runs `work` with a folder that is gone afterwards. */
export async function inScratchFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = scratchFolder();
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
