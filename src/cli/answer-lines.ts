/** The NDJSON answer to a file: a result or a rejection for each record, then the summary. An answer without one broke off. */
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import {
  type Fields,
  findFields,
  findNumber,
  findText,
  listIn,
  numberIn,
  parseFields,
  textIn,
} from './fields.ts';
import { serverLines } from './server-lines.ts';

/** Why a record got its score; nats towards bad. */
export interface Reason {
  field: string;
  token: string;
  contribution: number;
}

export interface ScoredLine {
  type: 'scored';
  /** Number of the line in the file, from 1; undefined where the server does not tell it. */
  line: number | undefined;
  id: string;
  kind: string;
  score: number;
  verdict: string;
  /** Its interval is [0, 1]: too little is marked, and the verdict says nothing. */
  isOpen: boolean;
  reasons: Reason[];
}
export interface StoredLine {
  type: 'stored';
}
export interface RejectedLine {
  type: 'rejected';
  line: number;
  code: string;
  detail: string;
}
export interface SummaryLine {
  type: 'summary';
  accepted: number;
  duplicates: number;
  rejected: number;
  /** Undefined where no server was asked. */
  model: string | undefined;
  /** How the lines were understood; an older server does not tell. */
  format: string | undefined;
  /** Times of the earliest and the latest record, RFC 3339; undefined where no record has one of its own. */
  from: string | undefined;
  to: string | undefined;
  /** What speaks against the format that was detected. */
  hint: string | undefined;
}
export type AnswerLine = (ScoredLine | StoredLine | RejectedLine | SummaryLine) & {
  /** The line as the server wrote it. */
  text: string;
};

/**
 * The lines of an answer, in batches as they arrive.
 * @throws CommandError 3 where the server breaks off, tells a problem in the stream, or does not speak this language
 */
export async function* answerLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<AnswerLine[]> {
  let isComplete = false;
  try {
    for await (const batch of serverLines(chunks)) {
      const lines = batch.map(readLine);
      isComplete ||= lines.some(line => line.type === 'summary');
      yield lines;
    }
  } catch (cause) {
    if (systemCodeOf(cause) !== undefined) throw brokenOff(cause);
    throw cause;
  }
  if (!isComplete) throw brokenOff();
}

function brokenOff(cause?: unknown): CommandError {
  const sentence = 'the server broke off before it had answered everything; what it has answered holds';
  return new CommandError(EXIT.unreachable, sentence, { cause });
}

function readLine(text: string): AnswerLine {
  const fields = parseFields(text);
  const error = findFields(fields, 'error');
  if (error !== null) {
    const detail = findText(error, 'detail') ?? 'it does not say why';
    throw new CommandError(EXIT.unreachable, `the server broke off: ${detail}`);
  }
  const summary = findFields(fields, 'summary');
  if (summary !== null) return { type: 'summary', ...readSummary(summary), text };
  const rejected = findFields(fields, 'rejected');
  if (rejected !== null) {
    const code = textIn(rejected, 'code');
    return {
      type: 'rejected',
      line: numberIn(fields, 'line'),
      code,
      detail: textIn(rejected, 'detail'),
      text,
    };
  }
  return { ...readOutcome(fields), text };
}

function readSummary(fields: Fields) {
  return {
    accepted: numberIn(fields, 'accepted'),
    duplicates: numberIn(fields, 'duplicates'),
    rejected: numberIn(fields, 'rejected'),
    model: textIn(fields, 'model'),
    format: findText(fields, 'format') ?? undefined,
    from: findText(fields, 'from') ?? undefined,
    to: findText(fields, 'to') ?? undefined,
    hint: findText(fields, 'hint') ?? undefined,
  };
}

function readOutcome(fields: Fields): ScoredLine | StoredLine {
  const id = textIn(fields, 'id');
  const kind = textIn(fields, 'kind');
  const score = findNumber(fields, 'score');
  if (score === null) return { type: 'stored' };
  return {
    type: 'scored',
    line: findNumber(fields, 'line') ?? undefined,
    id,
    kind,
    score,
    verdict: textIn(fields, 'verdict'),
    isOpen: isOpen(fields['interval']),
    reasons: 'reasons' in fields ? listIn(fields, 'reasons').map(readReason) : [],
  };
}

function isOpen(interval: unknown): boolean {
  return Array.isArray(interval) && interval[0] === 0 && interval[1] === 1;
}

function readReason(fields: Fields): Reason {
  return {
    field: textIn(fields, 'field'),
    token: textIn(fields, 'token'),
    contribution: numberIn(fields, 'contribution'),
  };
}
