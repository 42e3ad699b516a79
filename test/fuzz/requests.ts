/**
 * Requests drawn from the description of an operation and then made wrong: values, names, repetitions, percent-encoding,
 * methods, media types, encodings, bytes. The head stays under 16 KiB, what is longer is the business of the server test.
 */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Description, Operation, Schema } from './described.ts';
import {
  type ByteMutation,
  byteMutation,
  HOSTILE_TEXTS,
  type Json,
  type JsonMutation,
  jsonMutation,
  mutatedBytes,
  mutatedJson,
} from './mutations.ts';

export interface FuzzRequest {
  method: string;
  /** The path of the description, with `{id}` in it; null where it is none of them. */
  described: string | null;
  target: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer | null;
}

/** What requests may be made of beside the description. */
export interface Stock {
  /** Authorization headers. */
  authorizations: readonly string[];
  /** Ids of records, windows and keys that are there. */
  ids: readonly string[];
  /** Real lines, of all formats. */
  lines: readonly Buffer[];
  formats: readonly string[];
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;
const TYPES = [
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'text/csv',
  'application/json; charset=utf-16',
  'application/json;',
  'APPLICATION/JSON',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/octet-stream',
  'text/html;charset="',
  '/',
  '*/*',
  'json',
  '',
] as const;
const ENCODINGS = [
  'gzip',
  'deflate',
  'br',
  'zstd',
  'identity',
  'gzip, gzip',
  'x-gzip',
  'compress',
  ',',
  '',
] as const;
const TARGET_BYTES_MAX = 12_000;

/** One in `of`. */
const seldom = <T>(of: number, wrong: fc.Arbitrary<T>, right: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: of - 1, arbitrary: right }, { weight: 1, arbitrary: wrong });

/** A value of a schema, from the examples where there are some of its name; texts may fall short of their pattern. */
function valueBy(schema: Schema, name: string, described: Description): fc.Arbitrary<Json> {
  const { $ref } = schema;
  if ($ref !== undefined) {
    const target = described.schemas[$ref.slice($ref.lastIndexOf('/') + 1)];
    if (target === undefined) throw new Error(`${$ref} leads nowhere`);
    return valueBy(target, name, described);
  }
  const drawn = drawnFrom(schema, name, described);
  const samples = described.samples.get(name) ?? [];
  return samples.length === 0 ? drawn : seldom(4, drawn, fc.constantFrom(...samples));
}

function drawnFrom(schema: Schema, name: string, described: Description): fc.Arbitrary<Json> {
  const { minimum = -(2 ** 53), maximum = 2 ** 53, minLength = 0, maxLength = 64 } = schema;
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map(each => valueBy(each, name, described)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, described);
    case 'array': {
      const item = valueBy(schema.items ?? {}, name, described);
      return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: 4 });
    }
    case 'integer':
      return fc.oneof(fc.maxSafeInteger(), fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1));
    case 'number':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(minimum, maximum));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.oneof(
        fc.string({ minLength, maxLength: Math.min(maxLength, 64) }),
        fc.constantFrom('x'.repeat(maxLength), 'x'.repeat(maxLength + 1)),
      );
  }
}

function objectOf({ properties, required = [] }: Schema, described: Description): fc.Arbitrary<Json> {
  // Without properties it is a record of any kind: what the examples hold.
  if (properties === undefined) {
    const records = [...described.samples.values()].flat().filter(sample => typeof sample === 'object');
    return fc.constantFrom({}, ...records);
  }
  const fields = Object.entries(properties).map(([name, schema]) => {
    const value = valueBy(schema, name, described).map((drawn): [string, Json][] => [[name, drawn]]);
    return required.includes(name) ? value : fc.oneof(value, fc.constant<[string, Json][]>([]));
  });
  return fc.tuple(...fields).map(entries => Object.fromEntries(entries.flat()));
}

type QueryMutation = 'none' | 'repeated' | 'bracketed' | 'percent' | 'overlong' | 'unknown' | 'empty';
const QUERY_MUTATIONS: readonly QueryMutation[] = [
  'repeated',
  'bracketed',
  'percent',
  'overlong',
  'unknown',
  'empty',
];

/** A lone surrogate has no UTF-8: it becomes U+FFFD. */
const escaped = (text: string) => encodeURIComponent(Buffer.from(text).toString());
/** Bytes that are no UTF-8, or no percent-encoding at all. */
const BROKEN_PERCENT = ['%', '%zz', '%ff', '%c3%28', '%00', '%ed%a0%80', '%2e%2e%2f'] as const;

function queryOf(pairs: readonly [string, string][], mutation: QueryMutation, broken: string): string {
  const [[name = 'limit', value = '1'] = []] = pairs;
  const parts = pairs.map(([key, text]) => `${escaped(key)}=${escaped(text)}`);
  const wrong: Record<QueryMutation, readonly string[]> = {
    none: [],
    repeated: [`${name}=${escaped(value)}`, `${name}=1`],
    bracketed: [`${name}[$gt]=`, `${name}[]=1`, `${name}[__proto__][polluted]=1`],
    percent: [`${name}=${broken}`],
    overlong: [`${name}=${'x'.repeat(8_192)}`],
    unknown: ['__proto__=1', 'toString=1', '$where=1', 'constructor[prototype][polluted]=1'],
    empty: ['', '=', '&&', name],
  };
  const query = [...parts, ...wrong[mutation]].join('&');
  return query === '' ? '' : `?${query}`.slice(0, TARGET_BYTES_MAX);
}

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));

/** The id in a path, percent-encoded; never empty, for that is another path. */
function idIn(stock: Stock): fc.Arbitrary<string> {
  const known = fc.constantFrom(...stock.ids).map(escaped);
  const hostile = hostileText.map(text => escaped(text) || 'x');
  return fc.oneof(known, hostile, fc.constantFrom(...BROKEN_PERCENT));
}

function targetOf(operation: Operation, described: Description, stock: Stock): fc.Arbitrary<string> {
  const given = operation.parameters
    .filter(parameter => parameter.in === 'query')
    .map(({ name, schema }) => {
      const stocked = name === 'format' ? stock.formats : name === 'window' ? stock.ids : [];
      const right = valueBy(schema, name, described).map(value =>
        typeof value === 'string' ? value : JSON.stringify(value),
      );
      const value = stocked.length === 0 ? right : fc.oneof(right, fc.constantFrom(...stocked));
      const pair = seldom(8, hostileText, value).map((text): [string, string][] => [[name, text]]);
      return fc.oneof(fc.constant<[string, string][]>([]), pair);
    });
  const query = fc
    .tuple(
      fc.tuple(...given),
      seldom(5, fc.constantFrom(...QUERY_MUTATIONS), fc.constant<QueryMutation>('none')),
      fc.constantFrom(...BROKEN_PERCENT),
    )
    .map(([pairs, mutation, broken]) => queryOf(pairs.flat(), mutation, broken));
  return fc.tuple(idIn(stock), query).map(([id, text]) => operation.path.replace(/\{\w+\}/, () => id) + text);
}

/** Texts of JSON that `JSON.stringify` would not write. */
const RAW_JSON: readonly string[] = [
  '',
  ' ',
  '{',
  '[1,]',
  'nul',
  '"\\ud800"',
  '1e999',
  '-',
  '{"a":1,"a":2}',
  '[NaN]',
  '\ufeff{}',
  '{"__proto__":{"polluted":true}}',
  '['.repeat(100_000),
  '{"a":'.repeat(65_536),
  `${'['.repeat(65)}${']'.repeat(65)}`,
];

function jsonBody(schema: Schema, described: Description): fc.Arbitrary<Buffer> {
  const mutated = fc
    .tuple(
      valueBy(schema, '', described),
      seldom(3, fc.constant<JsonMutation[]>([]), fc.array(jsonMutation, { maxLength: 3 })),
    )
    .map(([value, mutations]) => JSON.stringify(mutations.reduce(mutatedJson, value)));
  return seldom(10, fc.constantFrom(...RAW_JSON), mutated).map(text => Buffer.from(text));
}

function linesBody(stock: Stock): fc.Arbitrary<Buffer> {
  const lines = fc.array(fc.constantFrom(...stock.lines), { maxLength: 6 });
  return lines.map(each => Buffer.concat(each.flatMap(line => [line, Buffer.from('\n')])));
}

function bodyOf(
  operation: Operation,
  described: Description,
  stock: Stock,
): fc.Arbitrary<{ type: string; bytes: Buffer } | null> {
  const described_ = operation.bodies.map(([type, { schema }]) => {
    const bytes = type === 'application/json' ? jsonBody(schema, described) : linesBody(stock);
    return bytes.map(each => ({ type, bytes: each }));
  });
  if (described_.length === 0) {
    return seldom(
      10,
      linesBody(stock).map(bytes => ({ type: 'text/plain', bytes })),
      fc.constant(null),
    );
  }
  const broken = fc
    .tuple(fc.oneof(...described_), fc.array(byteMutation, { maxLength: 3 }), fc.constantFrom(...stock.lines))
    .map(([{ type, bytes }, mutations, other]) => ({
      type,
      bytes: mutations.reduce((all: Buffer, each: ByteMutation) => mutatedBytes(all, each, other), bytes),
    }));
  return fc.oneof({ weight: 5, arbitrary: fc.oneof(...described_) }, { weight: 2, arbitrary: broken });
}

type Packing = { encoding: string | null; packed: boolean; cutTo: number };
const packing: fc.Arbitrary<Packing> = fc.record({
  encoding: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom('gzip', 'deflate', 'br') },
    { weight: 1, arbitrary: fc.constantFrom(...ENCODINGS) },
  ),
  packed: seldom(5, fc.constant(false), fc.constant(true)),
  cutTo: seldom(5, fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1)),
});

function packed(bytes: Buffer, { encoding, packed: isPacked, cutTo }: Packing): Buffer {
  const whole =
    !isPacked || encoding === null
      ? bytes
      : encoding === 'gzip'
        ? gzipSync(bytes)
        : encoding === 'deflate'
          ? deflateSync(bytes)
          : encoding === 'br'
            ? brotliCompressSync(bytes)
            : bytes;
  return encoding === null ? whole : whole.subarray(0, Math.ceil(cutTo * whole.length));
}

function requestOf(operation: Operation, described: Description, stock: Stock): fc.Arbitrary<FuzzRequest> {
  const headers = fc.record({
    authorization: seldom(
      12,
      fc.constantFrom('', 'Bearer', 'Bearer x', 'Basic Og==', 'Basic \u00ff', `Bearer ${'x'.repeat(4_096)}`),
      fc.constantFrom(...stock.authorizations),
    ),
    prefer: seldom(10, fc.constantFrom('return=minimal', 'return="', ';;,='), fc.constant(null)),
    accept: seldom(10, fc.constantFrom('text/html', 'application/xml;q=', '\u00ff'), fc.constant(null)),
    typeInstead: seldom(10, fc.constantFrom(...TYPES), fc.constant(null)),
  });
  return fc
    .record({
      method: seldom(20, fc.constantFrom(...METHODS), fc.constant(operation.method)),
      target: targetOf(operation, described, stock),
      headers,
      body: bodyOf(operation, described, stock),
      packing,
    })
    .map(
      ({ method, target, headers: { authorization, prefer, accept, typeInstead }, body, packing: how }) => ({
        method,
        described: operation.path,
        target,
        headers: {
          ...(authorization === '' ? {} : { Authorization: authorization }),
          ...(prefer === null ? {} : { Prefer: prefer }),
          ...(accept === null ? {} : { Accept: accept }),
          ...(body === null ? {} : { 'Content-Type': typeInstead ?? body.type }),
          ...(body === null || how.encoding === null ? {} : { 'Content-Encoding': how.encoding }),
        },
        body: body === null ? null : packed(body.bytes, how),
      }),
    );
}

/** A path that is described nowhere. */
function strayRequest(stock: Stock): fc.Arbitrary<FuzzRequest> {
  const prefix = fc.constantFrom('/', '/v1/', '/v1//', '/docs/', '/problems/', '/healthz/', '/V1/', '//');
  return fc
    .record({
      method: fc.constantFrom(...METHODS),
      target: fc
        .tuple(prefix, fc.oneof(hostileText.map(escaped), fc.constantFrom(...BROKEN_PERCENT)))
        .map(parts => parts.join('')),
      authorization: fc.constantFrom(...stock.authorizations),
    })
    .map(({ method, target, authorization }) => ({
      method,
      described: null,
      target,
      headers: { Authorization: authorization },
      body: null,
    }));
}

/** Requests to all operations alike, and some to no operation. */
export function requests(described: Description, stock: Stock): fc.Arbitrary<FuzzRequest> {
  const known = described.operations.map(operation => requestOf(operation, described, stock));
  return seldom(20, strayRequest(stock), fc.oneof(...known));
}
