/**
 * Every use case that writes, or lets out what was learnt, tells the audit of it, before its caller is answered: what was
 * acknowledged has its entry. A crash between a write and its entry leaves a write that nobody was told of.
 *
 * A request with records has one entry, with counts. Where it answers before its end, the begin has one too, so that no
 * outcome goes out before the audit knows who sends.
 */
import type { AuditAction, AuditDetails, AuditDraft, AuditEntry, AuditOutcome } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { AuditLog } from './audit-log.ts';
import { exportAudit, listAudit } from './list-audit.ts';
import type { Caller, IngestOptions, IngestSession, RecordSession, Services } from './services.ts';

/** The use cases before the audit is told of them. */
export type Untold = Omit<Services, 'openIngest' | 'listAudit' | 'exportAudit'> & {
  openIngest(caller: Caller, options: IngestOptions): Promise<RecordSession>;
};

export interface AuditDependencies {
  audit: AuditLog;
  clock: Clock;
  /** Told where an entry that nobody waits for was not written. */
  onError: (error: unknown, what: string) => void;
}

/** What an entry says beside who, when and where. */
interface Told {
  subject?: string | undefined;
  details?: AuditDetails | undefined;
}

/** Ids come from requests: what is none is cut. */
const SUBJECT_CHARACTERS_MAX = 128;

export function auditedServices(services: Untold, deps: AuditDependencies): Services {
  const teller = new Teller(deps);
  return {
    ...services,
    openIngest: (caller, options) =>
      teller.session(caller, options, () => services.openIngest(caller, options)),
    markWindow: (caller, request) =>
      teller.once(caller, 'window.mark', { details: { label: request.label } }, async () => {
        const view = await services.markWindow(caller, request);
        return { result: view, told: { subject: view.id } };
      }),
    retractWindow: (caller, id) =>
      teller.once(caller, 'window.retract', { subject: id }, async () => {
        return { result: await services.retractWindow(caller, id) };
      }),
    judgeRecords: (caller, items, note) =>
      teller.once(caller, 'records.judge', { details: { records: items.length } }, async () => {
        return { result: await services.judgeRecords(caller, items, note) };
      }),
    createKey: (caller, role, name) =>
      teller.once(caller, 'key.make', { details: { role, name } }, async () => {
        const made = await services.createKey(caller, role, name);
        return { result: made, told: { subject: made.key.id } };
      }),
    revokeKey: (caller, id) =>
      teller.once(caller, 'key.revoke', { subject: id }, async () => {
        return { result: await services.revokeKey(caller, id) };
      }),
    makeBackup: caller =>
      teller.once(caller, 'backup.make', {}, async () => {
        const backup = await services.makeBackup(caller);
        return { result: backup, told: { subject: backup.name, details: { bytes: backup.bytes } } };
      }),
    exportTokens: caller => teller.pages(caller, 'tokens.export', 'tokens', services.exportTokens(caller)),
    listAudit: (site, query) => listAudit(deps.audit, site, query),
    exportAudit: caller =>
      teller.pages(caller, 'audit.export', 'entries', exportAudit(deps.audit, caller.site)),
  };
}

class Teller {
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #onError: AuditDependencies['onError'];

  constructor({ audit, clock, onError }: AuditDependencies) {
    this.#audit = audit;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** One entry, of the work when it is done or has failed. */
  async once<T>(
    caller: Caller,
    action: AuditAction,
    asked: Told,
    work: () => Promise<{ result: T; told?: Told }>,
  ): Promise<T> {
    const { result, told } = await work().catch(error => {
      this.#tellLater(caller, action, outcomeOf(error), asked);
      throw error;
    });
    await this.#tell(caller, action, 'done', { ...asked, ...told });
    return result;
  }

  /** Pages on their way out: the begin is told before the first one leaves, the end with what was in them. */
  async *pages<T>(
    caller: Caller,
    action: AuditAction,
    what: string,
    pages: AsyncIterable<T[]>,
  ): AsyncGenerator<T[]> {
    const { number: begin } = await this.#tell(caller, action, 'begun', {});
    let sent = 0;
    // Until all is read: whoever leaves the loop has gone.
    let outcome: AuditOutcome = 'client-gone';
    try {
      for await (const page of pages) {
        sent += page.length;
        yield page;
      }
      outcome = 'done';
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.#tellLater(caller, action, outcome, { begin, details: { [what]: sent } });
    }
  }

  async session(
    caller: Caller,
    { corpus }: IngestOptions,
    open: () => Promise<RecordSession>,
  ): Promise<IngestSession> {
    const action = 'records.store';
    const list = corpus === undefined ? {} : { label: corpus.label, window: corpus.name };
    const session = await open().catch(error => {
      this.#tellLater(caller, action, outcomeOf(error), { details: list });
      throw error;
    });
    let begun: Promise<AuditEntry> | null = null;
    return {
      get model() {
        return session.model;
      },
      add: async (batch, isLast = false) => {
        if (!isLast) begun ??= this.#tell(caller, action, 'begun', { details: list });
        const [outcomes] = await Promise.all([session.add(batch), begun]);
        return outcomes;
      },
      close: async (counts, failure) => {
        const details = { ...list, ...counts };
        const outcome = failure ?? 'done';
        const begin = await begun?.then(({ number }) => number).catch(() => undefined);
        if (begin !== undefined || failure !== undefined)
          this.#tellLater(caller, action, outcome, { begin, details });
        else await this.#tell(caller, action, outcome, { details });
      },
    };
  }

  #tell(
    { site, ...who }: Caller,
    action: AuditAction,
    outcome: AuditOutcome,
    told: Told,
  ): Promise<AuditEntry> {
    return this.#audit.append(site, this.#draftOf(who, action, outcome, told));
  }

  #tellLater(
    { site, ...who }: Caller,
    action: AuditAction,
    outcome: AuditOutcome,
    told: Told & Pick<AuditDraft, 'begin'>,
  ): void {
    this.#audit.appendLater(site, this.#draftOf(who, action, outcome, told)).catch(error => {
      // Where the store is away or full, whoever asked has been told so.
      if (outcome !== 'store-unavailable' && outcome !== 'store-full')
        this.#onError(error, `the audit of ${action}`);
    });
  }

  #draftOf(
    { keyId, address }: Omit<Caller, 'site'>,
    action: AuditAction,
    outcome: AuditOutcome,
    { begin, subject, details }: Told & Pick<AuditDraft, 'begin'>,
  ): AuditDraft {
    return {
      atMs: this.#clock.nowMs(),
      by: keyId,
      from: address ?? 'local',
      action,
      outcome,
      ...(begin === undefined ? {} : { begin }),
      ...(subject === undefined ? {} : { subject: subject.slice(0, SUBJECT_CHARACTERS_MAX) }),
      ...(details === undefined ? {} : { details }),
    };
  }
}

function outcomeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'internal';
}
