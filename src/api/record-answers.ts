/** How the outcomes of a request with records are written: a line each, or one JSON text. */
import type { Rejection } from '../domain/errors.ts';
import type { Receipt, Result } from '../services/result.ts';
import { JSON_MEDIA_TYPE, NDJSON_MEDIA_TYPE } from './media-type.ts';
import type { RecordCounts } from './metrics.ts';
import type { Problem } from './problem.ts';
import type { Reading } from './record-reader.ts';
import { instantText } from './schemas/common.ts';

export interface Summary extends RecordCounts {
  /** The model that scored the last record. */
  model: string;
  /** The format that the lines were read as; absent where there was no line. */
  format?: string;
  /** Earliest and latest time that a record has of its own, as RFC 3339; absent where none has one. */
  from?: string;
  to?: string;
  /** What speaks against the format that was detected. */
  hint?: string;
}

/** The part of a summary that tells how the lines were understood. */
export function readingJson(reading: Reading | null): Partial<Summary> {
  if (reading === null) return {};
  const { format, earliestMs, latestMs, hint } = reading;
  const times =
    earliestMs === undefined || latestMs === undefined
      ? {}
      : { from: instantText(earliestMs), to: instantText(latestMs) };
  return { format, ...times, ...(hint === undefined ? {} : { hint }) };
}

/** Each method gives the next piece of the answer's text, in the order of the input. */
export interface AnswerShape {
  readonly mediaType: string;
  /** @param line number of its line, or of its element */
  accepted(line: number, outcome: Result | Receipt): string;
  rejected(line: number, rejection: Rejection): string;
  end(summary: Summary): string;
  /** Instead of `end`, where something stops the request half-way: what was told before holds, nothing else. */
  brokenOff(problem: Problem, summary: Summary): string;
}

/**
 * NDJSON: a line for each record, and the summary.
 * @param minimal leaves the accepted ones out (`Prefer: return=minimal`), for senders that do not read while they send
 */
export function linesShape({ minimal }: { minimal: boolean }): AnswerShape {
  const text = new OutcomeText();
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  return {
    mediaType: NDJSON_MEDIA_TYPE,
    accepted: (number, outcome) => (minimal ? '' : `{"line":${number},${text.membersOf(outcome)}}\n`),
    rejected: (number, rejected) => line({ line: number, rejected }),
    end: summary => line({ summary }),
    brokenOff: (error, summary) => line({ error, summary }),
  };
}

/** `{results, rejected, model}`: results are written as they come, rejections are kept to the end. */
export function arrayShape(): AnswerShape {
  const text = new OutcomeText();
  const rejections: ({ line: number } & Rejection)[] = [];
  let separator = '{"results":[';
  const tail = (members: object) => {
    const end = separator === ',' ? ']' : '{"results":[]';
    return `${end},${JSON.stringify(members).slice(1)}`;
  };
  return {
    mediaType: JSON_MEDIA_TYPE,
    accepted(_line, outcome) {
      const element = `${separator}{${text.membersOf(outcome)}}`;
      separator = ',';
      return element;
    },
    rejected(line, { code, detail }) {
      rejections.push({ line, code, detail });
      return '';
    },
    end: ({ model }) => tail({ rejected: rejections, model }),
    brokenOff: (error, { model }) => tail({ rejected: rejections, model, error }),
  };
}

/**
 * Writes the members of outcomes as JSON.stringify does, in a fifth of its time: id, kind, verdict and model are words of
 * this program (digits, letters and dots) that need no escape, and only reasons tell what a sender wrote. What follows
 * the score is mostly the same from record to record, and then it is not put together again.
 */
class OutcomeText {
  #last: Pick<Result, 'verdict' | 'interval' | 'model'> | null = null;
  #lastText = '';

  membersOf(outcome: Result | Receipt): string {
    const { id, kind } = outcome;
    const duplicate = outcome.duplicate === true ? ',"duplicate":true' : '';
    if (!('score' in outcome)) return `"id":"${id}","kind":"${kind}"${duplicate}`;
    const reasons = outcome.reasons === undefined ? '' : `,"reasons":${JSON.stringify(outcome.reasons)}`;
    const verdict = this.#verdictOf(outcome);
    return `"id":"${id}","kind":"${kind}","score":${outcome.score}${verdict}${reasons}${duplicate}`;
  }

  /** Verdict, interval and model. */
  #verdictOf(result: Result): string {
    const { verdict, interval, model } = result;
    const [low, high] = interval;
    const last = this.#last;
    const same = last?.verdict === verdict && last.interval[0] === low && last.interval[1] === high;
    if (!same || last.model !== model) {
      this.#last = { verdict, interval, model };
      this.#lastText = `,"verdict":"${verdict}","interval":[${low},${high}],"model":"${model}"`;
    }
    return this.#lastText;
  }
}
