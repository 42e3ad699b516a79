/**
 * Retention of the audit: what is older goes, oldest first, once an entry has told that it goes. What remains of a site is
 * always the end of its chain, with its newest entry.
 *
 * A purge costs two entries, which have to go one day as well: so one begins when the oldest entry is a day over its time,
 * and takes all that is over by then. A site has a purge a day at most, however quiet it is.
 */
import { type AuditDraft, type AuditEntry, type AuditOutcome, purgeDetails } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Store } from '../store/port.ts';
import type { AuditLog } from './audit-log.ts';
import { BelievedClock } from './believed-clock.ts';

export interface AuditRetentionDependencies {
  store: Pick<Store, 'listAuditEntries' | 'purgeAuditEntries'>;
  audit: AuditLog;
  clock: Clock;
  /** Days that an entry is kept, ≥ 1; Infinity for ever. */
  auditDays: number;
}

/** How often the oldest entry is looked at. */
const LOOK_EVERY_MS = 600_000;
/** How far over its time the oldest entry is when a purge begins; the least retention is as long. */
const OVER_MS = DAY_MS;
/** Entries that go by one purge: a fifth of a second of an embedded store, which answers others between its calls. */
const PURGE_ENTRIES_MAX = 16_384;
const READ_ENTRIES = 1_024;
/** Entries that go in one call: an embedded store keeps its thread for as long. */
const DELETE_ENTRIES = 1_024;

export class AuditRetention {
  readonly #deps: AuditRetentionDependencies;
  readonly #believed: BelievedClock;
  /** When a site was last looked at, in time that has passed. */
  readonly #lookedMs = new Map<string, number>();

  constructor(deps: AuditRetentionDependencies) {
    this.#deps = deps;
    this.#believed = new BelievedClock(deps.clock);
  }

  /**
   * Lets go of what is due in the site; of very much, a part, and the rest at the next looks. To be called now and then.
   * @returns how many entries went
   * @throws AppError `store-unavailable`, `store-full`: nothing has gone, or less than was told
   */
  async look(site: string): Promise<number> {
    if (!this.#isLookDue(site)) return 0;
    const last = await this.#lastDue(site);
    if (last === null) return 0;
    const gone = await this.#purge(site, last);
    if (gone >= PURGE_ENTRIES_MAX) this.#lookedMs.delete(site);
    return gone;
  }

  #isLookDue(site: string): boolean {
    const passedMs = this.#deps.clock.monotonicMs();
    const lookedMs = this.#lookedMs.get(site) ?? Number.NEGATIVE_INFINITY;
    if (!this.#believed.isSteady() || passedMs - lookedMs < LOOK_EVERY_MS) return false;
    this.#lookedMs.set(site, passedMs);
    return true;
  }

  /**
   * The entry up to which all are to go, or null where none is. An entry of a time to come was written by a clock that was
   * wrong: it neither goes by its own age nor keeps what is old, and goes with the next entry that is.
   */
  async #lastDue(site: string): Promise<AuditEntry | null> {
    const { store, clock, auditDays } = this.#deps;
    const nowMs = clock.nowMs();
    const isPast = ({ atMs }: AuditEntry, ageMs: number) => atMs <= nowMs - ageMs || atMs > nowMs;
    const keptMs = auditDays * DAY_MS;
    const [newest] = await store.listAuditEntries(site, { order: 'descending', limit: 1 });
    const [oldest] = await store.listAuditEntries(site, { order: 'ascending', limit: 1 });
    if (newest === undefined || oldest === undefined || !isPast(oldest, keptMs + OVER_MS)) return null;
    let lastDue: AuditEntry | null = null;
    let after = oldest.number - 1;
    for (let due = 0; due < PURGE_ENTRIES_MAX; ) {
      const query = { after, before: newest.number, order: 'ascending', limit: READ_ENTRIES } as const;
      const entries = await store.listAuditEntries(site, query);
      for (const entry of entries) {
        if (!isPast(entry, keptMs)) return lastDue;
        if (entry.atMs <= nowMs) {
          lastDue = entry;
          due += 1;
        }
        after = entry.number;
      }
      if (entries.length < READ_ENTRIES) break;
    }
    return lastDue;
  }

  /** The begin is durable before anything goes; the end says how many went. */
  async #purge(site: string, last: AuditEntry): Promise<number> {
    const { audit, store, auditDays } = this.#deps;
    const details = purgeDetails(last, auditDays);
    const { number: begin } = await audit.append(site, { ...this.#draftOf('begun'), details });
    let entries = 0;
    const tell = (outcome: AuditOutcome) =>
      audit.append(site, { ...this.#draftOf(outcome), begin, details: { entries } });
    try {
      for (;;) {
        const gone = await store.purgeAuditEntries(site, { upTo: last.number, limit: DELETE_ENTRIES });
        entries += gone;
        if (gone < DELETE_ENTRIES) break;
      }
    } catch (error) {
      // Where the store is away, so is the audit: the begin has no end then, as after a crash.
      await tell(error instanceof AppError ? error.code : 'internal').catch(() => undefined);
      throw error;
    }
    await tell('done');
    return entries;
  }

  #draftOf(outcome: AuditOutcome): AuditDraft {
    return { atMs: this.#deps.clock.nowMs(), by: 'server', from: 'local', action: 'audit.purge', outcome };
  }
}
