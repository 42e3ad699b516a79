/**
 * Values in their context: what a host usually does, and how a path is usually answered. Both are seen in the record
 * anyway, so that a pair costs a token and nothing else is read. Why these pairs and no others:
 * docs/adr/0011-conditional-categories.md.
 */
import { conditionalTokenOf, valueFieldOf } from '../../domain/conditional.ts';
import { TOKEN_CHARACTERS_MAX } from '../../domain/limits.ts';
import type { Observations } from '../../domain/observation.ts';
import type { RecordKind, TrafficRecord } from '../../domain/record.ts';
import { foldedTokenText, tokenText } from '../token-text.ts';
import type { Facts, Part } from './facts.ts';
import { type Described, isSeenBy } from './row.ts';

/** `<value's field>|<context's field>` = `<value> given <context>` (domain/conditional.ts), where the record shows both. */
export interface PairRow extends Described {
  field: `${string}|${string}`;
  /** Kinds of records that show both; absent: all. */
  of?: RecordKind;
  /** A part of the record that holds the context. */
  needs?: Part;
  /** Where the context is not the token of its field. */
  readContext?: (record: TrafficRecord) => string | undefined;
}

export const PAIR_ROWS: readonly PairRow[] = [
  {
    field: 'user_agent.name|source.ip',
    needs: 'source',
    says: 'client software, and who uses it',
    example: 'internet explorer given 10.0.0.7',
    since: 2,
  },
  {
    field: 'destination.port|source.ip',
    needs: 'source',
    says: 'port, as above, and who asks there',
    example: '445 given 10.0.0.7',
    since: 2,
  },
  {
    field: 'destination.ip.class|source.ip',
    needs: 'source',
    says: 'kind of address, and who goes there',
    example: 'public-v4 given 10.0.0.7',
    since: 2,
  },
  {
    field: 'dns.question.type|source.ip',
    of: 'dns',
    needs: 'source',
    says: 'record type, and who asks for it',
    example: 'TXT given 10.0.0.7',
    since: 2,
  },
  {
    field: 'http.response.status_code|url.path',
    of: 'http',
    says: "status, and what comes before the path's second slash, in lower case, of its first 64 characters",
    example: '401 given /admin',
    since: 2,
    readContext: record =>
      record.kind === 'http' ? firstPartOf(record.url.path ?? record.url.original ?? '') : undefined,
  },
];

/** A longer value is no port, code or name of software; so the context is always in the token. */
const VALUE_CHARACTERS_MAX = 48;

/** Pairs that share a context. */
interface Pairs extends Pick<PairRow, 'needs' | 'readContext'> {
  contextField: string;
  pairs: { field: string; valueField: string }[];
}

/** Appends to `into` the pairs of what is in it already, as a version of the tokenizers sees them in records of a kind. */
export function pairObserver(kind: RecordKind, version: number): (into: Observations, facts: Facts) => void {
  const contexts = contextsOf(
    PAIR_ROWS.filter(row => isSeenBy(row, version) && (row.of === undefined || row.of === kind)),
  );
  return (into, facts) => {
    for (const { needs, contextField, readContext, pairs } of contexts) {
      if (needs !== undefined && !facts.has(needs)) continue;
      const context = readContext === undefined ? tokenOf(into, contextField) : readContext(facts.record);
      if (context === undefined || context === '') continue;
      for (const { field, valueField } of pairs) observePair(into, field, tokenOf(into, valueField), context);
    }
  };
}

function contextsOf(rows: readonly PairRow[]): Pairs[] {
  const contexts = new Map<string, Pairs>();
  for (const row of rows) {
    const contextField = row.field.slice(row.field.indexOf('|') + 1);
    const context = contexts.get(contextField) ?? { ...row, contextField, pairs: [] };
    context.pairs.push({ field: row.field, valueField: valueFieldOf(row.field) });
    contexts.set(contextField, context);
  }
  return [...contexts.values()];
}

function observePair(into: Observations, field: string, value: string | undefined, context: string): void {
  if (value === undefined || value.length > VALUE_CHARACTERS_MAX) return;
  const token = conditionalTokenOf(value, context);
  into.categories.push({ field, token: token.length > TOKEN_CHARACTERS_MAX ? tokenText(token) : token });
}

/** What is seen of a field, each of which is seen once at most. */
function tokenOf({ categories }: Observations, field: string): string | undefined {
  for (const category of categories) if (category.field === field) return category.token;
  return undefined;
}

/** Characters of a path's first part. */
const PATH_PART_CHARACTERS_MAX = 64;

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
