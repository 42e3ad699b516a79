/**
 * The sessions that messages are stored in, an hour each at most: what a request with records is to the audit, an hour of the
 * listener is. An entry of its begin stands there before the first batch is told to be stored, one of its end has the counts and
 * the senders. An entry for each batch would fill the audit, and one for each connection would let anybody fill it who opens
 * one a message, as `logger` does. What fails leaves the hour open, for the same reason: its end names what failed last.
 */
import { AppError, type ErrorCode, isAppError } from '../domain/errors.ts';
import type { Caller } from '../services/caller.ts';
import type { IngestSession, ReceivedRecord, RequestCounts } from '../services/record-session.ts';
import type { Outcome } from '../services/result.ts';
import type { Services } from '../services/services.ts';

/** Senders that an entry names: those that sent most. */
const SENDERS_NAMED = 16;
/** Senders that are told apart in an hour; those of datagrams may be anybody's invention. */
const SENDERS_MAX = 1_024;

interface Hour {
  session: Promise<IngestSession>;
  counts: RequestCounts;
  /** Messages by sender. */
  senders: Map<string, number>;
  timer: NodeJS.Timeout;
  /** Batches on their way. */
  running: number;
  /** Why the last batch failed that did. */
  failure: ErrorCode | undefined;
  /** It takes no more batches, and is told of once none is on its way. */
  isOver: boolean;
}

export class AuditHours {
  readonly #services: Pick<Services, 'openIngest'>;
  readonly #caller: Caller;
  readonly #hourMs: number;
  readonly #onError: (error: unknown, what: string) => void;
  #current: Hour | null = null;
  /** Messages that were no records while no hour was open. */
  #rejected = 0;
  readonly #closing = new Set<Promise<void>>();

  /**
   * @param options.hourMs what an entry tells of
   * @param options.onError told of an entry that was not written
   */
  constructor(options: {
    services: Pick<Services, 'openIngest'>;
    site: string;
    onError: (error: unknown, what: string) => void;
    hourMs: number;
  }) {
    this.#services = options.services;
    this.#caller = { site: options.site, keyId: 'syslog', address: 'several' };
    this.#onError = options.onError;
    this.#hourMs = options.hourMs;
  }

  /**
   * Stores a batch; it may be added again where it fails, and takes no further entry.
   * @param senders of the records, in their order
   * @throws what the session throws
   */
  async add(records: readonly ReceivedRecord[], senders: readonly string[]): Promise<readonly Outcome[]> {
    this.#current ??= this.#open();
    const hour = this.#current;
    hour.running += 1;
    try {
      const outcomes = await (await hour.session).add(records);
      for (const [index, outcome] of outcomes.entries()) countIn(hour, outcome, senders[index] ?? '');
      return outcomes;
    } catch (error) {
      hour.failure = errorCode(error);
      throw error;
    } finally {
      hour.running -= 1;
      this.#closeIfDone(hour);
    }
  }

  /** Messages that were no records. Where no hour is open the next one tells of them: they alone open none. */
  countRejected(messages: number): void {
    if (this.#current === null) this.#rejected += messages;
    else this.#current.counts.rejected += messages;
  }

  /** Resolves when the entries are written, or on their way behind those before them. */
  async close(): Promise<void> {
    if (this.#current !== null) this.#end(this.#current);
    await Promise.all(this.#closing);
  }

  #open(): Hour {
    const hour: Hour = {
      session: this.#openSession(),
      counts: { accepted: 0, duplicates: 0, rejected: this.#rejected },
      senders: new Map(),
      timer: setTimeout(() => this.#end(hour), this.#hourMs).unref(),
      running: 0,
      failure: undefined,
      isOver: false,
    };
    this.#rejected = 0;
    hour.session.catch(() => this.#forget(hour));
    return hour;
  }

  /**
   * A session that scores, or one that only stores where nothing can (ADR 5): who posts asks for that with `score=false`, who
   * sends syslog can ask for nothing and would lose what the queue has no room for. The next hour tries again.
   */
  async #openSession(): Promise<IngestSession> {
    const open = (score: boolean) => this.#services.openIngest(this.#caller, { explain: 0, score });
    try {
      return await open(true);
    } catch (error) {
      if (!isAppError(error, 'tokenizer-unknown')) throw error;
      this.#onError(error, 'an hour of syslog is stored without scores');
      return open(false);
    }
  }

  /** An hour whose session did not open has no entry to tell of what was rejected in it. */
  #forget(hour: Hour): void {
    this.#end(hour);
    this.#rejected += hour.counts.rejected;
  }

  #end(hour: Hour): void {
    clearTimeout(hour.timer);
    hour.isOver = true;
    if (this.#current === hour) this.#current = null;
    this.#closeIfDone(hour);
  }

  #closeIfDone(hour: Hour): void {
    if (!hour.isOver || hour.running > 0) return;
    const closing = this.#close(hour)
      .catch(error => this.#onError(error, 'the audit of an hour of syslog'))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #close({ session, counts, senders, failure }: Hour): Promise<void> {
    // One that was never opened has begun nothing, and whoever wanted to store in it was told.
    const opened = await session.catch(() => null);
    await opened?.close(counts, failure, { senders: sendersText(senders) });
  }
}

function countIn({ counts, senders }: Hour, outcome: Outcome, sender: string): void {
  if ('rejected' in outcome) counts.rejected += 1;
  else counts[outcome.duplicate ? 'duplicates' : 'accepted'] += 1;
  const known = senders.has(sender) || senders.size < SENDERS_MAX ? sender : OTHERS;
  senders.set(known, (senders.get(known) ?? 0) + 1);
}

const OTHERS = 'others';

/** @example sendersText(new Map([['10.0.0.7', 3], ['10.0.0.8', 12]])) // '10.0.0.8 (12), 10.0.0.7 (3)' */
export function sendersText(senders: ReadonlyMap<string, number>): string {
  const known = [...senders].filter(([sender]) => sender !== OTHERS).sort((a, b) => b[1] - a[1]);
  const named = known.slice(0, SENDERS_NAMED);
  const rest = [...known.slice(SENDERS_NAMED), [OTHERS, senders.get(OTHERS) ?? 0] as const];
  const others = rest.reduce((sum, [, messages]) => sum + messages, 0);
  return [...named, ...(others > 0 ? [[OTHERS, others] as const] : [])]
    .map(([sender, messages]) => `${sender} (${messages})`)
    .join(', ');
}

function errorCode(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'internal';
}
