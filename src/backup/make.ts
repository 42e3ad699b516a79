/** A backup of a data folder: staged beside, then read as an archive by whoever wants it, then gone. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/errors.ts';
import { archiveBytesOf, archiveChunks } from './archive.ts';
import type { BackupManifest } from './manifest.ts';
import type { StageRequest } from './stage.ts';

export interface OpenBackup {
  manifest: BackupManifest;
  /** Of the archive. */
  bytes: number;
  /** The archive. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Removes what was staged. */
  dispose(): Promise<void>;
}

const STAGING_PREFIX = 'backup-staging-';
/** A copy is left out where it would leave less than this: what is stored meanwhile needs room too. */
const ROOM_LEFT_BYTES = 134_217_728;

/**
 * @param request `to` is the folder in which the copy is made, for as long as the backup is open
 * @param stage how the copy is made
 * @throws AppError `backup-unavailable` where there is no room for the copy, and as `stage`
 */
export async function openBackup(
  { to: folder, ...request }: StageRequest,
  stage: (request: StageRequest) => Promise<BackupManifest>,
): Promise<OpenBackup> {
  await checkRoom(request.from, folder);
  const staging = await mkdtemp(join(folder, STAGING_PREFIX));
  const dispose = () => rm(staging, { recursive: true, force: true });
  const copy = join(staging, randomUUID());
  try {
    const manifest = await stage({ ...request, to: copy });
    return {
      manifest,
      bytes: archiveBytesOf(manifest),
      chunks: () => archiveChunks(manifest, copy),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Removes what backups left that were cut off. Only where nobody else makes one in the folder. */
export async function removeStaged(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(STAGING_PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
}

async function checkRoom(database: string, folder: string): Promise<void> {
  const { size } = await stat(database);
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= size + ROOM_LEFT_BYTES) return;
  const detail = `the copy takes up to ${size} bytes in ${folder}, and ${free} are free`;
  throw new AppError('backup-unavailable', `there is no room for a backup: ${detail}`);
}
