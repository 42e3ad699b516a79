/**
 * The audit of all sites, as written and read by this process.
 *
 * An entry is numbered and chained when it is written. Writers race for a number as they do for one of the ledger: of two
 * processes one inserts it, the other reads what came and takes the next. Entries that wait for the store meanwhile are
 * written together, so that many requests at once cost one commit.
 */
import { createHash } from 'node:crypto';
import { type AuditDraft, type AuditEntry, auditTextOf, NO_HASH } from '../domain/audit.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { AuditQuery, Store } from '../store/port.ts';

/** Entries of one insert. */
const BATCH_ENTRIES_MAX = 256;
/** How long an entry that nobody waits for may wait for others. */
const LATER_MS = 250;
/**
 * How old the end of the chain may be for the next entry to follow it unasked. Other processes may have gone on from it
 * and, days later, have let it go: its number is free again then, but not to be taken.
 */
const KNOWN_MS = HOUR_MS;

interface Waiting {
  draft: AuditDraft;
  resolve: (entry: AuditEntry) => void;
  reject: (error: unknown) => void;
}

/** What is to be known of an entry that another one follows. */
type ChainEnd = Pick<AuditEntry, 'number' | 'hash' | 'atMs'>;

interface SiteLog {
  waiting: Waiting[];
  /** The entry that the next one follows; null where the store has to be asked. */
  last: ChainEnd | null;
  /** Resolves when nothing waits any more; null where nothing is being written. */
  writing: Promise<void> | null;
  later: NodeJS.Timeout | null;
}

/** The hash of an entry that follows another one. */
export function auditHashOf(previousHash: string, site: string, entry: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256')
    .update(auditTextOf(previousHash, site, entry))
    .digest('hex');
}

export class AuditLog {
  readonly #store: Pick<Store, 'putAuditEntries' | 'listAuditEntries'>;
  readonly #sites = new Map<string, SiteLog>();

  constructor(store: Pick<Store, 'putAuditEntries' | 'listAuditEntries'>) {
    this.#store = store;
  }

  /** Durable when it resolves. @throws AppError `store-unavailable` */
  append(site: string, draft: AuditDraft): Promise<AuditEntry> {
    const appended = this.#enqueue(site, draft);
    this.#start(site);
    return appended;
  }

  /** As append, for an entry that nothing waits for: it is written with others, a moment later. */
  appendLater(site: string, draft: AuditDraft): Promise<AuditEntry> {
    const appended = this.#enqueue(site, draft);
    this.#of(site).later ??= setTimeout(() => this.#start(site), LATER_MS);
    return appended;
  }

  /** Entries, with all that were appended here before. */
  async list(site: string, query: AuditQuery): Promise<AuditEntry[]> {
    await this.#settled(site);
    return this.#store.listAuditEntries(site, query);
  }

  /** Resolves when all that was appended here is written, or its failure was told. */
  async close(): Promise<void> {
    await Promise.all([...this.#sites.keys()].map(site => this.#settled(site)));
  }

  async #settled(site: string): Promise<void> {
    this.#start(site);
    await this.#of(site).writing;
  }

  #of(site: string): SiteLog {
    let log = this.#sites.get(site);
    if (log === undefined) {
      log = { waiting: [], last: null, writing: null, later: null };
      this.#sites.set(site, log);
    }
    return log;
  }

  #enqueue(site: string, draft: AuditDraft): Promise<AuditEntry> {
    const { waiting } = this.#of(site);
    return new Promise((resolve, reject) => waiting.push({ draft, resolve, reject }));
  }

  #start(site: string): void {
    const log = this.#of(site);
    if (log.later !== null) clearTimeout(log.later);
    log.later = null;
    if (log.writing !== null || log.waiting.length === 0) return;
    log.writing = this.#writeAll(site, log);
  }

  async #writeAll(site: string, log: SiteLog): Promise<void> {
    while (log.waiting.length > 0) {
      const batch = log.waiting.splice(0, BATCH_ENTRIES_MAX);
      try {
        log.waiting.unshift(...(await this.#write(site, log, batch)));
      } catch (error) {
        // What came of the insert nobody knows, so the store is asked where the chain ends.
        log.last = null;
        for (const { reject } of batch) reject(error);
      }
    }
    // In the step that saw that nothing waits: what is appended a moment later must find that nobody writes.
    log.writing = null;
  }

  /** Writes what it can under the next numbers. @returns those whose numbers were taken meanwhile */
  async #write(site: string, log: SiteLog, batch: readonly Waiting[]): Promise<Waiting[]> {
    let last = isFresh(log.last, batch) ? log.last : await this.#lastOf(site);
    const entries = batch.map(({ draft }) => {
      last = chained(site, last, draft);
      return last as AuditEntry;
    });
    const inserted = await this.#store.putAuditEntries(site, entries);
    log.last = inserted === entries.length ? last : null;
    for (const [index, entry] of entries.slice(0, inserted).entries()) batch[index]?.resolve(entry);
    return batch.slice(inserted);
  }

  async #lastOf(site: string): Promise<ChainEnd> {
    const [last] = await this.#store.listAuditEntries(site, { order: 'descending', limit: 1 });
    return last ?? { number: 0, hash: NO_HASH, atMs: 0 };
  }
}

/** Whether the end of the chain is known well enough for the batch to follow it. */
function isFresh(last: ChainEnd | null, [first]: readonly Waiting[]): last is ChainEnd {
  return last !== null && first !== undefined && Math.abs(first.draft.atMs - last.atMs) <= KNOWN_MS;
}

function chained(site: string, last: ChainEnd, draft: AuditDraft): AuditEntry {
  const entry = { number: last.number + 1, ...draft };
  return { ...entry, hash: auditHashOf(last.hash, site, entry) };
}
