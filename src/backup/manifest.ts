/** What a backup says of itself: which version made it, what is in it, and the digest that it must have. */
import { AppError } from '../domain/errors.ts';
import type { SiteInventory } from '../services/inventory.ts';

/** The form of the archive; a reader refuses a higher one. */
export const BACKUP_FORMAT = 1;
/** Names of the two files in the archive, in this order. */
export const MANIFEST_NAME = 'manifest.json';
export const DATABASE_NAME = 'bayeswatch.sqlite';

export interface BackupManifest {
  bayeswatch: 'backup';
  format: number;
  /** Of the program that made it. */
  version: string;
  /** Of the database (store/sqlite/schema.ts). */
  schema: number;
  /** RFC 3339, UTC. */
  madeAt: string;
  database: { bytes: number; sha256: string };
  sites: SiteInventory[];
}

/**
 * The manifest in a text.
 * @throws AppError `backup-damaged` where it is none; `data-folder-unusable` where only a newer version reads it
 */
export function parseManifest(text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('backup-damaged', 'the manifest of the backup is not JSON', { cause });
  }
  if (!isBackup(value)) throw new AppError('backup-damaged', 'the file is no backup of Bayeswatch');
  if (value.format > BACKUP_FORMAT) {
    const detail = `the backup was made by version ${String(value.version)}, in a form that this one does not know`;
    throw new AppError('data-folder-unusable', `${detail}: use a newer Bayeswatch`);
  }
  if (!isManifest(value)) throw new AppError('backup-damaged', 'the manifest of the backup is not whole');
  return value;
}

function isBackup(value: unknown): value is { format: number; version?: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const { bayeswatch, format } = value as Partial<BackupManifest>;
  return bayeswatch === 'backup' && Number.isSafeInteger(format);
}

/** What a restore goes by; the rest is told to people. */
function isManifest(value: object): value is BackupManifest {
  const { version, schema, madeAt, database, sites } = value as Partial<BackupManifest>;
  if (typeof version !== 'string' || typeof madeAt !== 'string' || !Number.isSafeInteger(schema))
    return false;
  if (!Number.isSafeInteger(database?.bytes) || !/^[0-9a-f]{64}$/.test(String(database?.sha256)))
    return false;
  return (
    Array.isArray(sites) && sites.every(site => typeof site === 'object' && typeof site?.site === 'string')
  );
}
