/** The use cases, as the API and the command line call them. Each is one function in a file of its own; compose.ts binds them. */
import type { ModelParameters, TokenCounts } from '../bayes/model.ts';
import type { AuditAction, AuditEntry } from '../domain/audit.ts';
import type { ErrorCode, Rejection } from '../domain/errors.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import type { Label, Verdict } from '../domain/label.ts';
import type { RecordKind, TrafficRecord } from '../domain/record.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import type { Mark, Threat, Where } from '../domain/window.ts';
import type { RecordSearch } from '../store/port.ts';

/** Who asks: the key's site and id. The API checks roles before it calls. */
export interface Caller {
  site: string;
  keyId: string;
  /** Of the client, for the audit; absent for what is asked in this process. */
  address?: string | undefined;
}

/** A parsed line on its way in. */
export interface ReceivedRecord {
  record: TrafficRecord;
  /** The line as it came, without its line end. */
  original: Uint8Array;
  format: string;
}

export interface Reason {
  /** Evidence group, e.g. `dns.question.name.log_odds`; or `prior`, `rest`, `calibration`. */
  group: string;
  /** ECS field or `<field>#<trait>`; empty for `prior`, `rest`, `calibration`. */
  field: string;
  /** The token, or the part of the string that speaks. */
  token: string;
  /** Nats towards bad; all of a result's sum to logit(score). */
  contribution: number;
  /** Good records and bad episodes that hold the token. */
  good: number;
  bad: number;
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
  /** How the request ended: once, before the outcomes of the last batch are answered. @param failure what broke it off */
  close(counts: RequestCounts, failure?: ErrorCode): Promise<void>;
}

export interface WindowRequest {
  fromMs: number;
  toMs: number;
  label: Label;
  where: Where;
  threat?: Threat | undefined;
  note?: string | undefined;
}

export const WINDOW_STATUSES = [
  'queued',
  'learning',
  'applied',
  'retracting',
  'retracted',
  'failed',
] as const;
export type WindowStatus = (typeof WINDOW_STATUSES)[number];

export interface WindowView {
  id: string;
  mark: Mark;
  createdAtMs: number;
  by?: string | undefined;
  status: WindowStatus;
  /** Work units (parts of slices) of the entry that is being counted. */
  progress: { done: number; total: number };
  /** Records in its scope now; absent in lists. */
  matched?: number | undefined;
  /** Why learning has failed, where that is the status. */
  reason?: string | undefined;
}

/** How far the learning of a site is. */
export interface LearningProgress {
  /** The last ledger entry that the model counts. */
  entry: number;
  /** Records that intents name and that are to be looked at, and windows to be learnt or taken back. */
  backlog: { records: number; windows: number };
}

export interface ModelView extends LearningProgress {
  id: string;
  builtAtMs: number;
  totals: TokenCounts;
  /** Days of the oldest and the newest record learnt, since the epoch; absent where none is dated. */
  days?: { oldest: number; newest: number } | undefined;
  /** Presence counts and distinct tokens of each field. */
  fields: Record<string, TokenCounts & { tokens: number }>;
  parameters: ModelParameters;
}

export interface TokenView extends TokenCounts {
  field: string;
  token: string;
  /** MAP log-odds in nats, bad episodes against good episodes, decayed. */
  weight: number;
  /** Standard deviation of the weight's posterior (Laplace), in nats. */
  sd: number;
  /** UTC day of the newest record that holds it, days since the epoch; absent where only undated ones do. */
  lastSeenDay?: number | undefined;
}

export interface TokenQuery {
  field?: string | undefined;
  q?: string | undefined;
  sort: 'weight' | 'count';
  order: 'asc' | 'desc';
  cursor?: string | undefined;
  limit: number;
}

export interface RecordView {
  stored: StoredRecord;
  /** The class that the ledger gives it now. */
  label: Label | null;
  /** Scored by the current model. */
  now: Result;
}

export interface RecordQuery extends RecordSearch {
  /** Class by the ledger now: a label, or `none`. */
  label?: Label | 'none' | undefined;
  window?: string | undefined;
}

export interface AuditSearch {
  by?: string | undefined;
  action?: AuditAction | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** A copy of the whole installation, as one file. */
export interface Backup {
  /** Fit for a file. */
  name: string;
  bytes: number;
  chunks(): AsyncIterable<Uint8Array>;
  /** To be called in any case: it takes the room of another store. */
  dispose(): Promise<void>;
}

export interface Readiness {
  ready: boolean;
  parts: Record<
    'store' | 'model' | 'learning',
    {
      ok: boolean;
      detail?: string | undefined;
      /** How often its thread had to be started again; absent where it has none. */
      restarts?: number | undefined;
    }
  >;
}

export interface Services {
  openScoring(site: string, options: ScoringOptions): Promise<RecordSession>;
  /** @throws AppError `window-name-taken` where the corpus' name is in force with another label */
  openIngest(caller: Caller, options: IngestOptions): Promise<IngestSession>;

  markWindow(caller: Caller, request: WindowRequest): Promise<WindowView>;
  /** What the window would touch; nothing is written. */
  previewWindow(site: string, request: WindowRequest): Promise<{ matched: number }>;
  /** Newest first. */
  listWindows(
    site: string,
    page: { cursor?: string | undefined; limit: number },
  ): Promise<{ items: WindowView[]; nextCursor?: string | undefined }>;
  /** @throws AppError `window-not-found` */
  getWindow(site: string, id: string): Promise<WindowView>;
  /** Idempotent. @throws AppError `window-not-found` */
  retractWindow(caller: Caller, id: string): Promise<{ id: string; status: WindowStatus; exact: boolean }>;
  /** @throws AppError `record-not-found` or `slice-sealed`, and then nothing is judged */
  judgeRecords(
    caller: Caller,
    items: readonly { id: string; label: Label | null }[],
    note?: string,
  ): Promise<{ judged: number }>;

  getModel(site: string): Promise<ModelView>;
  /** The part of the model's view that costs little to ask for. */
  getProgress(site: string): Promise<LearningProgress>;
  listTokens(
    site: string,
    query: TokenQuery,
  ): Promise<{ items: TokenView[]; nextCursor?: string | undefined }>;
  /** All tokens in a stable order (field, then token), in pages, for streaming. */
  exportTokens(caller: Caller): AsyncIterable<TokenView[]>;

  searchRecords(
    site: string,
    query: RecordQuery,
  ): Promise<{ items: RecordView[]; nextCursor?: string | undefined }>;
  /** @throws AppError `record-not-found` */
  getRecord(site: string, id: string, explain: number): Promise<RecordView>;

  /** The key whose secret this is, or null. Constant time in the secret. */
  authenticate(secret: string): Promise<ApiKey | null>;
  /** The secret is returned once, here. */
  createKey(caller: Caller, role: Role, name: string): Promise<{ key: ApiKey; secret: string }>;
  listKeys(site: string): Promise<ApiKey[]>;
  /** @throws AppError `key-not-found`, `last-admin-key` */
  revokeKey(caller: Caller, id: string): Promise<void>;

  /** Newest first. A page may be shorter than the limit and still have a cursor. */
  listAudit(
    site: string,
    search: AuditSearch,
  ): Promise<{ items: AuditEntry[]; nextCursor?: string | undefined }>;
  /** All entries, oldest first, in pages, for streaming. */
  exportAudit(caller: Caller): AsyncIterable<AuditEntry[]>;

  /**
   * A backup holds every site, so it is made for a caller whose site is the only one.
   * @throws AppError `forbidden` where there are others; `backup-unavailable`
   */
  makeBackup(caller: Caller): Promise<Backup>;

  readiness(): Promise<Readiness>;
}
