/**
 * The records of one request on their way through a session: gathered into batches, answered in the order of the input.
 * While one batch is scored and stored the next is gathered, never more: memory is two batches, whatever comes in.
 */
import { setImmediate } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX } from '../domain/limits.ts';
import type { IngestSession, ReceivedRecord, RecordSession } from '../services/record-session.ts';
import type { Outcome } from '../services/result.ts';
import type { AnswerStream } from './answer-stream.ts';
import { tooLarge } from './body.ts';
import type { KeyLoad } from './load.ts';
import type { RecordCounts } from './metrics.ts';
import type { AnswerShape } from './record-answers.ts';
import type { ReadLine } from './record-reader.ts';

export class RecordsRun {
  readonly counts: RecordCounts = { accepted: 0, duplicates: 0, rejected: 0 };
  readonly #prove: () => Promise<unknown>;
  readonly #load: Pick<KeyLoad, 'turn' | 'recordsAtOnce'>;
  readonly #open: () => Promise<RecordSession | IngestSession>;
  readonly #shape: AnswerShape;
  readonly #answer: AnswerStream;
  readonly #recordsMax: number;
  #session: RecordSession | IngestSession | null = null;
  #isClosed = false;
  #batch: ReadLine[] = [];
  #batchBytes = 0;
  #records = 0;
  #inFlight: Promise<void> = Promise.resolve();

  /**
   * @param parts.prove called before each batch; throws where the caller's key is no longer in force
   * @param parts.load whose turn is waited for before each batch
   * @param parts.open called with the first record: a request without any leaves no trace
   */
  constructor(parts: {
    prove: () => Promise<unknown>;
    load: Pick<KeyLoad, 'turn' | 'recordsAtOnce'>;
    open: () => Promise<RecordSession | IngestSession>;
    shape: AnswerShape;
    answer: AnswerStream;
    recordsMax: number;
  }) {
    this.#prove = parts.prove;
    this.#load = parts.load;
    this.#open = parts.open;
    this.#shape = parts.shape;
    this.#answer = parts.answer;
    this.#recordsMax = parts.recordsMax;
  }

  /** Id of the model that scored last; null before the first record. */
  get model(): string | null {
    return this.#session?.model ?? null;
  }

  /** @throws AppError `body-too-large` for a record too many, and what the batches before have met */
  async add(lines: readonly ReadLine[]): Promise<void> {
    for (const line of lines) {
      this.#records += 1;
      if (this.#records > this.#recordsMax) throw tooLarge('requestRecordsMax', this.#recordsMax, 'records');
      this.#batch.push(line);
      this.#batchBytes += 'received' in line ? line.received.original.length : 0;
      if (this.#batch.length < BATCH_RECORDS_MAX && this.#batchBytes < BATCH_BYTES_MAX) continue;
      await this.flush();
      // Scoring alone never waits for anything, and other requests want their turn.
      await setImmediate();
    }
  }

  /** Sends what is gathered on its way, once the batch before is answered. @param isLast whether the request ends with it */
  async flush(isLast = false): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0 && !isLast) return;
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#inFlight;
    this.#inFlight = this.#settle(batch, isLast);
    // Its failure is met by the next flush or by finish; until then nobody waits for it.
    this.#inFlight.catch(() => undefined);
  }

  /** Resolves when everything that was added is answered; more may be added then, unless it was the last. */
  async finish(isLast = false): Promise<void> {
    await this.flush(isLast);
    await this.#inFlight;
  }

  /** Resolves when the batch on its way is answered, or has failed; what is gathered after it is dropped. */
  async abandon(failure: ErrorCode): Promise<void> {
    this.#batch = [];
    await Promise.allSettled([this.#inFlight]);
    await this.#close(failure);
  }

  async #settle(batch: readonly ReadLine[], isLast: boolean): Promise<void> {
    if (batch.length > 0) await this.#prove();
    const received: ReceivedRecord[] = [];
    for (const line of batch) if ('received' in line) received.push(line.received);
    const outcomes = received.length === 0 ? [] : await this.#outcomesOf(received, isLast);
    let next = 0;
    let text = '';
    for (const line of batch) {
      const outcome = 'received' in line ? outcomes[next++] : line;
      if (outcome === undefined) throw new Error('the session gave fewer outcomes than it got records');
      if ('rejected' in outcome) {
        this.counts.rejected += 1;
        text += this.#shape.rejected(line.line, outcome.rejected);
      } else {
        this.counts[outcome.duplicate ? 'duplicates' : 'accepted'] += 1;
        text += this.#shape.accepted(line.line, outcome);
      }
    }
    if (isLast) await this.#close();
    // What is stored is acknowledged, if only by the status.
    if (text !== '' || outcomes.length > 0) await this.#answer.write(text);
  }

  /** What is stored goes whole, what is scored alone in parts where others wait. */
  async #outcomesOf(received: readonly ReceivedRecord[], isLast: boolean): Promise<Outcome[]> {
    const session = await this.#opened();
    const outcomes: Outcome[] = [];
    while (outcomes.length < received.length) {
      const atOnce = 'close' in session ? received.length : this.#load.recordsAtOnce;
      const part = received.slice(outcomes.length, outcomes.length + atOnce);
      await this.#load.turn(part.length);
      outcomes.push(...(await session.add(part, isLast)));
    }
    return outcomes;
  }

  async #opened(): Promise<RecordSession | IngestSession> {
    this.#session ??= await this.#open();
    return this.#session;
  }

  async #close(failure?: ErrorCode): Promise<void> {
    if (this.#isClosed || this.#session === null || !('close' in this.#session)) return;
    this.#isClosed = true;
    await this.#session.close(this.counts, failure);
  }
}

/** Whether there is nobody left to answer. */
export function isClientGone(error: unknown): boolean {
  return error instanceof AppError && error.code === 'client-gone';
}
