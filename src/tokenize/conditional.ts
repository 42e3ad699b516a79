/**
 * Values in their context: what a host usually does, and how a path is usually answered. Both are seen in the record anyway,
 * so a pair costs a token and nothing else is read. Why these pairs and no others: docs/adr/0011-conditional-categories.md.
 */
import { conditionalFieldOf, conditionalTokenOf } from '../domain/conditional.ts';
import { TOKEN_CHARACTERS_MAX } from '../domain/limits.ts';
import type { Observations } from '../domain/observation.ts';
import type { TrafficRecord } from '../domain/record.ts';
import { foldedTokenText, tokenText } from './token-text.ts';

/** Fields whose values are looked at for each source. */
const OF_SOURCE = ['user_agent.name', 'destination.port', 'destination.ip.class', 'dns.question.type'].map(
  value => ({ value, field: conditionalFieldOf(value, 'source.ip') }),
);
const STATUS = 'http.response.status_code';
const STATUS_OF_PATH = conditionalFieldOf(STATUS, 'url.path');
/** A longer value is no port, code or name of software; so the context is always in the token. */
const VALUE_CHARACTERS_MAX = 48;
/** Characters of a path's first part. */
const PATH_PART_CHARACTERS_MAX = 64;

/** Appends pairs of what is in `into` already. */
export function observeConditional(into: Observations, record: TrafficRecord): void {
  if (record.source?.ip !== undefined) {
    const source = tokenOf(into, 'source.ip');
    for (const { value, field } of OF_SOURCE) observePair(into, field, tokenOf(into, value), source);
  }
  if (record.kind === 'http') {
    const path = record.url.path ?? record.url.original;
    if (path !== undefined) observePair(into, STATUS_OF_PATH, tokenOf(into, STATUS), firstPartOf(path));
  }
}

function observePair(
  into: Observations,
  field: string,
  value: string | undefined,
  context: string | undefined,
): void {
  if (value === undefined || context === undefined || context === '') return;
  if (value.length > VALUE_CHARACTERS_MAX) return;
  const token = conditionalTokenOf(value, context);
  into.categories.push({ field, token: token.length > TOKEN_CHARACTERS_MAX ? tokenText(token) : token });
}

/** What is seen of a field, each of which is seen once at most. */
function tokenOf({ categories }: Observations, field: string): string | undefined {
  for (const category of categories) if (category.field === field) return category.token;
  return undefined;
}

/**
 * The part of a path that comes before its second slash, in lower case: what belongs to one application, mostly.
 * @example firstPartOf('/Admin/users/7') // '/admin'
 * @example firstPartOf('/index.html') // '/index.html'
 */
export function firstPartOf(path: string): string {
  const read = path.length > PATH_PART_CHARACTERS_MAX ? path.slice(0, PATH_PART_CHARACTERS_MAX) : path;
  const end = read.indexOf('/', 1);
  return foldedTokenText(end < 0 ? read : read.slice(0, end));
}
