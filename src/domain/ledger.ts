/**
 * The documents of learning. Each is inserted once under a unique key and never changed; intents alone are deleted, the
 * records, memberships and manifests of sealed slices, segments of tokenizers that count no more, and parts of imports
 * that never came about.
 * docs/ARCHITECTURE.md tells the protocol; services/learning runs it.
 */
import type { EpisodeId, Identity, RecordRef, Slice } from './identity.ts';
import type { Label, RecordClass } from './label.ts';
import type { Mark } from './window.ts';

interface EntryCommon {
  /** 1, 2, 3 … without gaps, per site. */
  number: number;
  /** Its own id: an entry appended twice (an answer that got lost) counts once. For a mark this is the window's id. */
  id: string;
  appendedAtMs: number;
  /** Id of the key that asked for it; absent where a worker did. */
  by?: string | undefined;
}

export interface Judgement {
  record: RecordRef;
  /** null takes an earlier judgement back. */
  label: Label | null;
}

export type MarkEntry = EntryCommon & { type: 'mark'; mark: Mark };
export type RetractEntry = EntryCommon & { type: 'retract'; markId: string };
export type JudgeEntry = EntryCommon & {
  type: 'judge';
  judgements: readonly Judgement[];
  note?: string | undefined;
};
export type BaselineEntry = EntryCommon & { type: 'baseline'; horizonMs: number };
export type LateEntry = EntryCommon & { type: 'late'; records: readonly RecordRef[] };
/** These slices are counted a last time; they take no more records, and nothing but a retraction touches their counts. */
export type SealEntry = EntryCommon & { type: 'seal'; slices: readonly Slice[] };
/**
 * From here on counts are of the tokens of this version of the tokenizers, and what is counted in open slices is counted
 * again. Counts for nothing where the ledger has this version already, or a higher one.
 */
export type TokenizerEntry = EntryCommon & { type: 'tokenizer'; version: number };

/**
 * What another site has learnt is counted here too, dated at the append, until it is retracted. Counts for nothing where
 * equal counts are in force already, whatever their trust: a request that is sent again counts once.
 */
export type ImportEntry = EntryCommon & { type: 'import'; imported: Imported };

export interface Imported {
  /** In (0, 1], at most four decimals: each count is multiplied by it, halves rounded up. */
  trust: number;
  /** Version of the tokenizers whose tokens are counted. */
  tokenizer: number;
  /** Lines of the export: tokens, and what fields and totals hold. */
  tokens: number;
  /** Documents of the counts, which are there before the entry is. */
  parts: number;
  /** Σ of the sums of the parts: equal sums, equal counts. */
  sum: string;
  note?: string | undefined;
}

/**
 * From here on the site is scored by the model of an earlier entry, until another activation. It changes no count, and what
 * comes later is learnt all the same.
 */
export type ActivateEntry = EntryCommon & {
  type: 'activate';
  /** Number of the entry up to which that model counts; absent for the newest model there is. */
  version?: number | undefined;
};

export type LedgerEntry =
  | MarkEntry
  | RetractEntry
  | JudgeEntry
  | BaselineEntry
  | LateEntry
  | SealEntry
  | TokenizerEntry
  | ImportEntry
  | ActivateEntry;

/** An entry before it has a number. */
export type EntryDraft = LedgerEntry extends infer E
  ? E extends LedgerEntry
    ? Omit<E, 'number'>
    : never
  : never;

/** The slices that an entry touches, in ascending order, and in how many parts each is worked. */
export interface Plan {
  entry: number;
  slices: readonly { slice: Slice; parts: number }[];
}

export interface ManifestRow {
  identity: Identity;
  episode: EpisodeId;
  /** The class from this entry on. */
  class: RecordClass;
  /** Number of the mark or judge entry that decides; 0 for good by time and for none. */
  decidedBy: number;
}

/** The records of one part of a slice (identity hash mod parts) whose class or deciding entry changes with this entry. */
export interface Manifest {
  entry: number;
  slice: Slice;
  part: number;
  rows: readonly ManifestRow[];
}

/** Where a segment stands. */
export interface SegmentKey {
  entry: number;
  slice: Slice;
  part: number;
  chunk: number;
}

/** Every key comes after it. */
export const BEFORE_ALL: SegmentKey = { entry: 0, slice: 0, part: 0, chunk: 0 };

/**
 * Counts after minus counts before, over the touched episodes of one part (episode hash mod parts); of a tokenizer entry,
 * all that is counted in the slice, which takes the place of the segments before. What would not fit in one document is cut
 * by token hash into `chunks`; chunk 0 to chunks − 1 are inserted in that order.
 */
export interface Segment extends SegmentKey {
  chunks: number;
  /** Its addend to the model id: 32 hex digits, Σ count·H mod 2^128. */
  sum: string;
  /** bayes/counts-codec.ts */
  counts: Uint8Array;
}

/** What one incident taught of a sealed slice, and where it stands; parts and chunks are those of segments. */
export interface SealKey {
  slice: Slice;
  /** Number of the mark that decided; 0 for what was judged, or good by time. */
  incident: number;
  part: number;
  chunk: number;
}

/**
 * The counts of a sealed slice that go when the incident is retracted. All incidents of a slice sum to what was counted in
 * it: a record belongs to the incident that decided it; an episode belongs, token by token and for each class, to the
 * incident that holds the token and whose first record in the episode is the earliest.
 */
export interface SealVector extends SealKey {
  chunks: number;
  /** As a segment's. */
  sum: string;
  counts: Uint8Array;
}

/** Some of the counts of an import as they came: not weighed by its trust, of no day. No token is in two parts. */
export interface ImportPart {
  /** Id of the entry that will name it. */
  importId: string;
  /** 0, 1, 2 … */
  part: number;
  createdAtMs: number;
  /** As a segment's. */
  sum: string;
  counts: Uint8Array;
}

/** The entry is counted. */
export interface Done {
  entry: number;
  /** Σ of its segments' sums; of a tokenizer entry, less those of the segments that they take the place of. */
  sum: string;
  doneAtMs: number;
}

/** A record belongs to the list of a mark. */
export interface Membership {
  markId: string;
  record: RecordRef;
}

/** Announced before anything of a batch is stored, under a fresh random id for each attempt. */
export interface Intent {
  id: string;
  createdAtMs: number;
  records: readonly RecordRef[];
  memberships: readonly Membership[];
}
