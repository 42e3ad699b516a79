/**
 * The lock of a data folder: one server works on it at a time. Commands may work beside it, for whatever is stored is
 * inserted once; two servers would each learn, listen and answer on their own, which is nearly always a mistake. A restore
 * holds it too: what a server wrote meanwhile would be gone.
 *
 * The lock is SQLite's own, on a file of its own that holds nothing: the system lets go of it however the process ends.
 */
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { Database } from './driver.ts';

/** It stays when the lock is let go: were it removed, somebody could hold a lock on a file without a name. */
export const LOCK_FILE_NAME = 'server.lock';
/** SQLITE_BUSY: somebody else has it (https://sqlite.org/rescode.html#busy). */
const BUSY = 5;

/**
 * @returns what lets go of it
 * @throws AppError `data-folder-unusable` where a server or a restore has it, or it cannot be written
 */
export function lockDataFolder(dataFolder: string): () => void {
  let database: Database | undefined;
  try {
    database = new Database(join(dataFolder, LOCK_FILE_NAME), { busyTimeoutMs: 0 });
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database?.close();
    if (!isBusy(error)) throw error;
    const mend = 'stop that one, or name another folder with BAYESWATCH_DATA';
    const detail = `another server or restore works on the data folder ${dataFolder}: ${mend}`;
    throw new AppError('data-folder-unusable', detail, { cause: error });
  }
  const held = database;
  return () => {
    held.exec('ROLLBACK');
    held.close();
  };
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof AppError) || !(error.cause instanceof Error)) return false;
  const { errcode } = error.cause as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode & 0xff) === BUSY;
}
