/** Parsing at the edge: a query or a body becomes a typed value, or a problem that points at each wrong field. */
import type { z } from 'zod';
import { AppError, type FieldProblem } from '../domain/errors.ts';

/** Wrong fields told of one request; whoever sent more has enough to mend. */
const FIELD_PROBLEMS_MAX = 32;
/** Characters of an unknown field's name that are told back. */
const NAME_CHARACTERS_MAX = 64;

/**
 * The value of a body.
 * @throws AppError `invalid-request`
 * @example parse(z.strictObject({ from: z.string() }), { form: 'x' }) // throws; errors point at #/from and #/form
 */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  return parsed(schema, body, path => ({ pointer: `#${path.map(pointerPart).join('')}` }));
}

/**
 * The value of a query, in which all stands side by side: its parameters are told by their names.
 * @throws AppError `invalid-request`
 */
export function parseQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  return parsed(schema, query, ([name = '']) => ({ parameter: clipped(name) }));
}

type Place = Pick<FieldProblem, 'pointer' | 'parameter'>;
type PlaceOf = (path: readonly PropertyKey[]) => Place;

function parsed<T>(schema: z.ZodType<T>, value: unknown, placeOf: PlaceOf): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(issue => fieldProblems(issue, placeOf));
  const shown = errors.slice(0, FIELD_PROBLEMS_MAX);
  const [only] = shown;
  const detail =
    shown.length === 1 && only ? `${only.pointer ?? only.parameter}: ${only.detail}` : 'see errors';
  throw new AppError('invalid-request', detail, { errors: shown });
}

function fieldProblems(issue: z.core.$ZodIssue, placeOf: PlaceOf): FieldProblem[] {
  if (issue.code !== 'unrecognized_keys') return [{ detail: wordsOf(issue), ...placeOf(issue.path) }];
  return issue.keys.map(key => ({ detail: 'there is no such field', ...placeOf([...issue.path, key]) }));
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
  return `/${encodeURIComponent(clipped(key).replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}

/** A name that came from outside, fit to be told back: half a surrogate pair has no percent-encoding. */
function clipped(name: PropertyKey): string {
  return String(name)
    .slice(0, NAME_CHARACTERS_MAX)
    .replace(/\p{Cs}/gu, '\ufffd');
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
