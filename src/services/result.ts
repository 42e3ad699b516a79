/** What is answered of a record: its score with reasons, a receipt, or why it was refused. */
import type { Rejection } from '../domain/errors.ts';
import type { Verdict } from '../domain/label.ts';
import type { RecordKind } from '../domain/record.ts';
import type { TeachingWindow } from './taught-by.ts';

export interface Reason {
  /** Evidence group, e.g. `dns.question.name.log_odds`; or `prior`, `rest`, `threat`, `calibration`. */
  group: string;
  /** ECS field or `<field>#<trait>`; empty for `prior`, `rest`, `threat`, `calibration`. */
  field: string;
  /** The token, or the part of the string that speaks. */
  token: string;
  /** Nats towards bad; all of a result's sum to logit(score). */
  contribution: number;
  /** Good records and bad episodes that hold the token. */
  good: number;
  bad: number;
  /** See ReasonCounts. */
  undoneBy?: number | null;
  /** Those that taught the token, of a stored record. */
  windows?: TeachingWindow[];
}

export interface Result {
  id: string;
  kind: RecordKind;
  /** P(bad), in [1e-6, 1 − 1e-6]. */
  score: number;
  verdict: Verdict;
  interval: [number, number];
  model: string;
  reasons?: Reason[];
  duplicate?: true;
}

/** A stored record whose score was not asked for (`score=false`). */
export interface Receipt {
  id: string;
  kind: RecordKind;
  duplicate?: true;
}

export type Outcome = Result | Receipt | { rejected: Rejection };
