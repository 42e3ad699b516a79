/**
 * Documents of a whole body on their way to the store, batch by batch, answered item by item: bulk requests and OTLP logs.
 *
 * What stops the first batch stops the request. What stops a later one is the outcome of all items from there on, so that
 * a client sends those again, and no others.
 */
import { setImmediate } from 'node:timers/promises';
import type { Request } from 'express';
import type { Rejection } from '../domain/errors.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX } from '../domain/limits.ts';
import type { Caller } from '../services/caller.ts';
import type { IngestSession, ReceivedRecord } from '../services/record-session.ts';
import type { Outcome } from '../services/result.ts';
import { authenticate } from './authenticate.ts';
import { logFailure } from './log-failure.ts';
import type { RecordCounts } from './metrics.ts';
import { errorCodeOf } from './problem.ts';
import type { ApiContext } from './route.ts';

export type ReadItem = { received: ReceivedRecord } | { rejected: Rejection };
/** `failed` may be stored when it is sent again. */
export type ItemOutcome = Outcome | { failed: unknown };

/**
 * @param items in the order in which they are to be told
 * @param tell called once for each item, in that order; what it was told of stays so
 * @returns what stopped it half-way, or null
 * @throws what stops it before anything is stored
 */
export async function storeDocuments(
  context: ApiContext,
  { request, caller }: { request: Request; caller: Caller },
  items: Iterable<ReadItem>,
  tell: (outcome: ItemOutcome) => void,
): Promise<unknown> {
  const run = new DocumentsRun(context, request, caller);
  let failure: unknown = null;
  try {
    const batches = batchesOf(items);
    let ahead = batches.next();
    while (!ahead.done) {
      const batch = ahead.value;
      ahead = batches.next();
      failure ??= await run.store(batch, ahead.done === true, tell);
      if (failure !== null) for (const _ of batch) tell({ failed: failure });
      // Reading documents never waits for anything, and other requests want their turn.
      await setImmediate();
    }
    await run.close(failure);
  } finally {
    context.metrics.countRecords('ingest', run.counts);
  }
  if (failure !== null) logFailure(context.logger, failure, request, 'a request was stored in part');
  return failure;
}

class DocumentsRun {
  readonly counts: RecordCounts = { accepted: 0, duplicates: 0, rejected: 0 };
  readonly #context: ApiContext;
  readonly #request: Request;
  readonly #caller: Caller;
  #session: IngestSession | null = null;
  #isStored = false;

  constructor(context: ApiContext, request: Request, caller: Caller) {
    this.#context = context;
    this.#request = request;
    this.#caller = caller;
  }

  /** @returns null, or what stopped the batch after others were stored  @throws what stopped the first */
  async store(
    batch: readonly ReadItem[],
    isLast: boolean,
    tell: (outcome: ItemOutcome) => void,
  ): Promise<unknown> {
    let outcomes: readonly Outcome[];
    try {
      const received = batch.flatMap(item => ('received' in item ? [item.received] : []));
      outcomes = await this.#outcomesOf(received, isLast);
    } catch (error) {
      if (this.#isStored) return error;
      await this.close(error);
      throw error;
    }
    this.#isStored = true;
    let next = 0;
    for (const item of batch) {
      const outcome = 'received' in item ? outcomes[next++] : item;
      if (outcome === undefined) throw new Error('the session gave fewer outcomes than it got records');
      if ('rejected' in outcome) this.counts.rejected += 1;
      else this.counts[outcome.duplicate ? 'duplicates' : 'accepted'] += 1;
      tell(outcome);
    }
    return null;
  }

  /** A request without any record leaves no trace in the audit. */
  async close(failure: unknown): Promise<void> {
    await this.#session?.close(this.counts, failure === null ? undefined : errorCodeOf(failure));
    this.#session = null;
  }

  async #outcomesOf(received: readonly ReceivedRecord[], isLast: boolean): Promise<readonly Outcome[]> {
    if (received.length === 0) return [];
    const { services, load } = this.#context;
    await authenticate(services, this.#request.headers, 'ingest');
    this.#session ??= await services.openIngest(this.#caller, { explain: 0, score: true });
    await load.of(this.#caller.keyId).turn(received.length);
    return this.#session.add(received, isLast);
  }
}

function* batchesOf(items: Iterable<ReadItem>): Generator<ReadItem[], void, undefined> {
  let batch: ReadItem[] = [];
  let bytes = 0;
  for (const item of items) {
    batch.push(item);
    bytes += 'received' in item ? item.received.original.length : 0;
    if (batch.length < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
