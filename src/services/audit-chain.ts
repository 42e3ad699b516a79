/**
 * Whether entries of an audit are a chain: each follows the one before it, and nothing is missing but what the audit
 * itself tells that it let go.
 *
 * The first entry follows NO_HASH, or is not number 1: then a later entry has to tell of a purge up to the number before
 * it, and gives the hash that it follows. Where a purge was cut off it told of more than went, and of the first entry that
 * is left the content cannot be held against its hash: it was about to go, and what follows it can. Where an export was
 * overtaken by a purge, entries of before it come first, and the chain begins anew at the first one that was left.
 */
import { type AuditEntry, findPurgeEnd, NO_HASH } from '../domain/audit.ts';
import { auditHashOf } from './audit-log.ts';

/** An entry as it is exported: its site is part of what is hashed. */
export interface SiteAuditEntry extends AuditEntry {
  site: string;
}

export type AuditChain =
  | {
      brokenAt: null;
      entries: number;
      /** Number of the first one: 1, or what the retention has left. */
      from: number;
      /** Number of the entry that tells that what was before `from` is beyond the retention; null where `from` is 1. */
      toldBy: number | null;
      /** Of the last entry. Whoever keeps it elsewhere sees later whether the entries up to it are still these. */
      hash: string;
    }
  /** The number of the first entry that does not follow the one before it, or before which some are missing. */
  | { brokenAt: number };

/** What was followed so far, from the last beginning. */
interface Run {
  first: SiteAuditEntry;
  last: SiteAuditEntry;
  toldBy: number | null;
}

/** @param entries in ascending order, as they are exported */
export async function auditChainOf(entries: AsyncIterable<SiteAuditEntry>): Promise<AuditChain> {
  let run: Run | null = null;
  for await (const entry of entries) {
    if (run !== null && entry.number <= run.last.number + 1) {
      if (entry.number !== run.last.number + 1 || !follows(run.last.hash, entry))
        return { brokenAt: entry.number };
      run.last = entry;
    } else if (entry.number !== 1 || follows(NO_HASH, entry)) {
      run = { first: entry, last: entry, toldBy: null };
    } else return { brokenAt: 1 };

    const end = findPurgeEnd(entry);
    if (end === null || end.number < run.first.number - 1) continue;
    if (end.number === run.first.number - 1 && !follows(end.hash, run.first))
      return { brokenAt: run.first.number };
    run.toldBy ??= entry.number;
  }
  if (run === null) return { brokenAt: null, entries: 0, from: 1, toldBy: null, hash: NO_HASH };
  const { first, last, toldBy } = run;
  const common = { brokenAt: null, entries: last.number - first.number + 1, from: first.number };
  if (first.number === 1) return { ...common, toldBy: null, hash: last.hash };
  return toldBy === null ? { brokenAt: first.number } : { ...common, toldBy, hash: last.hash };
}

function follows(previousHash: string, { site, hash, ...entry }: SiteAuditEntry): boolean {
  return auditHashOf(previousHash, site, entry) === hash;
}
