/** The last step before a restored database counts: it opens, and holds what the manifest of its backup says. */
import { AppError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import { AuditLog } from '../services/audit-log.ts';
import { inventoryOf, type SiteInventory } from '../services/inventory.ts';
import { Policies } from '../services/policies.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { BackupManifest } from './manifest.ts';

export interface VerifyRequest {
  /** The database. */
  path: string;
  manifest: BackupManifest;
  /** Of sites whose own was never set. */
  policy: Policy;
  nowMs: number;
  /** Who restores, for the audit. */
  by: string;
}

/**
 * Opens it, which brings an older one up to this version, compares, and tells the audit of every site.
 * @returns what the sites hold, with the policies in force in this installation
 * @throws AppError `backup-damaged`
 */
export async function verifyRestored({
  path,
  manifest,
  policy,
  nowMs,
  by,
}: VerifyRequest): Promise<SiteInventory[]> {
  const store = new SqliteStore(path);
  try {
    const policies = new Policies(store, policy);
    const sites = await inventoryOf(store, site => policies.policyOf(site));
    if (factsOf(sites) !== factsOf(manifest.sites))
      throw new AppError('backup-damaged', 'the database of the backup does not hold what its manifest says');
    const audit = new AuditLog(store);
    const { madeAt, version } = manifest;
    for (const { site } of sites) {
      const entry = { action: 'backup.restore', outcome: 'done', details: { madeAt, version } } as const;
      await audit.append(site, { atMs: nowMs, by, from: 'local', ...entry });
    }
    return sites;
  } finally {
    await store.close();
  }
}

/** What is the same whatever version and policy read it. */
function factsOf(sites: readonly SiteInventory[]): string {
  return JSON.stringify(
    sites.map(({ site, keys, records, entries, sum }) => [site, keys, records, entries, sum]),
  );
}
