/**
 * Batches of messages on their way to the store. Nobody waits for an answer and nobody sends again, so a batch that meets a
 * store which is away, full, or of another version is tried again until it is stored or the server stops; meanwhile the queue
 * fills, connections wait, and datagrams are dropped. A batch that meets a defect is halved until the message is found that does;
 * where the defect is met before any message is read, the batch is lost.
 */
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { ParserContext } from '../ingest/format.ts';
import type { ReceivedRecord } from '../services/record-session.ts';
import type { Outcome } from '../services/result.ts';
import type { Services } from '../services/services.ts';
import type { AuditHours } from './audit-hours.ts';
import type { Message, Transport } from './message.ts';
import type { MessageReader } from './message-reader.ts';
import type { SyslogMetrics } from './metrics.ts';
import type { Notices } from './notices.ts';

/** Between two tries; twice as long each time. */
const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;
/** Tries before what is not expected is taken for a defect that a message meets. */
const DEFECT_TRIES = 3;

export interface MessageStoreParts {
  services: Pick<Services, 'utcOf'>;
  site: string;
  clock: Clock;
  reader: MessageReader;
  hours: AuditHours;
  metrics: SyslogMetrics;
  notices: Notices;
  /** Resolves when so many records may be worked on: others want the thread, too. */
  turn: (records: number) => Promise<void>;
}

interface Entry {
  transport: Transport;
  sender: string;
  received: ReceivedRecord;
}

export class MessageStore {
  readonly #parts: MessageStoreParts;

  constructor(parts: MessageStoreParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when nothing is left to be done for any message of the batch, and then each is counted; never rejects.
   * @param stop aborts where there is no time left: what is not stored then is lost
   */
  async store(batch: readonly Message[], stop: AbortSignal): Promise<void> {
    const { services, site, clock } = this.#parts;
    let utcOf: Awaited<ReturnType<Services['utcOf']>> | typeof STOPPED;
    try {
      utcOf = await this.#tried(() => services.utcOf(site), stop);
    } catch (error) {
      return this.#lose(batch, 'failed', error);
    }
    if (utcOf === STOPPED) return this.#lose(batch, 'stopped');
    const entries = this.#read(batch, { receivedAtMs: clock.nowMs(), utcOf });
    await this.#add(entries, stop);
  }

  #read(batch: readonly Message[], context: ParserContext): Entry[] {
    const { reader, hours, metrics, notices } = this.#parts;
    const entries: Entry[] = [];
    for (const message of batch) {
      const { transport, sender } = message;
      const read = reader.read(message, context);
      if ('received' in read) {
        entries.push({ transport, sender, received: read.received });
        continue;
      }
      metrics.countRejected(transport, read.rejected.code);
      notices.tell('messages are no records', { code: read.rejected.code, sender });
    }
    hours.countRejected(batch.length - entries.length);
    return entries;
  }

  async #add(entries: readonly Entry[], stop: AbortSignal, tries = DEFECT_TRIES): Promise<void> {
    if (entries.length === 0) return;
    const { hours, turn } = this.#parts;
    const records = entries.map(({ received }) => received);
    const senders = entries.map(({ sender }) => sender);
    const add = async () => {
      await turn(records.length);
      const outcomes = await hours.add(records, senders);
      if (outcomes.length !== records.length) throw new RangeError('a record has no outcome');
      return outcomes;
    };
    let outcomes: readonly Outcome[] | typeof STOPPED;
    try {
      outcomes = await this.#tried(add, stop, tries);
    } catch (error) {
      return this.#halve(entries, stop, error);
    }
    if (outcomes === STOPPED) this.#lose(entries, 'stopped');
    else for (const [index, outcome] of outcomes.entries()) this.#count(entries[index], outcome);
  }

  async #halve(entries: readonly Entry[], stop: AbortSignal, error: unknown): Promise<void> {
    if (entries.length === 1) return this.#lose(entries, 'failed', error);
    const middle = entries.length >> 1;
    await this.#add(entries.slice(0, middle), stop, 1);
    await this.#add(entries.slice(middle), stop, 1);
  }

  #count(entry: Entry | undefined, outcome: Outcome): void {
    if (entry === undefined) return;
    const { transport, sender } = entry;
    const { metrics, notices } = this.#parts;
    if ('rejected' in outcome) {
      metrics.countRejected(transport, outcome.rejected.code);
      notices.tell('messages are not taken', { code: outcome.rejected.code, sender });
    } else metrics.countStored(transport, outcome.duplicate === true);
  }

  #lose(messages: readonly { transport: Transport }[], reason: 'stopped' | 'failed', error?: unknown): void {
    for (const { transport } of messages) this.#parts.metrics.countDropped(transport, reason);
    const what =
      reason === 'stopped'
        ? 'the server stops before these messages are stored: they may be lost'
        : 'messages are lost to a defect';
    this.#parts.notices.tell(what, error === undefined ? {} : { err: error }, messages.length);
  }

  /**
   * Does what may have to wait for the store, again and again.
   * @returns STOPPED where there is no time left
   * @throws what is not expected, after so many tries
   */
  async #tried<T>(
    work: () => Promise<T>,
    stop: AbortSignal,
    tries = DEFECT_TRIES,
  ): Promise<T | typeof STOPPED> {
    let waitMs = RETRY_MS_MIN;
    for (let defects = 0; !stop.aborted; ) {
      try {
        return await unlessStopped(work(), stop);
      } catch (error) {
        if (error instanceof AppError)
          this.#parts.notices.tell('messages wait: the store does not take them', { code: error.code });
        else if (++defects >= tries) throw error;
      }
      await setTimeout(waitMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
      waitMs = Math.min(RETRY_MS_MAX, 2 * waitMs);
    }
    return STOPPED;
  }
}

const STOPPED = Symbol('stopped');

/** What is under way when there is no time left may take long to fail, and nobody waits for it then. */
async function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T | typeof STOPPED> {
  let onStop = () => {};
  const stopped = new Promise<typeof STOPPED>(resolve => {
    onStop = () => resolve(STOPPED);
    stop.addEventListener('abort', onStop, { once: true });
  });
  return Promise.race([work, stopped]).finally(() => stop.removeEventListener('abort', onStop));
}
