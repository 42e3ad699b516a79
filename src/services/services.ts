/** The use cases, as the API and the command line call them. Each is one function in a file of its own; compose.ts binds them. */
import type { FieldSize } from '../bayes/pruning.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import type { Label } from '../domain/label.ts';
import type { Policy, PolicyInForce } from '../domain/policy.ts';
import type { SiteJob } from '../jobs/port.ts';
import type { Page } from '../store/port.ts';
import type { Caller } from './caller.ts';
import type { FitHealth } from './fit-runs.ts';
import type { LearningProgress, ModelView } from './get-model.ts';
import type { ImportLine, ImportRequest } from './import-tokens.ts';
import type { AuditSearch } from './list-audit.ts';
import type { Backup } from './make-backup.ts';
import type { ActivatedVersion, DiffQuery, DiffView, VersionView } from './model-versions.ts';
import type { PolicyCurve } from './policy-curve.ts';
import type { PruningPreview } from './preview-pruning.ts';
import type { Readiness } from './readiness.ts';
import type { IngestOptions, IngestSession, RecordSession, ScoringOptions } from './record-session.ts';
import type { RecordQuery, RecordView } from './search-records.ts';
import type { SiteDrift } from './site-drift.ts';
import type { TokenQuery, TokenView } from './token-page.ts';
import type { WindowRequest, WindowStatus, WindowView } from './window-view.ts';

export interface Services {
  openScoring(site: string, options: ScoringOptions): Promise<RecordSession>;
  /** @throws AppError `window-name-taken` where the corpus' name is in force with another label */
  openIngest(caller: Caller, options: IngestOptions): Promise<IngestSession>;

  markWindow(caller: Caller, request: WindowRequest): Promise<WindowView>;
  /** What the window would touch; nothing is written. */
  previewWindow(site: string, request: WindowRequest): Promise<{ matched: number }>;
  /** Newest first. */
  listWindows(site: string, page: { cursor?: string | undefined; limit: number }): Promise<Page<WindowView>>;
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
  /** As the model's view tells it; null where there is none, or where this process has no model. */
  getDrift(site: string): Promise<SiteDrift | null>;
  /** How many tokens of each field are in the model that this process serves, and how many are left out; empty where it serves none. */
  getModelSizes(site: string): Promise<ReadonlyMap<string, FieldSize>>;
  /** The part of the model's view that costs little to ask for. */
  getProgress(site: string): Promise<LearningProgress>;
  /** @throws AppError `queue-unavailable` */
  getLearning(site: string): Promise<SiteJob>;
  /** What waits is learnt now. @throws AppError `queue-unavailable` */
  runLearning(caller: Caller): Promise<void>;
  /** Versions of the model, newest first. */
  listModels(site: string, page: { cursor?: string | undefined; limit: number }): Promise<Page<VersionView>>;
  /** What moved between two versions, or would move without a window. @throws as diffModels */
  diffModels(site: string, name: string, query: DiffQuery): Promise<DiffView>;
  /**
   * The site is scored by that version until another one is activated. @param name of a version: getVersion
   * @throws AppError `model-not-found`, `model-gone`
   */
  activateModel(caller: Caller, name: string): Promise<ActivatedVersion>;
  listTokens(site: string, query: TokenQuery): Promise<Page<TokenView>>;
  /** All tokens in a stable order (field, then token), in pages, for streaming. */
  exportTokens(caller: Caller): AsyncIterable<TokenView[]>;

  getPolicy(site: string): Promise<PolicyInForce>;
  /**
   * @param after number of the policy that this one is to follow, 0 where none was set; absent, whatever is there
   * @throws AppError `policy-changed` where the last one has another number
   */
  setPolicy(caller: Caller, policy: Policy, after?: number): Promise<PolicyInForce>;
  /** What a floor under counts would leave out of the model; nothing changes. @param below that in force, unless given */
  previewPruning(site: string, below?: number): Promise<PruningPreview>;
  /** What each threshold costs, by the records that people and time have judged. */
  getPolicyCurve(site: string): Promise<PolicyCurve>;
  /** By the policy that the site is scored with: the instant (UTC epoch ms) of what a clock on its wall showed. */
  utcOf(site: string): Promise<(wallMs: number) => number>;
  /**
   * Counts of another site are taken over, weighed. @param lines of an export, in batches
   * @returns the import, a window
   * @throws AppError `invalid-import`, `tokenizer-differs`, `import-in-force`, `body-too-large`
   */
  importTokens(
    caller: Caller,
    request: ImportRequest,
    lines: AsyncIterable<readonly ImportLine[]>,
  ): Promise<WindowView>;

  searchRecords(site: string, query: RecordQuery): Promise<Page<RecordView>>;
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
  listAudit(site: string, search: AuditSearch): Promise<Page<AuditEntry>>;
  /** All entries, oldest first, in pages, for streaming. */
  exportAudit(caller: Caller): AsyncIterable<AuditEntry[]>;

  /**
   * A backup holds every site, so it is made for a caller whose site is the only one.
   * @throws AppError `forbidden` where there are others; `backup-unavailable`
   */
  makeBackup(caller: Caller): Promise<Backup>;

  readiness(): Promise<Readiness>;
  /** Of this process; one that only answers fits nothing. */
  fitHealth(): FitHealth;
}
