/**
 * The store in MongoDB, shared by any number of processes. Nothing is asked of the server but inserts, finds, deletes by
 * id or range, counts of an index and sums; what is acknowledged is on a majority's disks (docs/mongodb.md).
 */
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
import type { Collections } from './collections.ts';
import type { MongoConnection } from './connection.ts';
import { Counting } from './counting.ts';
import { answered } from './errors.ts';
import { Fits } from './fits.ts';
import { Imports } from './imports.ts';
import { Intents } from './intents.ts';
import { Keys } from './keys.ts';
import { Leases } from './leases.ts';
import { Ledger } from './ledger.ts';
import { Memberships } from './memberships.ts';
import { Policies } from './policies.ts';
import { Records } from './records.ts';
import { Seals } from './seals.ts';
import { Search } from './search.ts';
import { listSites } from './sites.ts';
import { Slices } from './slices.ts';

export class MongoStore implements Store {
  readonly #connection: MongoConnection;
  readonly #collections: Collections;
  readonly #records: Records;
  readonly #slices: Slices;
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

  /** Of a connection that is made: openMongoStore. */
  constructor(connection: MongoConnection, collections: Collections) {
    this.#connection = connection;
    this.#collections = collections;
    this.#records = new Records(collections);
    this.#slices = new Slices(collections);
    this.#search = new Search(collections);
    this.#memberships = new Memberships(collections);
    this.#intents = new Intents(collections);
    this.#ledger = new Ledger(collections);
    this.#counting = new Counting(collections);
    this.#seals = new Seals(collections);
    this.#imports = new Imports(collections);
    this.#keys = new Keys(collections);
    this.#audit = new Audit(collections);
    this.#policies = new Policies(collections);
    this.#fits = new Fits(collections);
    this.#leases = new Leases(collections);
  }

  async putRecords(site: string, records: readonly StoredRecord[]) {
    return this.#records.put(site, records);
  }
  async findRecords(site: string, refs: readonly RecordRef[], bytesMax?: number) {
    return this.#records.find(site, refs, bytesMax);
  }
  async findHeads(site: string, refs: readonly RecordRef[]) {
    return this.#records.findHeads(site, refs);
  }
  async findContents(site: string, refs: readonly RecordRef[]) {
    return this.#records.findContents(site, refs);
  }
  async findScores(site: string, refs: readonly RecordRef[]) {
    return this.#records.findScores(site, refs);
  }
  async listHeads(site: string, query: HeadQuery) {
    return this.#records.listHeads(site, query);
  }
  async listSlices(site: string, query: SliceQuery) {
    return this.#slices.list(site, query);
  }
  async searchHeads(site: string, search: RecordSearch) {
    return this.#search.page(site, search);
  }

  async putMemberships(site: string, memberships: readonly Membership[]) {
    await this.#memberships.put(site, memberships);
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
    await this.#intents.put(site, intent);
  }
  async listIntents(site: string, limit: number) {
    return this.#intents.list(site, limit);
  }
  async countIntents(site: string) {
    return this.#intents.count(site);
  }
  async deleteIntents(site: string, ids: readonly string[]) {
    await this.#intents.delete(site, ids);
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
    await this.#counting.deleteSegments(site, keys);
  }
  async putDone(site: string, done: Done) {
    return this.#ledger.putDone(site, done);
  }
  async listDone(site: string, after: number, limit: number) {
    return this.#ledger.listDone(site, after, limit);
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
    await this.#imports.delete(site, importId);
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
    await this.#leases.purge(site, before);
  }

  async listSites() {
    return listSites(this.#collections);
  }
  async ping() {
    await answered(() => this.#connection.db.command({ ping: 1 }));
  }
  /** Closing twice is no error. */
  async close() {
    await answered(() => this.#connection.client.close());
  }
}
