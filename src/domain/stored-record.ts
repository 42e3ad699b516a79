/** A record as it is kept: where it lives, its content, what was fixed at its acceptance, and the score it got then. */
import type { EpisodeId, RecordRef } from './identity.ts';
import type { Verdict } from './label.ts';
import type { CategoryObservation } from './observation.ts';
import type { RecordKind, TrafficRecord } from './record.ts';

/** What learning needs to decide a record's class, without its content. */
export interface RecordHead extends RecordRef {
  episode: EpisodeId;
  kind: RecordKind;
  /** The time that windows and decay go by: its own, else that of receipt; absent in a labelled corpus without times. */
  atMs?: number | undefined;
  receivedAtMs: number;
  /** Stored with a label: never good by time alone. */
  labelled: boolean;
  /** Symbols of its strings, for cutting work into parts. */
  symbols: number;
  host?: string | undefined;
  source?: string | undefined;
  destination?: string | undefined;
  domain?: string | undefined;
  sensor?: string | undefined;
}

export interface StoredRecord extends RecordHead {
  record: TrafficRecord;
  /** Observations that depend on configuration or on the past (country, ASN, local hour, anomalies). */
  fixed: readonly CategoryObservation[];
  /** The line as it came; absent where a policy turned it off. */
  original?: Uint8Array | undefined;
  format: string;
  /** The judgement at acceptance; absent where `score=false`. */
  score?: number | undefined;
  verdict?: Verdict | undefined;
  model?: string | undefined;
}

/** What counting reads of a record: its content, and what was fixed with it. */
export type RecordContent = Pick<StoredRecord, 'atMs' | 'record' | 'fixed'>;
