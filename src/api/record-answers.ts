/** How the outcomes of a request with records are written: a line each, or one JSON text. */
import type { Rejection } from '../domain/errors.ts';
import type { Receipt, Result } from '../services/services.ts';
import { JSON_MEDIA_TYPE, NDJSON_MEDIA_TYPE } from './media-type.ts';
import type { RecordCounts } from './metrics.ts';
import type { Problem } from './problem.ts';

export interface Summary extends RecordCounts {
  /** The model that scored the last record. */
  model: string;
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
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  return {
    mediaType: NDJSON_MEDIA_TYPE,
    // The number is written by hand: a copy of each result only to put a member in front would cost more than the rest.
    accepted: (number, outcome) => (minimal ? '' : `{"line":${number},${JSON.stringify(outcome).slice(1)}\n`),
    rejected: (number, rejected) => line({ line: number, rejected }),
    end: summary => line({ summary }),
    brokenOff: (error, summary) => line({ error, summary }),
  };
}

/** `{results, rejected, model}`: results are written as they come, rejections are kept to the end. */
export function arrayShape(): AnswerShape {
  const rejections: ({ line: number } & Rejection)[] = [];
  let separator = '{"results":[';
  const tail = (members: object) => {
    const end = separator === ',' ? ']' : '{"results":[]';
    return `${end},${JSON.stringify(members).slice(1)}`;
  };
  return {
    mediaType: JSON_MEDIA_TYPE,
    accepted(_line, outcome) {
      const text = `${separator}${JSON.stringify(outcome)}`;
      separator = ',';
      return text;
    },
    rejected(line, { code, detail }) {
      rejections.push({ line, code, detail });
      return '';
    },
    end: ({ model }) => tail({ rejected: rejections, model }),
    brokenOff: (error, { model }) => tail({ rejected: rejections, model, error }),
  };
}
