/** Where the embedded store of a data folder is. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';

const FILE_NAME = 'bayeswatch.sqlite';

/**
 * The path of the store in a data folder; the folder is made where there is none, for its owner alone: it holds traffic.
 * @throws AppError `data-folder-unusable`
 */
export function storePathIn(dataFolder: string): string {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('data-folder-unusable', `cannot make the data folder ${dataFolder}: ${reason}`, {
      cause,
    });
  }
  return join(dataFolder, FILE_NAME);
}
