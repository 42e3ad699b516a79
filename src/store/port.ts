/**
 * The store: records and the documents of learning, per site.
 *
 * What is assumed of any store, and nothing more (docs/ARCHITECTURE.md, "Learning"):
 * 1. Inserting under a unique key is atomic: of many racing inserts one wins, the others learn that they lost.
 * 2. A read begun after an insert was acknowledged sees it.
 * No transaction, no compare-and-set, no counter in place, no order of range reads beyond what a method says. Only
 * intents, what sealed slices held, segments that count no more, imports that never came about, fits that nobody goes by any more, leases
 * that ran out and the oldest entries of the audit are ever deleted.
 * Everything acknowledged survives `kill -9`.
 *
 * All arguments and results are plain values that structured clone copies, so that an adapter may live in another
 * thread. Every method rejects with AppError `store-unavailable` when the store cannot be reached.
 * test/contract/store.contract.ts has one case per promise and runs on every adapter.
 */
import type { AuditEntry } from '../domain/audit.ts';
import type { StaleFits, StoredFit } from '../domain/fit.ts';
import type { RecordRef, Slice } from '../domain/identity.ts';
import type { ApiKey } from '../domain/key.ts';
import type { Verdict } from '../domain/label.ts';
import type { Lease } from '../domain/lease.ts';
import type {
  Done,
  ImportPart,
  Intent,
  LedgerEntry,
  Manifest,
  Membership,
  Plan,
  SealKey,
  SealVector,
  Segment,
  SegmentKey,
} from '../domain/ledger.ts';
import type { SetPolicy } from '../domain/policy.ts';
import type { RecordKind } from '../domain/record.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../domain/stored-record.ts';

export type Inserted = 'inserted' | 'already-there';

export interface SliceSize {
  slice: Slice;
  records: number;
  symbols: number;
}

export interface HeadQuery {
  slice: Slice;
  /** Only heads whose time lies in [fromMs, toMs); heads without a time never match a bound. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** Only heads with identity > after; pages of one slice come in ascending identity. */
  after?: string | undefined;
  limit: number;
}

/** Which slices hold something that a scope may cover; a superset is allowed. */
export type SliceQuery =
  /** Dated slices of [fromMs, toMs), and slices by hash that hold a record whose time lies in it. */
  | { type: 'time'; fromMs: number; toMs: number }
  /** Slices with unlabelled records whose later of own time and receipt lies in (afterMs, untilMs]. */
  | { type: 'due'; afterMs: number; untilMs: number }
  /** Slices of which every record was received by then; they hold at least one. */
  | { type: 'received'; untilMs: number }
  /** Slices of the records in a mark's list. */
  | { type: 'list'; markId: string }
  /** Those of these slices that hold a record. */
  | { type: 'named'; slices: readonly Slice[] }
  /** Every slice that holds a record: a store may have to look at all records to tell. */
  | { type: 'all' };

export interface RecordSearch {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  kind?: RecordKind | undefined;
  host?: string | undefined;
  source?: string | undefined;
  minScore?: number | undefined;
  verdict?: Verdict | undefined;
  /** Text that the content must hold, compared without case. */
  q?: string | undefined;
  /**
   * Newest first, or highest score first; those without a time or score last; ties by slice and identity, descending,
   * so that pages are stable under writes.
   */
  sort: 'time' | 'score';
  cursor?: string | undefined;
  limit: number;
}

/** Entries of the audit by number, the bounds excluded. */
export interface AuditQuery {
  after?: number | undefined;
  before?: number | undefined;
  order: 'ascending' | 'descending';
  limit: number;
}

/** What a search found, and the cursor of what follows it: whoever takes only some of a page goes on from the last. */
export interface FoundHead {
  head: RecordHead;
  cursor: string;
}

/** An import whose parts are there, in the ledger or not. */
export interface StoredImport {
  importId: string;
  parts: number;
  newestAtMs: number;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string | undefined;
}

export interface Store {
  // — records —
  /** Stores each record unless its (slice, identity) is there; outcomes in the order given. Durable on return. */
  putRecords(site: string, records: readonly StoredRecord[]): Promise<Inserted[]>;
  /**
   * The stored records in the order asked for, null where there is none.
   * @param bytesMax where it is given, the answer ends before the record that would bring the originals (bytes) and
   * contents (characters of JSON) over it; the first record is there whatever it has
   */
  findRecords(
    site: string,
    refs: readonly RecordRef[],
    bytesMax?: number | undefined,
  ): Promise<(StoredRecord | null)[]>;
  /** As findRecords, without content. */
  findHeads(site: string, refs: readonly RecordRef[]): Promise<(RecordHead | null)[]>;
  /** As findRecords, what counting reads alone: learning reads every record again, and few columns are read faster. */
  findContents(site: string, refs: readonly RecordRef[]): Promise<(RecordContent | null)[]>;
  /** As findHeads, the score at acceptance alone; null also where the record was stored without one. */
  findScores(site: string, refs: readonly RecordRef[]): Promise<(number | null)[]>;
  /** Heads of one slice, ascending identity. */
  listHeads(site: string, query: HeadQuery): Promise<RecordHead[]>;
  /** Slices in ascending order, with their sizes: of all records that the whole slice holds now. */
  listSlices(site: string, query: SliceQuery): Promise<SliceSize[]>;
  /**
   * The heads of the records that a search finds, in its order. A page may be shorter than the limit, even empty, and
   * still have a cursor: a store bounds what one call reads.
   * @throws AppError `invalid-request` for a cursor that it did not give out
   */
  searchHeads(site: string, search: RecordSearch): Promise<Page<FoundHead>>;

  // — memberships —
  putMemberships(site: string, memberships: readonly Membership[]): Promise<void>;
  /** All memberships of the records given, in any order. */
  findMemberships(site: string, refs: readonly RecordRef[]): Promise<Membership[]>;
  /** Memberships of one mark in one slice, ascending identity, after the one given. */
  listMemberships(
    site: string,
    query: { markId: string; slice: Slice; after?: string | undefined; limit: number },
  ): Promise<Membership[]>;
  countMemberships(site: string, markId: string): Promise<number>;

  // — intents —
  putIntent(site: string, intent: Intent): Promise<void>;
  /** Oldest first. */
  listIntents(site: string, limit: number): Promise<Intent[]>;
  countIntents(site: string): Promise<{ intents: number; records: number }>;
  /** Deleting one that is gone is not an error. */
  deleteIntents(site: string, ids: readonly string[]): Promise<void>;

  // — ledger —
  putEntry(site: string, entry: LedgerEntry): Promise<Inserted>;
  /** Entries with number > after, ascending. */
  listEntries(site: string, after: number, limit: number): Promise<LedgerEntry[]>;
  /** 0 where there is none. */
  lastEntryNumber(site: string): Promise<number>;

  // — learning —
  putPlan(site: string, plan: Plan): Promise<Inserted>;
  findPlan(site: string, entry: number): Promise<Plan | null>;
  putManifest(site: string, manifest: Manifest): Promise<Inserted>;
  findManifest(site: string, key: { slice: Slice; entry: number; part: number }): Promise<Manifest | null>;
  /** Manifests of one slice with afterEntry < entry < beforeEntry, ascending by entry, then part. */
  listManifests(
    site: string,
    query: { slice: Slice; afterEntry: number; beforeEntry: number },
  ): Promise<Manifest[]>;
  putSegment(site: string, segment: Segment): Promise<Inserted>;
  /** Segments of one entry without their counts, ascending slice, part, chunk. */
  listSegmentKeys(site: string, entry: number): Promise<Omit<Segment, 'counts'>[]>;
  /** Segments with entry > after.entry (then slice, part, chunk) in that order: how a node follows a model. */
  listSegments(
    site: string,
    query: {
      after?: SegmentKey | undefined;
      untilEntry: number;
      limit: number;
    },
  ): Promise<Segment[]>;
  /** Deletes segments that count no more. Deleting one that is gone is not an error. */
  deleteSegments(site: string, keys: readonly SegmentKey[]): Promise<void>;
  putDone(site: string, done: Done): Promise<Inserted>;
  /** Entries done with number > after, ascending. */
  listDone(site: string, after: number, limit: number): Promise<Done[]>;

  // — seals —
  putSealVector(site: string, vector: SealVector): Promise<Inserted>;
  /** Of one incident, of one slice, of both, or all; ascending slice, incident, part, chunk. */
  listSealKeys(
    site: string,
    query: { incident?: number | undefined; slice?: Slice | undefined },
  ): Promise<SealKey[]>;
  findSealVector(site: string, key: SealKey): Promise<SealVector | null>;
  /**
   * Deletes records of one slice that were received by then, in ascending identity, with their memberships; and with the
   * last record the slice's manifests.
   * @returns how many records; 0 where none is left to delete
   */
  purgeRecords(
    site: string,
    query: { slice: Slice; receivedUntilMs: number; limit: number },
  ): Promise<number>;

  // — imports —
  putImportPart(site: string, part: ImportPart): Promise<Inserted>;
  findImportPart(site: string, key: Pick<ImportPart, 'importId' | 'part'>): Promise<ImportPart | null>;
  /** Each import of which parts are there, and when the newest of them was made; in any order. */
  listImports(site: string): Promise<StoredImport[]>;
  /** Deletes the parts of an import. Deleting one that is gone is not an error. */
  deleteImport(site: string, importId: string): Promise<void>;

  // — keys —
  /** Of all sites. */
  putKey(key: ApiKey): Promise<Inserted>;
  findKey(id: string): Promise<ApiKey | null>;
  listKeys(site: string): Promise<ApiKey[]>;
  countKeys(): Promise<number>;
  /** Inserts the revocation; false where there is no such key in the site. Revoking twice keeps the first time. */
  revokeKey(site: string, id: string, revokedAtMs: number): Promise<boolean>;
  /** A secret of the installation (the pepper of the keys): the first one put wins and is returned ever after. */
  secret(name: string, candidate: string): Promise<string>;

  // — audit —
  /**
   * Inserts entries of ascending numbers, durably, up to the first whose number is taken.
   * @returns how many were inserted
   */
  putAuditEntries(site: string, entries: readonly AuditEntry[]): Promise<number>;
  listAuditEntries(site: string, query: AuditQuery): Promise<AuditEntry[]>;
  /**
   * Deletes entries with number ≤ upTo, lowest first, and never the one with the highest number of the site: so the next
   * one is numbered and chained as if none had gone.
   * @returns how many; fewer than the limit where none is left to delete
   */
  purgeAuditEntries(site: string, query: { upTo: number; limit: number }): Promise<number>;

  // — policies —
  /** Inserts the policy unless its number is taken, durably. */
  putPolicy(site: string, policy: SetPolicy): Promise<Inserted>;
  /** The one of the highest number; null where none was set. */
  lastPolicy(site: string): Promise<SetPolicy | null>;

  // — fits —
  /** Inserts the fit unless there is one of its version and entry. */
  putFit(site: string, fit: StoredFit): Promise<Inserted>;
  /** Of a version the one of the highest entry; null where there is none. */
  lastFit(site: string, version: number): Promise<StoredFit | null>;
  /** Deletes what is stale and nothing else: a process of another version goes by its own. */
  purgeFits(site: string, stale: StaleFits): Promise<void>;

  // — leases —
  /** Inserts the lease unless its epoch is there. */
  putLease(site: string, lease: Lease): Promise<Inserted>;
  /** The one of the highest epoch; null where there is none. */
  lastLease(site: string): Promise<Lease | null>;
  /** Deletes those of lower epochs. */
  purgeLeases(site: string, before: number): Promise<void>;

  /** Every site that holds a key, a record or a ledger entry, ascending. */
  listSites(): Promise<string[]>;
  /** Cheap proof that the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
