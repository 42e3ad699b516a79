/**
 * Writes the audit of what callers do: an entry for each call, and for what goes on for long an entry of its begin and one
 * of its end. Who waits for an answer waits for the entry; failures, and ends that nobody waits for, are written a moment
 * later.
 */
import type { AuditAction, AuditDetails, AuditDraft, AuditEntry, AuditOutcome } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { AuditLog } from './audit-log.ts';
import type { Caller } from './caller.ts';
import type { IngestOptions, IngestSession, RecordSession } from './record-session.ts';

export interface AuditDependencies {
  audit: AuditLog;
  clock: Clock;
  /** Told where an entry that nobody waits for was not written. */
  onError: (error: unknown, what: string) => void;
}

/** What an entry says beside who, when and where. */
interface EntryContent {
  subject?: string | undefined;
  details?: AuditDetails | undefined;
}

/** Ids come from requests: what is none is cut. */
const SUBJECT_CHARACTERS_MAX = 128;

export class AuditWriter {
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #onError: AuditDependencies['onError'];

  constructor({ audit, clock, onError }: AuditDependencies) {
    this.#audit = audit;
    this.#clock = clock;
    this.#onError = onError;
  }

  /** One entry for a call, when its work is done or has failed. @param given what is known of it before */
  async call<T>(
    caller: Caller,
    action: AuditAction,
    given: EntryContent,
    work: () => Promise<{ result: T; content?: EntryContent }>,
  ): Promise<T> {
    const { result, content } = await work().catch(error => {
      this.#writeLater(caller, action, outcomeOf(error), given);
      throw error;
    });
    await this.#write(caller, action, 'done', { ...given, ...content });
    return result;
  }

  /** Pages on their way out: the begin is written before the first one leaves, the end with what was in them. */
  async *pages<T>(
    caller: Caller,
    action: AuditAction,
    what: string,
    pages: AsyncIterable<T[]>,
  ): AsyncGenerator<T[]> {
    const { number: begin } = await this.#write(caller, action, 'begun', {});
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
      this.#writeLater(caller, action, outcome, { begin, details: { [what]: sent } });
    }
  }

  /** A request with records: its begin is written where it answers before its end. */
  async session(
    caller: Caller,
    { corpus }: IngestOptions,
    open: () => Promise<RecordSession>,
  ): Promise<IngestSession> {
    const action = 'records.store';
    const list = corpus === undefined ? {} : { label: corpus.label, window: corpus.name };
    const session = await open().catch(error => {
      this.#writeLater(caller, action, outcomeOf(error), { details: list });
      throw error;
    });
    let begun: Promise<AuditEntry> | null = null;
    /** A batch that is added again, when the store is back, begins again. */
    const notBegun = (error: unknown) => {
      begun = null;
      throw error;
    };
    return {
      get model() {
        return session.model;
      },
      add: async (batch, isLast = false) => {
        if (!isLast) begun ??= this.#write(caller, action, 'begun', { details: list }).catch(notBegun);
        const [outcomes] = await Promise.all([session.add(batch), begun]);
        return outcomes;
      },
      close: async (counts, failure, more = {}) => {
        const details = { ...list, ...counts, ...more };
        const outcome = failure ?? 'done';
        const begin = await begun?.then(({ number }) => number).catch(() => undefined);
        if (begin !== undefined || failure !== undefined)
          this.#writeLater(caller, action, outcome, { begin, details });
        else await this.#write(caller, action, outcome, { details });
      },
    };
  }

  #write(
    { site, ...who }: Caller,
    action: AuditAction,
    outcome: AuditOutcome,
    content: EntryContent,
  ): Promise<AuditEntry> {
    return this.#audit.append(site, this.#draftOf(who, action, outcome, content));
  }

  #writeLater(
    { site, ...who }: Caller,
    action: AuditAction,
    outcome: AuditOutcome,
    content: EntryContent & Pick<AuditDraft, 'begin'>,
  ): void {
    this.#audit.appendLater(site, this.#draftOf(who, action, outcome, content)).catch(error => {
      // Where the store is away or full, whoever asked has been told so.
      if (outcome !== 'store-unavailable' && outcome !== 'store-full')
        this.#onError(error, `the audit of ${action}`);
    });
  }

  #draftOf(
    { keyId, address }: Omit<Caller, 'site'>,
    action: AuditAction,
    outcome: AuditOutcome,
    { begin, subject, details }: EntryContent & Pick<AuditDraft, 'begin'>,
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
