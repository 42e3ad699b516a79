/** The records of one request, on their way through the use cases batch by batch. */
import type { AuditDetails } from '../domain/audit.ts';
import type { ErrorCode } from '../domain/errors.ts';
import type { Identity } from '../domain/identity.ts';
import type { Label } from '../domain/label.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { Outcome } from './result.ts';

/** A parsed line on its way in. */
export interface ReceivedRecord {
  record: TrafficRecord;
  /** The line as it came, without its line end. */
  original: Uint8Array;
  format: string;
  /**
   * What makes it known again, where whoever received it knows that and no request does; absent, it is its `event.id`, or
   * its line and the number of it among equal ones of the session.
   */
  identity?: Identity | undefined;
}

export interface ScoringOptions {
  /** Strongest reasons of each record; 0 for none. */
  explain: number;
}

export interface IngestOptions extends ScoringOptions {
  score: boolean;
  /** A labelled corpus: its records join the list of that name. */
  corpus?: { label: Label; name: string } | undefined;
}

/** The records of one request, batch by batch: equal lines of one request get ascending occurrence numbers. */
export interface RecordSession {
  /**
   * Outcomes in the order given; for an ingest, everything in them is durable. At most BATCH_RECORDS_MAX records.
   * @param isLast whether the request ends with this batch
   */
  add(batch: readonly ReceivedRecord[], isLast?: boolean): Promise<Outcome[]>;
  /** Id of the model that scored the last batch; empty where there is none that this program can score with. */
  readonly model: string;
}

export interface RequestCounts {
  accepted: number;
  duplicates: number;
  rejected: number;
}

/** A session whose request is told of in the audit. */
export interface IngestSession extends RecordSession {
  /**
   * How the request ended: once, before the outcomes of the last batch are answered.
   * @param failure what broke it off
   * @param details what the audit is to tell of it beside its counts
   */
  close(counts: RequestCounts, failure?: ErrorCode, details?: AuditDetails): Promise<void>;
}
