/** What a format is: a row of formats.ts. A parser may keep state of its stream (a header), never of another one. */
import type { Rejection } from '../domain/errors.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { Sample } from './sample.ts';

/** A record, a reason why the line is none, or null for a line that is not meant to be one (comment, header, blank). */
export type ParsedLine = { record: TrafficRecord } | { rejected: Rejection } | null;

export interface LineParser {
  /** Never throws. `line` is without its line end; bytes that are not UTF-8 arrive as U+FFFD, where they arrive. */
  parse(line: string): ParsedLine;
}

export interface ParserContext {
  /** When the first byte of the stream was received, UTC epoch ms: for plausibility and for formats without a year. */
  receivedAtMs: number;
  /**
   * The instant (UTC epoch ms) of what a clock on the wall of the site showed (as ms since its own 1970-01-01 00:00): for
   * times without an offset, which are in UTC where it is absent.
   */
  utcOf?: ((wallMs: number) => number) | undefined;
}

export interface Format {
  name: string;
  /** How sure the first non-blank lines look like this format: 0 no, 1 certain. Never throws. */
  detect(sample: Sample): number;
  open(context: ParserContext): LineParser;
}
