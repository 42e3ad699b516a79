/** Whether a database is whole: every page and index is read, so it takes as long as reading the file. */
import { AppError } from '../../domain/errors.ts';
import { Database } from './driver.ts';

/** Damages that are told; where there is one, there are mostly many. */
const TOLD_MAX = 20;

/** What SQLite writes above them. */
const HEADING = '*** in database main ***';

/**
 * What is damaged, in SQLite's words; empty where nothing is. It says nothing of rows that a copy left out whole.
 * @throws AppError `data-folder-unusable` where the file cannot be opened
 * @see https://sqlite.org/pragma.html#pragma_integrity_check
 */
export function damagesOf(path: string): string[] {
  const database = new Database(path);
  try {
    // Row by row, the driver throws at a page that cannot be read; the first row alone tells of it.
    const row = database.prepare<{ integrity_check: string }>(`PRAGMA integrity_check(${TOLD_MAX})`).get();
    const lines = (row?.integrity_check ?? '').split('\n');
    return lines.filter(text => text !== 'ok' && text !== '' && text !== HEADING);
  } catch (error) {
    if (error instanceof AppError) return [error.message];
    throw error;
  } finally {
    database.close();
  }
}
