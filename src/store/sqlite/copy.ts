/** A copy of a database while it is in use: one state of it, whole, however much is written meanwhile. */
import { Database } from './driver.ts';

/**
 * Writes a compact copy. Writers go on beside it; their log grows until the copy is done, for it may not be emptied under
 * a reader.
 * @param to a file that is not there yet
 * @throws AppError `store-full` where there is no room, `data-folder-unusable` where the database cannot be opened
 * @see https://sqlite.org/lang_vacuum.html#vacuuminto
 */
export function copyDatabase(from: string, to: string): void {
  const database = new Database(from);
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}
