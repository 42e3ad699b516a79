/** The first half of a backup: a copy of the database beside, and the manifest of what the copy holds. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import type { Policy } from '../domain/policy.ts';
import { inventoryOf } from '../services/inventory.ts';
import { Policies } from '../services/policies.ts';
import { copyDatabase } from '../store/sqlite/copy.ts';
import { SCHEMA_VERSION } from '../store/sqlite/schema.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { VERSION } from '../version.ts';
import { BACKUP_FORMAT, type BackupManifest } from './manifest.ts';

export interface StageRequest {
  /** The database in use. */
  from: string;
  /** Where the copy goes: a file that is not there yet. */
  to: string;
  /** Of sites whose own was never set. */
  policy: Policy;
  nowMs: number;
}

/**
 * Copies the database and tells what is in the copy; so the manifest is true of it, whatever is written meanwhile.
 * @throws AppError `store-full` where there is no room
 */
export async function stageBackup({ from, to, policy, nowMs }: StageRequest): Promise<BackupManifest> {
  copyDatabase(from, to);
  const store = new SqliteStore(to);
  const policies = new Policies(store, policy);
  const sites = await inventoryOf(store, site => policies.policyOf(site)).finally(() => store.close());
  await removeLog(to);
  const sha256 = await digestOf(to);
  const { size: bytes } = await stat(to);
  return {
    bayeswatch: 'backup',
    format: BACKUP_FORMAT,
    version: VERSION,
    schema: SCHEMA_VERSION,
    madeAt: new Date(nowMs).toISOString(),
    database: { bytes, sha256 },
    sites,
  };
}

/** What a closed database may leave beside its file, with nothing in it that is not in the file. */
export async function removeLog(path: string): Promise<void> {
  for (const suffix of ['-wal', '-shm']) await rm(`${path}${suffix}`, { force: true });
}

/** SHA-256 of a file, which is on the disk then. */
async function digestOf(path: string): Promise<string> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}
