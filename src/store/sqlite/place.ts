/**
 * Whether a database lies where a server has had it: a folder that was copied, file by file, while a server wrote to it may
 * be torn, and only reading all of it shows that. A copy is another file to the system, so a server keeps the number of its
 * file (inode) beside it, and where that is another one, everything is read before anything is answered. That takes as long
 * as reading the file, once after a copy; a folder that is renamed keeps its file. A folder without a number is of an older
 * version or was restored, which read all of its archive, and is not read again: an upgrade may not take an hour.
 *
 * A number may come again where the file that had it is gone, and a copy that left the number out is not known for one: so
 * this finds most of what it is for, and `bayeswatch check --recount` all of it.
 */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { MEND_DAMAGE } from './driver.ts';
import { damagesOf } from './integrity.ts';
import { storePathIn } from './open.ts';

export const PLACE_FILE_NAME = 'database.place';

/** Whether the database is another file than the one that a server has had. */
export function isElsewhere(dataFolder: string): boolean {
  const path = storePathIn(dataFolder);
  const place = join(dataFolder, PLACE_FILE_NAME);
  if (!existsSync(path) || !existsSync(place)) return false;
  return readFileSync(place, 'utf8') !== placeOf(path);
}

/** Reads all of the database. @throws AppError `data-folder-unusable` where it is damaged, and what to do */
export function refuseDamaged(dataFolder: string): void {
  const [damage] = damagesOf(storePathIn(dataFolder));
  if (damage === undefined) return;
  const detail = `the database in ${dataFolder} is damaged (${damage}): ${MEND_DAMAGE}`;
  throw new AppError('data-folder-unusable', detail);
}

/** Keeps where the database is, under another name until all of it is written. Throws the system's error. */
export function keepPlace(dataFolder: string): void {
  const place = join(dataFolder, PLACE_FILE_NAME);
  writeFileSync(`${place}.unfinished`, placeOf(storePathIn(dataFolder)));
  renameSync(`${place}.unfinished`, place);
}

function placeOf(path: string): string {
  return `inode ${statSync(path, { bigint: true }).ino}\n`;
}
