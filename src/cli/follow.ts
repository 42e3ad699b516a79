/**
 * `bayeswatch ingest --follow FILE`: sends what a file grows by, in whole lines, until it is told to stop. A server that
 * is away or busy is waited for; what was sent twice for it is stored once, for identity is by line and occurrence within a
 * request, and a batch is sent again as it was.
 */
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { LINE_BYTES_MAX } from '../domain/limits.ts';
import { type ByteLine, type Line, LineSplitter } from '../ingest/lines.ts';
import { toEcs } from '../ingest/to-ecs.ts';
import { type AnswerLine, answerLines, type SummaryLine } from './answer-lines.ts';
import { type Client, Refusal } from './client.ts';
import { CommandError, EXIT } from './exit.ts';
import { FollowedFile } from './followed-file.ts';
import type { Reading } from './mapping-file.ts';
import { plainText } from './plain-text.ts';
import { Rejections } from './rejections.ts';
import { print, type Terminal } from './terminal.ts';

/** How often a file is looked at that has not grown. */
const POLL_MS = 500;
/** Between two requests, unless a whole read is waiting. */
const SEND_EVERY_MS = 1_000;
/** Between two tries, doubled with each; a server that names a time is believed up to the last. */
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;
/** Lines of a header that are sent again before each batch, without which its lines may not be read. */
const PREAMBLE_LINES_MAX = 64;

export interface Following extends Reading {
  isJson: boolean;
  stop: AbortSignal;
}

/** What was sent in all. */
export interface Followed {
  accepted: number;
  duplicates: number;
  rejected: number;
}

/**
 * Follows a file until `stop` aborts; then what has been read is still sent, once, and a last line without its end is not.
 * @throws CommandError where the file cannot be read, or the server refuses for good
 */
export async function follow(
  client: Client,
  terminal: Terminal,
  path: string,
  options: Following,
): Promise<Followed> {
  const file = await FollowedFile.open(path);
  const rejections = new Rejections(terminal, path);
  const total: Followed = { accepted: 0, duplicates: 0, rejected: 0 };
  try {
    for (;;) {
      const sender = new BatchSender(client, terminal, rejections, options);
      if (await isStopped(file, sender, total, options.stop)) return total;
    }
  } finally {
    await rejections.end();
    await file.close();
  }
}

/** Sends one file until it is over, or nobody wants more. @returns whether it is the latter */
async function isStopped(
  file: FollowedFile,
  sender: BatchSender,
  total: Followed,
  stop: AbortSignal,
): Promise<boolean> {
  const splitter = new LineSplitter(LINE_BYTES_MAX);
  for (;;) {
    const { bytes, state } = await file.read();
    const lines = [...splitter.push(bytes)].flat();
    const rest = state === 'over' ? splitter.end() : null;
    if (rest !== null) lines.push(rest);
    if (lines.length > 0) {
      const { accepted, duplicates, rejected } = await sender.send(lines);
      total.accepted += accepted;
      total.duplicates += duplicates;
      total.rejected += rejected;
    }
    if (stop.aborted) return true;
    if (state === 'over') return false;
    if (state === 'caught-up') await pause(lines.length > 0 ? SEND_EVERY_MS : POLL_MS, stop);
  }
}

/** A line that goes into a request, with its number in the file. */
type Sent = Pick<ByteLine, 'number' | 'bytes'>;

/** The lines of one file, batch by batch. */
class BatchSender {
  readonly #client: Client;
  readonly #terminal: Terminal;
  readonly #rejections: Rejections;
  readonly #options: Following;
  readonly #parser: ReturnType<NonNullable<Reading['mapping']>['open']> | null;
  /** As it was told, or as the server found it by a batch. */
  #format: string | undefined;
  /** What came before the first record. */
  #preamble: Sent[] = [];
  #hasBegun: boolean;

  constructor(client: Client, terminal: Terminal, rejections: Rejections, options: Following) {
    this.#client = client;
    this.#terminal = terminal;
    this.#rejections = rejections;
    this.#options = options;
    this.#format = options.format;
    this.#parser = options.mapping?.open() ?? null;
    this.#hasBegun = this.#parser !== null;
  }

  async send(lines: readonly Line[]): Promise<Followed> {
    let rejected = 0;
    const sent: Sent[] = [];
    for (const line of lines) {
      const outcome = this.#sentFor(line);
      if (outcome === null) continue;
      if ('bytes' in outcome) sent.push(outcome);
      else {
        rejected += 1;
        await this.#tell(outcome);
      }
    }
    if (sent.length === 0) return { accepted: 0, duplicates: 0, rejected };
    const body = [...this.#preamble, ...sent];
    const answers = await this.#answersTo(body);
    const summary = answers.find((line): line is SummaryLine & { text: string } => line.type === 'summary');
    for (const line of answers) await this.#tell(numbered(line, body));
    this.#learn(sent, answers, summary);
    const { accepted = 0, duplicates = 0 } = summary ?? {};
    return { accepted, duplicates, rejected: rejected + (summary?.rejected ?? 0) };
  }

  /** What goes to the server for a line, or why nothing does; null for a line that is no record. */
  #sentFor(line: Line): Sent | AnswerLine | null {
    if (!('bytes' in line)) {
      return rejection(line.number, 'line-too-long', `lineBytesMax: more than ${LINE_BYTES_MAX} bytes`);
    }
    // A copy: the bytes are a view of the whole read, and a preamble stays.
    const bytes = Buffer.from(line.bytes);
    if (this.#parser === null) return { number: line.number, bytes };
    const parsed = this.#parser.parse(bytes.toString('utf8'));
    if (parsed === null) return null;
    if ('rejected' in parsed) return rejection(line.number, parsed.rejected.code, parsed.rejected.detail);
    return { number: line.number, bytes: Buffer.from(JSON.stringify(toEcs(parsed.record))) };
  }

  /** Each batch is a request of its own: the format that one has shown, and the header, hold for the next. */
  #learn(sent: readonly Sent[], answers: readonly AnswerLine[], summary: SummaryLine | undefined): void {
    if (this.#format === undefined && summary?.format !== 'text' && (summary?.accepted ?? 0) > 0) {
      this.#format = summary?.format;
    }
    if (this.#hasBegun) return;
    const first = answers.find(line => 'line' in line && line.line !== undefined);
    const index = first !== undefined && 'line' in first ? (first.line ?? 0) - 1 : -1;
    this.#hasBegun = first !== undefined;
    const before = first === undefined ? sent : sent.slice(0, Math.max(0, index - this.#preamble.length));
    this.#preamble = [...this.#preamble, ...before].slice(0, PREAMBLE_LINES_MAX);
  }

  /** Tries until the server has answered all of it, or says no for good, or one is told to stop and it fails again. */
  async #answersTo(lines: readonly Sent[]): Promise<AnswerLine[]> {
    const bytes = Buffer.concat(lines.flatMap(line => [line.bytes, LF]));
    let delayMs = RETRY_FIRST_MS;
    for (;;) {
      try {
        return await this.#ask(bytes);
      } catch (error) {
        if (!isPassing(error) || this.#options.stop.aborted) throw error;
        if (delayMs === RETRY_FIRST_MS) {
          await print(
            this.#terminal.stderr,
            `${plainText(error.message)}; it is tried again until it works\n`,
          );
        }
        const asked = error instanceof Refusal ? (error.retryAfterSeconds ?? 0) * 1e3 : 0;
        await pause(Math.min(Math.max(delayMs, asked), RETRY_LAST_MS), this.#options.stop);
        delayMs = Math.min(delayMs * 2, RETRY_LAST_MS);
      }
    }
  }

  async #ask(bytes: Buffer): Promise<AnswerLine[]> {
    const body = { contentType: 'text/plain', content: Readable.from([bytes], { objectMode: false }) };
    const query = { format: this.#format };
    const answer = await this.#client.stream({ method: 'POST', path: '/v1/records', query, body });
    const lines: AnswerLine[] = [];
    for await (const batch of answerLines(answer)) lines.push(...batch);
    return lines;
  }

  async #tell(line: AnswerLine): Promise<void> {
    if (line.type === 'summary') return;
    if (this.#options.isJson) await print(this.#terminal.stdout, `${line.text}\n`);
    else if (line.type === 'rejected') await this.#rejections.list(line);
  }
}

const LF = Buffer.from('\n');

/** An answer with the line's number in the file, in place of that in the request. */
function numbered(line: AnswerLine, body: readonly Sent[]): AnswerLine {
  if (!('line' in line) || line.line === undefined) return line;
  const number = body[line.line - 1]?.number ?? line.line;
  const text = JSON.stringify({ ...(JSON.parse(line.text) as object), line: number });
  return { ...line, line: number, text };
}

function rejection(line: number, code: string, detail: string): AnswerLine {
  return { type: 'rejected', line, code, detail, text: JSON.stringify({ line, rejected: { code, detail } }) };
}

/** Whether trying again may help: the server is away, in trouble or busy. */
function isPassing(error: unknown): error is CommandError {
  if (!(error instanceof CommandError) || error.exitCode !== EXIT.unreachable) return false;
  return !(error instanceof Refusal) || error.status === 429 || error.status >= 500;
}

/** Waits, or less where it is told to stop. */
async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}
