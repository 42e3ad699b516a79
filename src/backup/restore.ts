/**
 * A restore: the database of a backup becomes that of an empty data folder, or nothing does. It is written under another
 * name, held against the digest and the numbers of the manifest, and only then given its own name. The lock of the folder
 * is held meanwhile, so no server begins there; a command that makes a store there is found before the name is given.
 */
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { POLICY_FILE_NAME } from '../domain/policy.ts';
import type { SiteInventory } from '../services/inventory.ts';
import { LOCK_FILE_NAME, lockDataFolder } from '../store/sqlite/lock.ts';
import { storePathIn } from '../store/sqlite/open.ts';
import { PLACE_FILE_NAME } from '../store/sqlite/place.ts';
import { SCHEMA_VERSION } from '../store/sqlite/schema.ts';
import { readArchive } from './archive.ts';
import type { BackupManifest } from './manifest.ts';
import { removeLog } from './stage.ts';
import type { VerifyRequest } from './verify-restored.ts';

export interface RestoreRequest extends Omit<VerifyRequest, 'path' | 'manifest'> {
  /** Path of the backup. */
  file: string;
  dataFolder: string;
}

const READ_BYTES = 1_048_576;
/** Behind the name of the database while it is not known to be whole. */
const UNFINISHED = '.restoring';

/**
 * @param verifyRestored verifies the restored database. What it opens must be closed for good when it resolves, for the
 * file gets another name then: a connection that lives on would take the log of the old name for that of the new one
 * @returns the manifest, and what the sites hold with the policy of this installation
 * @throws AppError `data-folder-unusable` for a folder that holds something or is in use, or a backup of a newer
 * version; `backup-damaged`; the system's error where the file cannot be read
 */
export async function restoreBackup(
  { file, dataFolder, ...request }: RestoreRequest,
  verifyRestored: (request: VerifyRequest) => Promise<SiteInventory[]>,
): Promise<{ manifest: BackupManifest; sites: SiteInventory[] }> {
  await checkEmpty(dataFolder);
  const source = await open(file, 'r');
  try {
    const path = storePathIn(dataFolder);
    const unlock = lockDataFolder(dataFolder);
    const unfinished = `${path}${UNFINISHED}`;
    try {
      await remove(unfinished);
      const chunks = source.createReadStream({ autoClose: false, highWaterMark: READ_BYTES });
      const manifest = await writeDatabase(chunks, unfinished);
      const sites = await verifyRestored({ ...request, path: unfinished, manifest });
      await removeLog(unfinished);
      await checkEmpty(dataFolder);
      await rename(unfinished, path);
      await syncFolder(dirname(path));
      return { manifest, sites };
    } catch (error) {
      await remove(unfinished);
      throw error;
    } finally {
      unlock();
    }
  } finally {
    await source.close();
  }
}

async function remove(unfinished: string): Promise<void> {
  await rm(unfinished, { force: true });
  await removeLog(unfinished);
}

/** A folder that is not there is empty; a lock, a policy, and what a restore left that was cut off, is nothing. */
async function checkEmpty(dataFolder: string): Promise<void> {
  const names = await readdir(dataFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AppError('data-folder-unusable', `cannot look into ${dataFolder}: ${error.message}`, {
      cause: error,
    });
  });
  const isNothing = (name: string) =>
    name.startsWith(LOCK_FILE_NAME) ||
    name.startsWith(POLICY_FILE_NAME) ||
    name.startsWith(PLACE_FILE_NAME) ||
    name.includes(UNFINISHED);
  const found = names.find(name => !isNothing(name));
  if (found === undefined) return;
  const detail = `the data folder ${dataFolder} is not empty (there is ${found})`;
  throw new AppError(
    'data-folder-unusable',
    `${detail}: name an empty one, or one that is not there, with BAYESWATCH_DATA`,
  );
}

async function writeDatabase(chunks: AsyncIterable<Uint8Array>, to: string): Promise<BackupManifest> {
  const database = await open(to, 'wx', 0o600);
  try {
    const manifest = await readArchive(chunks, checkSchema, async bytes => {
      await database.writeFile(bytes);
    });
    await database.sync();
    return manifest;
  } finally {
    await database.close();
  }
}

function checkSchema({ schema, version }: BackupManifest): void {
  if (schema <= SCHEMA_VERSION) return;
  const detail = `the backup is of schema ${schema}, made by version ${version}; this version knows ${SCHEMA_VERSION}`;
  throw new AppError('data-folder-unusable', `${detail}: use a newer Bayeswatch`);
}

/** Makes sure that the new name of a file is on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
