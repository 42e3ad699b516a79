/**
 * The collections, their documents, and the indexes beside that of `_id`, each with the queries that it serves.
 * docs/mongodb.md shows a document of each.
 */
import type { Binary, Collection, Db, IndexDescription } from 'mongodb';
import type { Verdict } from '../../domain/label.ts';
import type { SealKey, SegmentKey } from '../../domain/ledger.ts';
import type { RecordKind } from '../../domain/record.ts';
import { answered } from './errors.ts';
import type { StoreDocument } from './insert.ts';

/** `_id`: site, slice, identity. Fields whose value is undefined are not written. */
export interface RecordDocument extends StoreDocument {
  site: string;
  slice: number;
  episode: string;
  kind: RecordKind;
  atMs?: number | undefined;
  receivedAtMs: number;
  /** Of an unlabelled record: the later of its own time and its receipt. */
  dueMs?: number | undefined;
  labelled: boolean;
  symbols: number;
  host?: string | undefined;
  source?: string | undefined;
  destination?: string | undefined;
  domain?: string | undefined;
  sensor?: string | undefined;
  score?: number | undefined;
  verdict?: Verdict | undefined;
  format: string;
  model?: string | undefined;
  /** The record as JSON; deflated where it is long. Never as fields: their names are the sender's. */
  content: string | Binary;
  /** Field, token, field, token … as JSON. */
  fixed: string;
  original?: Binary | undefined;
  originalDeflated?: true | undefined;
  /** What findRecords counts: bytes of the original, characters of the content. */
  bytes: number;
}

/** `_id`: site, mark, slice, identity. */
export interface MembershipDocument extends StoreDocument {
  mark: string;
  slice: number;
  /** `_id` of the record, which may not be stored yet. */
  record: string;
}

/** `_id`: site and the intent's own id. */
export interface IntentDocument extends StoreDocument {
  site: string;
  id: string;
  createdAtMs: number;
  /** How many records it names. */
  records: number;
  recordRefs: Binary;
  /** How many memberships in a row are of one mark, as JSON. */
  membershipMarks: string;
  membershipRefs: Binary;
}

/** `_id`: site, number. */
export interface EntryDocument extends StoreDocument {
  /** The entry as JSON, without the records of a late one. */
  content: string;
  lateRefs?: Binary | undefined;
}

/** `_id`: site, entry. */
export interface PlanDocument extends StoreDocument {
  /** Pairs of slice and parts, as JSON. */
  slices: string;
}

/** `_id`: site, entry. */
export interface DoneDocument extends StoreDocument {
  entry: number;
  sum: string;
  doneAtMs: number;
}

/** `_id`: site, slice, entry, part. */
export interface ManifestDocument extends StoreDocument {
  slice: number;
  entry: number;
  part: number;
  rows: Binary;
}

/** `_id`: site, entry, slice, part, chunk. */
export interface SegmentDocument extends StoreDocument, SegmentKey {
  chunks: number;
  sum: string;
  counts: Binary;
}

/** `_id`: site, slice, incident, part, chunk. */
export interface SealVectorDocument extends StoreDocument, SealKey {
  site: string;
  chunks: number;
  sum: string;
  counts: Binary;
}

/** `_id`: site, import, part. */
export interface ImportPartDocument extends StoreDocument {
  importId: string;
  part: number;
  createdAtMs: number;
  sum: string;
  counts: Binary;
}

/** `_id`: the key's. */
export interface KeyDocument extends StoreDocument {
  site: string;
  createdAtMs: number;
  /** The key as JSON. */
  content: string;
}

/** `_id`: the key's. */
export interface RevocationDocument extends StoreDocument {
  revokedAtMs: number;
}

/** `_id`: its name. */
export interface SecretDocument extends StoreDocument {
  secret: string;
}

/** `_id`: site, number. */
export interface AuditDocument extends StoreDocument {
  number: number;
  /** The entry as JSON. */
  content: string;
}

/** `_id`: site, number. */
export interface PolicyDocument extends StoreDocument {
  /** The policy that was set, as JSON. */
  content: string;
}

/** `_id`: site, version, entry. */
export interface FitDocument extends StoreDocument {
  version: number;
  entry: number;
  /** What was fitted, as JSON. */
  content: string;
}

/** `_id`: site, epoch. */
export interface LeaseDocument extends StoreDocument {
  epoch: number;
  holder: string | null;
}

/** `_id`: `schema`. What the documents look like. */
export interface InstallationDocument extends StoreDocument {
  version: number;
}

export interface Collections {
  records: Collection<RecordDocument>;
  memberships: Collection<MembershipDocument>;
  intents: Collection<IntentDocument>;
  entries: Collection<EntryDocument>;
  plans: Collection<PlanDocument>;
  done: Collection<DoneDocument>;
  manifests: Collection<ManifestDocument>;
  segments: Collection<SegmentDocument>;
  sealVectors: Collection<SealVectorDocument>;
  importParts: Collection<ImportPartDocument>;
  keys: Collection<KeyDocument>;
  revocations: Collection<RevocationDocument>;
  secrets: Collection<SecretDocument>;
  audit: Collection<AuditDocument>;
  policies: Collection<PolicyDocument>;
  fits: Collection<FitDocument>;
  leases: Collection<LeaseDocument>;
  installation: Collection<InstallationDocument>;
}

const INDEXES: { readonly [Name in keyof Collections]: readonly IndexDescription[] } = {
  records: [
    // searchHeads by time; slices by hash with a record of that time.
    { name: 'by_time', key: { site: 1, atMs: 1, _id: 1 } },
    // searchHeads by score.
    { name: 'by_score', key: { site: 1, score: 1, _id: 1 } },
    // listSlices of what is due.
    { name: 'by_due', key: { site: 1, dueMs: 1, slice: 1 } },
    // The sizes of slices, and the newest receipt of each.
    { name: 'by_slice', key: { site: 1, slice: 1, receivedAtMs: 1, symbols: 1 } },
  ],
  // The lists that a record belongs to; those of a purged slice.
  memberships: [{ name: 'by_record', key: { record: 1 } }],
  // The oldest first; how many there are, and how many records they name.
  intents: [{ name: 'by_age', key: { site: 1, createdAtMs: 1, _id: 1, records: 1 } }],
  entries: [],
  plans: [],
  done: [],
  manifests: [],
  segments: [],
  // What one incident taught, wherever.
  sealVectors: [{ name: 'by_incident', key: { site: 1, incident: 1, _id: 1 } }],
  importParts: [],
  // The keys of a site, the oldest first; sites that hold a key.
  keys: [{ name: 'by_site', key: { site: 1, createdAtMs: 1, _id: 1 } }],
  revocations: [],
  secrets: [],
  audit: [],
  policies: [],
  fits: [],
  leases: [],
  installation: [],
};

export function collectionsOf(db: Db): Collections {
  return {
    records: db.collection('records'),
    memberships: db.collection('memberships'),
    intents: db.collection('intents'),
    entries: db.collection('entries'),
    plans: db.collection('plans'),
    done: db.collection('done'),
    manifests: db.collection('manifests'),
    segments: db.collection('segments'),
    sealVectors: db.collection('sealVectors'),
    importParts: db.collection('importParts'),
    keys: db.collection('keys'),
    revocations: db.collection('revocations'),
    secrets: db.collection('secrets'),
    audit: db.collection('audit'),
    policies: db.collection('policies'),
    fits: db.collection('fits'),
    leases: db.collection('leases'),
    installation: db.collection('installation'),
  };
}

/** Makes the indexes that are not there. @throws AppError `store-unavailable` */
export async function makeIndexes(db: Db): Promise<void> {
  for (const [name, indexes] of Object.entries(INDEXES)) {
    if (indexes.length > 0) await answered(() => db.collection(name).createIndexes([...indexes]));
  }
}
