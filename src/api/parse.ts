/** Parsing at the edge: a query or a body becomes a typed value, or a problem that points at each wrong field. */
import type { z } from 'zod';
import { AppError, type FieldProblem } from '../domain/errors.ts';

/** Wrong fields told of one request; whoever sent more has enough to mend. */
const FIELD_PROBLEMS_MAX = 32;
/** Characters of an unknown field's name that are told back. */
const POINTER_PART_CHARACTERS_MAX = 64;

/**
 * @param value the body, or the query: pointers name a query's field as they do a body's, e.g. `#/limit`
 * @throws AppError `invalid-request`
 * @example parse(z.strictObject({ from: z.string() }), { form: 'x' }) // throws; errors point at #/from and #/form
 */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap(fieldProblems);
  const told = errors.slice(0, FIELD_PROBLEMS_MAX);
  const detail = told.length === 1 && told[0] ? `${told[0].pointer}: ${told[0].detail}` : 'see errors';
  throw new AppError('invalid-request', detail, { errors: told });
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const pointer = `#${issue.path.map(pointerPart).join('')}`;
  if (issue.code !== 'unrecognized_keys') return [{ detail: wordsOf(issue), pointer }];
  return issue.keys.map(key => ({
    detail: 'there is no such field',
    pointer: `${pointer}${pointerPart(key)}`,
  }));
}

/** What is wrong, in words for whoever wrote it; schemas that say it themselves are quoted. */
function wordsOf(issue: z.core.$ZodIssue): string {
  // The words of zod's own locale begin with one of these; a message of ours is kept.
  if (!/^(?:Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.minimum === 1 && unitOf(issue.origin) !== ''
        ? 'must not be empty'
        : `must have at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must have at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  number: 'a number',
  boolean: 'true or false',
};

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : '';
}

/** One step of a JSON pointer in a URI fragment (RFC 6901, sections 3 and 6). @example pointerPart('a/b') // '/a~1b' */
function pointerPart(key: PropertyKey): string {
  // Half a surrogate pair has no percent-encoding.
  const clipped = String(key)
    .slice(0, POINTER_PART_CHARACTERS_MAX)
    .replace(/\p{Cs}/gu, '\ufffd');
  return `/${encodeURIComponent(clipped.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}

/**
 * The value of a JSON text. `__proto__` becomes an ordinary field here, and schemas refuse it as an unknown one.
 * @throws AppError `invalid-json`
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-json', 'the body is not a JSON text', { cause });
  }
}
