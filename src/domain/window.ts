/** Marks: a stretch of time (with a filter), or the list of a labelled corpus, that a person called bad or good. */
import type { Label } from './label.ts';
import type { RecordKind } from './record.ts';

/** Filter of a window: values are exact, CIDR (addresses) or suffix (`*.example.org`). All that are given must match. */
export interface Where {
  kind?: RecordKind | undefined;
  /** `host.name`, or either address. */
  host?: string | undefined;
  source?: string | undefined;
  destination?: string | undefined;
  /** DNS question, URL domain or TLS server name. */
  domain?: string | undefined;
  sensor?: string | undefined;
}

/** What a mark covers. `[fromMs, toMs)` of the record's time; or the records that were posted under the corpus' name. */
export type Scope =
  | { type: 'time'; fromMs: number; toMs: number; where: Where }
  | { type: 'list'; name: string };

export interface Threat {
  name: string;
  /** MITRE ATT&CK technique, e.g. `T1071.004`. */
  technique?: string | undefined;
}

export interface Mark {
  label: Label;
  scope: Scope;
  threat?: Threat | undefined;
  note?: string | undefined;
}
