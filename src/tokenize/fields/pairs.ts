/**
 * Values in their context: what a host usually does, and how a path is usually answered. Both are seen in the record
 * anyway, so that a pair costs a token and nothing else is read. Why these pairs and no others:
 * docs/adr/0011-conditional-categories.md.
 */
import { conditionalTokenOf, holdsGiven, valueFieldOf } from '../../domain/conditional.ts';
import { TOKEN_CHARACTERS_MAX } from '../../domain/limits.ts';
import type { Observations } from '../../domain/observation.ts';
import type { RecordKind, TrafficRecord } from '../../domain/record.ts';
import { foldedTokenText, tokenText } from '../token-text.ts';
import type { Facts, Part } from './facts.ts';
import { type Described, type FieldRow, isSeenBy, type TokenReading } from './row.ts';
import { tokenOf, tokenRowOf } from './token-reader.ts';

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
    field: 'dns.question.registered_domain|source.ip',
    of: 'dns',
    needs: 'source',
    says: 'registrable domain, and who asks for it ([ADR 19](adr/0019-dns-and-addresses.md))',
    example: 'example.co.uk given 10.0.0.7',
    since: 3,
    onByDefault: false,
  },
  {
    field: 'url.registered_domain|source.ip',
    of: 'http',
    needs: 'source',
    says: 'registrable domain of the host, and who asks it ([ADR 19](adr/0019-dns-and-addresses.md))',
    example: 'example.org given 10.0.0.7',
    since: 3,
    onByDefault: false,
  },
  {
    field: 'tls.client.registered_domain|source.ip',
    needs: 'source',
    says: 'registrable domain of the server name, and who asks for it ([ADR 19](adr/0019-dns-and-addresses.md))',
    example: 'example.org given 10.0.0.7',
    since: 3,
    onByDefault: false,
  },
  {
    field: 'destination.ip.network|source.ip',
    needs: 'source',
    says: 'network of the destination, and who goes there',
    example: '203.0.114.0/24 given 10.0.0.7',
    since: 3,
  },
  {
    field: 'destination.ip|source.ip',
    needs: 'source',
    says: 'the destination, and who goes there; of DNS its resolver',
    example: '203.0.114.9 given 10.0.0.7',
    since: 3,
  },
  {
    field: 'source.bytes|network.protocol',
    of: 'flow',
    says: 'bytes sent, as above, and by which protocol',
    example: '64 given http',
    since: 4,
  },
  {
    field: 'destination.bytes|network.protocol',
    of: 'flow',
    says: 'bytes answered, as above, and by which protocol',
    example: '256 given http',
    since: 4,
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
interface Pairs<F extends Facts> {
  needs: Part | undefined;
  readContext: (facts: F) => string | undefined;
  pairs: { field: string; value: TokenReading<F> }[];
}

/**
 * Appends the pairs that a version of the tokenizers sees in records of a kind.
 * @param rows of that kind, among which are those of values and contexts
 */
export function pairObserver<F extends Facts>(
  kind: RecordKind,
  rows: readonly FieldRow<F>[],
  version: number,
): (into: Observations, facts: F) => void {
  const own = PAIR_ROWS.filter(({ of }) => of === undefined || of === kind);
  const contexts = contextsOf(
    own.filter(row => isSeenBy(row, version)),
    rows.filter(row => isSeenBy(row, version)),
  );
  return (into, facts) => {
    for (const { needs, readContext, pairs } of contexts) {
      if (needs !== undefined && !facts.has(needs)) continue;
      const context = readContext(facts);
      if (context === undefined || context === '') continue;
      for (const { field, value } of pairs) observePair(into, field, tokenOf(value, facts), context);
    }
  };
}

function contextsOf<F extends Facts>(pairRows: readonly PairRow[], rows: readonly FieldRow<F>[]): Pairs<F>[] {
  const contexts = new Map<string, Pairs<F>>();
  for (const row of pairRows) {
    const contextField = row.field.slice(row.field.indexOf('|') + 1);
    const context = contexts.get(contextField) ?? {
      needs: row.needs,
      readContext: contextReaderOf(row, contextField, rows),
      pairs: [],
    };
    context.pairs.push({ field: row.field, value: tokenRowOf(valueFieldOf(row.field), rows) });
    contexts.set(contextField, context);
  }
  return [...contexts.values()];
}

function contextReaderOf<F extends Facts>(
  { readContext }: PairRow,
  contextField: string,
  rows: readonly FieldRow<F>[],
): (facts: F) => string | undefined {
  if (readContext !== undefined) return ({ record }) => readContext(record);
  const context = tokenRowOf(contextField, rows);
  return facts => tokenOf(context, facts);
}

function observePair(into: Observations, field: string, value: string | undefined, context: string): void {
  if (value === undefined) return;
  const token = pairTokenOf(value, context);
  if (token !== undefined) into.categories.push({ field, token });
}

/** @returns undefined where the value is none that can be told from its context */
export function pairTokenOf(value: string, context: string): string | undefined {
  if (value.length > VALUE_CHARACTERS_MAX || holdsGiven(value)) return undefined;
  const token = conditionalTokenOf(value, context);
  return token.length > TOKEN_CHARACTERS_MAX ? tokenText(token) : token;
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
