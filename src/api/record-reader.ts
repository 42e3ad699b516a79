/** Lines of a request, or elements of its array, read as records. Which format they are in is settled by the first ones. */
import { isUtf8 } from 'node:buffer';
import type { Rejection } from '../domain/errors.ts';
import type { Format, LineParser, ParserContext } from '../ingest/format.ts';
import { DETECTION_LINES_MAX, detectFormat, FORMATS } from '../ingest/formats.ts';
import type { JsonElement } from '../ingest/json-body.ts';
import type { Line } from '../ingest/lines.ts';
import { textHintOf } from '../ingest/text-hint.ts';
import type { ReceivedRecord } from '../services/record-session.ts';

/** A line that is a record or should be one, by its number; comments, headers and blank lines are not among them. */
export type ReadLine = { line: number } & ({ received: ReceivedRecord } | { rejected: Rejection });

/** How the lines of a request were understood. */
export interface Reading {
  /** Name of the format that they were read as. */
  format: string;
  /** Earliest and latest time that a record has of its own, UTC epoch ms; absent where none has one. */
  earliestMs?: number;
  latestMs?: number;
  /** What speaks against the format that was detected. */
  hint?: string;
}

/** The lines of one request. A parser keeps state of its stream (a header), so each request has a reader of its own. */
export class RecordReader {
  readonly #isJson: boolean;
  readonly #lineBytesMax: number;
  readonly #context: ParserContext;
  #format: Format | undefined;
  #parser: LineParser | undefined;
  #earliestMs = Number.POSITIVE_INFINITY;
  #latestMs = Number.NEGATIVE_INFINITY;
  #hint: string | null = null;

  /**
   * @param options.format undefined to have it detected from the lines of the first call
   * @param options.utcOf the instant of a time without an offset; it is in UTC where this is absent
   * @param options.isJson the lines are JSON by their media type: broken ones are not taken for log text, and those in
   *   ECS that are not UTF-8 are refused
   */
  constructor(options: {
    format: Format | undefined;
    isJson: boolean;
    lineBytesMax: number;
    receivedAtMs: number;
    utcOf?: ParserContext['utcOf'];
  }) {
    this.#format = options.format;
    this.#isJson = options.isJson;
    this.#lineBytesMax = options.lineBytesMax;
    this.#context = { receivedAtMs: options.receivedAtMs, utcOf: options.utcOf };
  }

  /** Null before the first line. */
  get reading(): Reading | null {
    if (this.#format === undefined) return null;
    const reading: Reading = { format: this.#format.name };
    if (this.#earliestMs <= this.#latestMs) {
      reading.earliestMs = this.#earliestMs;
      reading.latestMs = this.#latestMs;
    }
    if (this.#hint !== null) reading.hint = this.#hint;
    return reading;
  }

  /** The records among the lines, in their order. */
  read(lines: readonly (Line | JsonElement)[]): ReadLine[] {
    this.#format ??= this.#detect(lines.slice(0, DETECTION_LINES_MAX).flatMap(sampleOf));
    const { name } = this.#format;
    this.#parser ??= this.#format.open(this.#context);
    const read: ReadLine[] = [];
    for (const line of lines) {
      const one = this.#readLine(line, name, this.#parser);
      if (one !== null) read.push(one);
    }
    return read;
  }

  #detect(sample: readonly string[]): Format {
    const detected = detectFormat(sample);
    if (detected !== FORMATS.text) return detected;
    if (this.#isJson) return FORMATS.ecs;
    this.#hint = textHintOf(sample);
    return detected;
  }

  #readLine(line: Line | JsonElement, format: string, parser: LineParser): ReadLine | null {
    const { number } = line;
    if ('rejected' in line) return { line: number, rejected: line.rejected };
    if ('tooLong' in line || line.bytes.length > this.#lineBytesMax) {
      const detail = `lineBytesMax: more than ${this.#lineBytesMax} bytes`;
      return { line: number, rejected: { code: 'line-too-long', detail } };
    }
    const text = textOf(line.bytes);
    if (this.#isJson && format === FORMATS.ecs.name && isReplaced(text, line.bytes))
      return { line: number, rejected: NOT_UTF8 };
    const parsed = parser.parse(text);
    if (parsed === null) return null;
    if ('rejected' in parsed) return { line: number, rejected: parsed.rejected };
    const { atMs } = parsed.record;
    if (atMs !== undefined) {
      if (atMs < this.#earliestMs) this.#earliestMs = atMs;
      if (atMs > this.#latestMs) this.#latestMs = atMs;
    }
    return { line: number, received: { record: parsed.record, original: line.bytes, format } };
  }
}

function sampleOf(line: Line | JsonElement): string[] {
  return 'bytes' in line ? [textOf(line.bytes)] : [];
}

const NOT_UTF8: Rejection = { code: 'invalid-json', detail: 'the line is not UTF-8, as JSON has to be' };

/** Whether bytes were lost in a text. One without U+FFFD, as nearly all are, is not looked at twice. */
function isReplaced(text: string, bytes: Uint8Array): boolean {
  return text.includes('\ufffd') && !isUtf8(bytes);
}

/** UTF-8, what is none becomes U+FFFD. */
function textOf(bytes: Uint8Array): string {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.toString('utf8');
}
