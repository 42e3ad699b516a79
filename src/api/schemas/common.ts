/** Schemas that requests or responses share. Requests refuse unknown fields by name; instants are read by the ingest's parser. */
import { z } from 'zod';
import { REJECTION_CODES } from '../../domain/errors.ts';
import { LABELS, VERDICTS } from '../../domain/label.ts';
import { NAME_CHARACTERS_MAX, NOTE_CHARACTERS_MAX, PAGE_ITEMS_MAX } from '../../domain/limits.ts';
import { RECORD_KINDS } from '../../domain/record.ts';
import { DAY_MS } from '../../domain/time.ts';
import { instantOf, rfc3339Of } from '../../ingest/time.ts';

/** Items of a page when none are asked for. */
const PAGE_ITEMS_DEFAULT = 100;
/** Cursors are ours, but they come back from outside; the longest holds a token. */
const CURSOR_CHARACTERS_MAX = 4_096;

export const Label = z.enum(LABELS);
export const Verdict = z.enum(VERDICTS);
export const Kind = z.enum(RECORD_KINDS);

const INSTANT_EXPECTED =
  'must be an instant: 2024-04-19T02:10:00Z, with an offset, or epoch seconds or milliseconds';

/** Years that a marked or searched instant may lie in; beyond, Date has no text for it. */
const INSTANT_MS_MAX = Date.UTC(9999, 11, 31);

function toInstant(value: string | number, context: z.RefinementCtx): number {
  const atMs = instantOf(value);
  if (atMs >= 0 && atMs <= INSTANT_MS_MAX) return atMs;
  context.issues.push({ code: 'custom', message: INSTANT_EXPECTED, input: value });
  return z.NEVER;
}

const INSTANT_META = {
  description: 'RFC 3339 with an offset, or epoch seconds or milliseconds.',
  examples: ['2024-04-19T02:10:00.000Z'],
};

/** An instant in a body, to UTC epoch milliseconds. */
export const InstantInBody = z
  .union([z.string().max(40), z.number()], INSTANT_EXPECTED)
  .meta(INSTANT_META)
  .transform(toInstant);

/** The same in a query, where all is text. */
export const InstantInQuery = z.string().max(40, INSTANT_EXPECTED).meta(INSTANT_META).transform(toInstant);

/** RFC 3339 in UTC with milliseconds (microseconds where there are any), as every answer has it. */
export const InstantText = z.iso.datetime().meta({ examples: ['2024-04-19T02:10:00.000Z'] });
export function instantText(atMs: number): string {
  return rfc3339Of(atMs);
}

/** @param day since the epoch @example dayText(19_832) // '2024-04-19' */
export function dayText(day: number): string {
  return instantText(day * DAY_MS).slice(0, 10);
}

/**
 * Text of one line that is looked for in records: no control characters, so that it cannot break a log line or a terminal.
 * Anything else may stand in a record, and whoever hunts for it must be able to name it.
 */
export function lineText(charactersMax: number) {
  return z
    .string()
    .min(1)
    .max(charactersMax)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters');
}

/**
 * A name that people give and others go by: two that look the same are the same. So it holds nothing invisible (but the
 * joiners of Persian, Hindi and emoji), no line break, no mark that turns the direction of what is read (`jpg.exe` shown
 * as `exe.gpj`), and neither half a surrogate pair nor U+FFFD, which is what a query holds that is not UTF-8.
 */
export const Name = z
  .string()
  .min(1)
  .max(NAME_CHARACTERS_MAX)
  .regex(
    /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffd]|\u200c|\u200d)*$/u,
    'must be UTF-8 and must not hold control, invisible or bidirectional characters',
  )
  .meta({ description: 'Without control, invisible and bidirectional characters and line separators.' });

/** A note may have lines, and whatever a word processor leaves in them; nothing that moves a cursor or turns a text. */
export const Note = z
  .string()
  .max(NOTE_CHARACTERS_MAX)
  .regex(
    /^(?:[^\p{Cc}\p{Cs}\p{Bidi_Control}]|[\n\r\t])*$/u,
    'must not hold bidirectional or control characters, but for line breaks and tabs',
  )
  .meta({
    description: 'Lines and tabs are kept; other control characters and bidirectional ones are refused.',
  });

/** A whole number in a query. */
export function queryInteger(min: number, max: number) {
  const expected = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } });
}

/** A number with decimals in a query. */
export function queryDecimal([min, max]: readonly [number, number]) {
  const expected = `must be a number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,15})?$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected))
    .meta({ override: { type: 'number', minimum: min, maximum: max } });
}

export const queryFlag = z.enum(['true', 'false']).transform(text => text === 'true');

export const PAGE_QUERY = {
  limit: queryInteger(1, PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: z.string().min(1).max(CURSOR_CHARACTERS_MAX).optional(),
};

export const PageQuery = z.strictObject(PAGE_QUERY);
export const NoQuery = z.strictObject({});

export const RejectionResponse = z.strictObject({ code: z.enum(REJECTION_CODES), detail: z.string() });

export const ProblemResponse = z
  .strictObject({
    type: z.string().meta({ description: '`/problems/<code>`; the codes are in docs/errors.md.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string(),
    errors: z
      .array(
        z.strictObject({
          detail: z.string(),
          pointer: z.string().optional().meta({ description: 'JSON pointer into the body.' }),
          parameter: z.string().optional().meta({ description: 'Name of a parameter of the query.' }),
          line: z.int().optional().meta({ description: 'Number of a line of the body.' }),
        }),
      )
      .optional()
      .meta({
        description:
          'Each wrong field of the body, by `pointer`, line of it, by `line`, or parameter of the query, by `parameter`.',
      }),
    rejected: RejectionResponse.optional().meta({
      description: 'Why a record that was posted alone is none.',
    }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

/** The id in a path. Its text is only looked up, so anything may stand there; what is not found is 404. */
export const IdPath = z.object({ id: z.string() });
export function idOf(params: { readonly [name: string]: unknown }): string {
  return IdPath.parse(params).id;
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().optional().meta({ description: 'There may be more: ask again with `cursor`.' }),
  });
}
