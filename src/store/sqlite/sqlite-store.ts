/** The store in one SQLite file, or in memory. Each call is one transaction at most, durable when it resolves. */
import type { AuditEntry } from '../../domain/audit.ts';
import type { StaleFits, StoredFit } from '../../domain/fit.ts';
import type { RecordRef } from '../../domain/identity.ts';
import type { ApiKey } from '../../domain/key.ts';
import type { Lease } from '../../domain/lease.ts';
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
} from '../../domain/ledger.ts';
import type { SetPolicy } from '../../domain/policy.ts';
import type { StoredRecord } from '../../domain/stored-record.ts';
import type { AuditQuery, HeadQuery, RecordSearch, SliceQuery, Store } from '../port.ts';
import { Audit } from './audit.ts';
import { Counting } from './counting.ts';
import { Database, type DatabaseOptions } from './driver.ts';
import { Fits } from './fits.ts';
import { Imports } from './imports.ts';
import { Intents, type PackedIntent, packIntent } from './intents.ts';
import { Keys } from './keys.ts';
import { Leases } from './leases.ts';
import { Ledger } from './ledger.ts';
import { type MembershipGroup, Memberships, membershipGroupsOf } from './memberships.ts';
import { Names } from './names.ts';
import { Policies } from './policies.ts';
import { outcomesOf, type RecordBatch, recordBatchOf } from './record-batch.ts';
import { Records } from './records.ts';
import { migrate } from './schema.ts';
import { Seals } from './seals.ts';
import { Search } from './search.ts';
import { listSites } from './sites.ts';
import { listSlices } from './slices.ts';

/** What serving writes: methods that are worth a commit together. Reads wait for no writer, so they are not among them. */
export const SERVING_WRITES = [
  'putRecords',
  'putRecordBatch',
  'putMemberships',
  'putMembershipGroups',
  'putIntent',
  'putPackedIntent',
  'deleteIntents',
  'putEntry',
  'putKey',
  'revokeKey',
  'putAuditEntries',
  'putPolicy',
] as const satisfies readonly (keyof SqliteStore)[];

export class SqliteStore implements Store {
  readonly #database: Database;
  readonly #names: Names;
  readonly #records: Records;
  readonly #search: Search;
  readonly #memberships: Memberships;
  readonly #intents: Intents;
  readonly #ledger: Ledger;
  readonly #counting: Counting;
  readonly #seals: Seals;
  readonly #imports: Imports;
  readonly #keys: Keys;
  readonly #audit: Audit;
  readonly #policies: Policies;
  readonly #fits: Fits;
  readonly #leases: Leases;

  /**
   * @param path of the file, made where there is none; `:memory:` for a store that dies with the process
   * @throws AppError `data-folder-unusable`
   */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.#database = new Database(path, options);
    try {
      migrate(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#names = new Names(this.#database);
    this.#records = new Records(this.#database, this.#names);
    this.#search = new Search(this.#database, this.#names);
    this.#memberships = new Memberships(this.#database, this.#names);
    this.#intents = new Intents(this.#database, this.#names);
    this.#ledger = new Ledger(this.#database, this.#names);
    this.#counting = new Counting(this.#database, this.#names);
    this.#seals = new Seals(this.#database, this.#names);
    this.#imports = new Imports(this.#database, this.#names);
    this.#keys = new Keys(this.#database, this.#names);
    this.#audit = new Audit(this.#database, this.#names);
    this.#policies = new Policies(this.#database, this.#names);
    this.#fits = new Fits(this.#database, this.#names);
    this.#leases = new Leases(this.#database, this.#names);
  }

  /**
   * Calls of this store that are committed at once. Each tells what came of it; none of it may be told to anybody before
   * this returns, and nothing of it is true where this throws.
   * @throws AppError as Database.group does
   */
  together(calls: readonly (() => void)[]): void {
    try {
      this.#database.group(calls);
    } catch (error) {
      this.#names.forget();
      throw error;
    }
  }

  async putRecords(site: string, records: readonly StoredRecord[]) {
    return outcomesOf(records.length, this.#records.put(site, recordBatchOf(records)));
  }
  /**
   * As putRecords, of what recordBatchOf has made of them in another thread.
   * @returns what outcomesOf makes the outcomes of, there
   */
  async putRecordBatch(site: string, batch: RecordBatch) {
    return this.#records.put(site, batch);
  }
  async findRecords(site: string, refs: readonly RecordRef[], bytesMax?: number) {
    return this.#records.find(site, refs, bytesMax);
  }
  async findContents(site: string, refs: readonly RecordRef[]) {
    return this.#records.findContents(site, refs);
  }

  async findHeads(site: string, refs: readonly RecordRef[]) {
    return this.#records.findHeads(site, refs);
  }
  async findScores(site: string, refs: readonly RecordRef[]) {
    return this.#records.findScores(site, refs);
  }
  async listHeads(site: string, query: HeadQuery) {
    return this.#records.listHeads(site, query);
  }
  async listSlices(site: string, query: SliceQuery) {
    return listSlices(this.#database, this.#names, site, query);
  }
  async searchHeads(site: string, search: RecordSearch) {
    return this.#search.page(site, search);
  }

  async putMemberships(site: string, memberships: readonly Membership[]) {
    this.#memberships.put(site, membershipGroupsOf(memberships));
  }
  /** As putMemberships, of what membershipGroupsOf has made of them in another thread. */
  async putMembershipGroups(site: string, groups: readonly MembershipGroup[]) {
    this.#memberships.put(site, groups);
  }
  async findMemberships(site: string, refs: readonly RecordRef[]) {
    return this.#memberships.find(site, refs);
  }
  async listMemberships(site: string, query: Parameters<Store['listMemberships']>[1]) {
    return this.#memberships.list(site, query);
  }
  async countMemberships(site: string, markId: string) {
    return this.#memberships.count(site, markId);
  }

  async putIntent(site: string, intent: Intent) {
    this.#intents.put(site, packIntent(intent));
  }
  /** As putIntent, of what packIntent has made of it in another thread. */
  async putPackedIntent(site: string, intent: PackedIntent) {
    this.#intents.put(site, intent);
  }
  async listIntents(site: string, limit: number) {
    return this.#intents.list(site, limit);
  }
  async countIntents(site: string) {
    return this.#intents.count(site);
  }
  async deleteIntents(site: string, ids: readonly string[]) {
    this.#intents.delete(site, ids);
  }

  async putEntry(site: string, entry: LedgerEntry) {
    return this.#ledger.putEntry(site, entry);
  }
  async listEntries(site: string, after: number, limit: number) {
    return this.#ledger.listEntries(site, after, limit);
  }
  async lastEntryNumber(site: string) {
    return this.#ledger.lastEntryNumber(site);
  }

  async putPlan(site: string, plan: Plan) {
    return this.#ledger.putPlan(site, plan);
  }
  async findPlan(site: string, entry: number) {
    return this.#ledger.findPlan(site, entry);
  }
  async putManifest(site: string, manifest: Manifest) {
    return this.#counting.putManifest(site, manifest);
  }
  async findManifest(site: string, key: Parameters<Store['findManifest']>[1]) {
    return this.#counting.findManifest(site, key);
  }
  async listManifests(site: string, query: Parameters<Store['listManifests']>[1]) {
    return this.#counting.listManifests(site, query);
  }
  async putSegment(site: string, segment: Segment) {
    return this.#counting.putSegment(site, segment);
  }
  async listSegmentKeys(site: string, entry: number) {
    return this.#counting.listSegmentKeys(site, entry);
  }
  async listSegments(site: string, query: Parameters<Store['listSegments']>[1]) {
    return this.#counting.listSegments(site, query);
  }
  async deleteSegments(site: string, keys: readonly SegmentKey[]) {
    this.#counting.deleteSegments(site, keys);
  }
  async putSealVector(site: string, vector: SealVector) {
    return this.#seals.putVector(site, vector);
  }
  async listSealKeys(site: string, query: Parameters<Store['listSealKeys']>[1]) {
    return this.#seals.listKeys(site, query);
  }
  async findSealVector(site: string, key: SealKey) {
    return this.#seals.findVector(site, key);
  }
  async purgeRecords(site: string, query: Parameters<Store['purgeRecords']>[1]) {
    return this.#seals.purgeRecords(site, query);
  }

  async putDone(site: string, done: Done) {
    return this.#ledger.putDone(site, done);
  }
  async listDone(site: string, after: number, limit: number) {
    return this.#ledger.listDone(site, after, limit);
  }

  async putImportPart(site: string, part: ImportPart) {
    return this.#imports.put(site, part);
  }
  async findImportPart(site: string, key: Pick<ImportPart, 'importId' | 'part'>) {
    return this.#imports.find(site, key);
  }
  async listImports(site: string) {
    return this.#imports.list(site);
  }
  async deleteImport(site: string, importId: string) {
    this.#imports.delete(site, importId);
  }

  async putKey(key: ApiKey) {
    return this.#keys.put(key);
  }
  async findKey(id: string) {
    return this.#keys.find(id);
  }
  async listKeys(site: string) {
    return this.#keys.list(site);
  }
  async countKeys() {
    return this.#keys.count();
  }
  async revokeKey(site: string, id: string, revokedAtMs: number) {
    return this.#keys.revoke(site, id, revokedAtMs);
  }
  async secret(name: string, candidate: string) {
    return this.#keys.secret(name, candidate);
  }

  async putAuditEntries(site: string, entries: readonly AuditEntry[]) {
    return this.#audit.put(site, entries);
  }
  async listAuditEntries(site: string, query: AuditQuery) {
    return this.#audit.list(site, query);
  }
  async purgeAuditEntries(site: string, query: { upTo: number; limit: number }) {
    return this.#audit.purge(site, query);
  }

  async putPolicy(site: string, policy: SetPolicy) {
    return this.#policies.put(site, policy);
  }
  async lastPolicy(site: string) {
    return this.#policies.last(site);
  }

  async putFit(site: string, fit: StoredFit) {
    return this.#fits.put(site, fit);
  }
  async lastFit(site: string, version: number) {
    return this.#fits.last(site, version);
  }
  async purgeFits(site: string, stale: StaleFits) {
    return this.#fits.purge(site, stale);
  }

  async putLease(site: string, lease: Lease) {
    return this.#leases.put(site, lease);
  }
  async lastLease(site: string) {
    return this.#leases.last(site);
  }
  async purgeLeases(site: string, before: number) {
    this.#leases.purge(site, before);
  }

  async listSites() {
    return listSites(this.#database);
  }
  async ping() {
    this.#database.prepare('SELECT 1').get();
  }
  /** Closing twice is no error. */
  async close() {
    this.#database.close();
  }
}
