/**
 * A request with records, whatever its form: bytes → lines → records → session → answer.
 *
 * Until the first outcome is written a failure is an ordinary problem with its status. After that the status is out:
 * the answer then ends with `error` beside what was acknowledged, and the connection is cut, so that a client that
 * reads nothing but the status still sees a broken transfer. Outcomes told before it hold.
 */
import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { AppError } from '../domain/errors.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, REQUEST_LINES_PER_RECORD_MAX } from '../domain/limits.ts';
import { formatOf } from '../ingest/formats.ts';
import { type JsonBody, type JsonElement, splitJsonBody } from '../ingest/json-body.ts';
import { type Line, splitLines } from '../ingest/lines.ts';
import type { Caller } from '../services/caller.ts';
import type { IngestSession, ReceivedRecord, RecordSession } from '../services/record-session.ts';
import type { Outcome } from '../services/result.ts';
import { sendJson } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { authenticate } from './authenticate.ts';
import { bodyChunks, streamLimits, withWholeBody } from './body.ts';
import { logFailure } from './log-failure.ts';
import { bodyKindOf } from './media-type.ts';
import type { RecordCounts, RecordOperation } from './metrics.ts';
import { errorCodeOf, problemOf, RecordRefused } from './problem.ts';
import { type AnswerShape, arrayShape, linesShape, readingJson, type Summary } from './record-answers.ts';
import { RecordReader } from './record-reader.ts';
import { isClientGone, RecordsRun } from './records-run.ts';
import type { ApiContext } from './route.ts';
import { PAUSE, withPauses } from './with-pauses.ts';

/** Input that pauses for longer than this has what it sent so far scored, stored and answered. */
const PAUSE_MS = 5;

interface RecordsRequest {
  request: Request;
  response: Response;
  caller: Caller;
  operation: RecordOperation;
  /** The name in `?format=`. */
  format: string | undefined;
  open(): Promise<RecordSession | IngestSession>;
}

export async function answerRecords(context: ApiContext, asked: RecordsRequest): Promise<void> {
  const { request, response, caller } = asked;
  const load = context.load.of(caller.keyId);
  const kind = bodyKindOf(request.headers['content-type']);
  const reader = new RecordReader({
    format: asked.format === undefined ? undefined : formatOf(asked.format),
    isJson: kind !== 'lines',
    lineBytesMax: context.limits.lineBytesMax,
    receivedAtMs: context.clock.nowMs(),
    utcOf: await context.services.utcOf(caller.site),
  });
  await load.run(async () => {
    if (kind !== 'json') return answerLines(context, asked, reader);
    const max = { name: 'jsonBodyBytesMax', bytes: context.limits.jsonBodyBytesMax };
    return withWholeBody(request, response, max, load, body => answerJson(context, asked, reader, body));
  });
}

async function answerLines(context: ApiContext, asked: RecordsRequest, reader: RecordReader): Promise<void> {
  const { request, response } = asked;
  const chunks = bodyChunks(request, response, streamLimits(context.limits));
  const { lineBytesMax, requestRecordsMax } = context.limits;
  const linesMax = requestRecordsMax * REQUEST_LINES_PER_RECORD_MAX;
  const lines = withPauses(splitLines(chunks, lineBytesMax, linesMax), PAUSE_MS);
  const minimal = prefersMinimal(request.headers['prefer']);
  if (minimal) response.setHeader('Preference-Applied', 'return=minimal');
  await answerRun(context, asked, reader, linesShape({ minimal }), async run => {
    let isEmpty = true;
    for await (const some of lines) {
      if (some === PAUSE) {
        // Not only sent on its way: should it fail, the client is told now, not when it sends more.
        await run.finish();
      } else {
        isEmpty = false;
        await run.add(reader.read(some));
      }
    }
    if (isEmpty) throw emptyBody();
  });
}

async function answerJson(
  context: ApiContext,
  asked: RecordsRequest,
  reader: RecordReader,
  bytes: Buffer,
): Promise<void> {
  if (bytes.length === 0) throw emptyBody();
  if (!isUtf8(bytes)) throw new AppError('invalid-json', 'the body is not UTF-8, as JSON has to be');
  const body = await split(bytes);
  if (body.lone) return answerLone(context, asked, reader, [...body.elements]);
  await answerRun(context, asked, reader, arrayShape(), async run => {
    for (const some of batchesOf(body.elements)) await run.add(reader.read(some));
  });
}

/** One object: its result is the answer, and its rejection a problem. */
async function answerLone(
  context: ApiContext,
  { response, operation, open }: RecordsRequest,
  reader: RecordReader,
  elements: readonly JsonElement[],
): Promise<void> {
  const [read] = reader.read(elements);
  if (read === undefined) throw new AppError('bad-request', 'the body holds no record');
  const outcome = 'rejected' in read ? read : await addLone(await open(), read.received);
  context.metrics.countRecords(operation, countsOf(outcome));
  if ('rejected' in outcome) throw new RecordRefused(outcome.rejected);
  sendJson(response, 200, outcome);
}

async function addLone(session: RecordSession | IngestSession, received: ReceivedRecord): Promise<Outcome> {
  const audited = 'close' in session ? session : null;
  const [outcome] = await session.add([received], true).catch(async error => {
    await audited?.close({ accepted: 0, duplicates: 0, rejected: 0 }, errorCodeOf(error));
    throw error;
  });
  if (outcome === undefined) throw new Error('the session gave no outcome for its record');
  await audited?.close(countsOf(outcome));
  return outcome;
}

function countsOf(outcome: Outcome): RecordCounts {
  const isRejected = 'rejected' in outcome;
  const isDuplicate = !isRejected && outcome.duplicate === true;
  return {
    accepted: Number(!isRejected && !isDuplicate),
    duplicates: Number(isDuplicate),
    rejected: Number(isRejected),
  };
}

/** Feeds a run and ends its answer, properly or by breaking it off. */
async function answerRun(
  context: ApiContext,
  { request, response, caller, operation, open }: RecordsRequest,
  reader: RecordReader,
  shape: AnswerShape,
  feed: (run: RecordsRun) => Promise<void>,
): Promise<void> {
  const load = context.load.of(caller.keyId);
  const answer = new AnswerStream(response, load, shape.mediaType);
  // A stream may be open for longer than its key is in force.
  const prove = () => authenticate(context.services, request.headers, operation);
  const { requestRecordsMax: recordsMax } = context.limits;
  const run = new RecordsRun({ prove, load, open, shape, answer, recordsMax });
  const summary = async (): Promise<Summary> => ({
    ...run.counts,
    model: run.model ?? (await context.services.openScoring(caller.site, { explain: 0 })).model,
    ...readingJson(reader.reading),
  });
  try {
    await feed(run);
    await run.finish(true);
    await answer.write(shape.end(await summary()));
    answer.end();
  } catch (error) {
    await run.abandon(errorCodeOf(error));
    if (!answer.isStarted || isClientGone(error)) throw error;
    const problem = problemOf(error, request.path);
    logFailure(context.logger, error, request, 'an answer was broken off');
    answer.breakOff(shape.brokenOff(problem, { ...run.counts, model: run.model ?? '' }));
  } finally {
    context.metrics.countRecords(operation, run.counts);
  }
}

/** Finds the elements; others get their turn meanwhile. */
async function split(bytes: Buffer): Promise<JsonBody> {
  const splitting = splitJsonBody(bytes);
  for (;;) {
    const step = splitting.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}

/** What is parsed at once: as much as a batch may hold. */
function* batchesOf(elements: Iterable<JsonElement>): Generator<(Line | JsonElement)[]> {
  let batch: JsonElement[] = [];
  let bytes = 0;
  for (const element of elements) {
    batch.push(element);
    bytes += 'bytes' in element ? element.bytes.length : 0;
    if (batch.length < BATCH_RECORDS_MAX && bytes < BATCH_BYTES_MAX) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function emptyBody(): AppError {
  return new AppError('bad-request', 'the body is empty: send a record as JSON, or lines');
}

/** `Prefer: return=minimal` (RFC 7240): refused lines and the summary are enough. */
function prefersMinimal(prefer: string | string[] | undefined): boolean {
  const preferences = String(prefer ?? '')
    .toLowerCase()
    .split(/[,;]/, 16);
  return preferences.some(preference => preference.trim() === 'return=minimal');
}
