/** What is done to bytes and to JSON values to make them wrong: plain data, so that fast-check can make a failure smaller. */
import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Longer than every text that a field keeps is allowed to be without being cut. */
const LONG = 'x'.repeat(65_536);

/** Texts that break what takes a text for harmless. */
export const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\u202egro.elpmaxe\u202c',
  '\u2028',
  '\ufeff',
  '\r\n\r\nHTTP/1.1 200 OK',
  '__proto__',
  'constructor',
  '../../../etc/passwd',
  "' OR 1=1; --",
  '{"$gt":""}',
  '=cmd|/c calc!A1',
  '9'.repeat(400),
  '-1',
  '1e999',
  'NaN',
  'Infinity',
  '0x10',
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '::ffff:1.2.3.4%eth0',
  '0.0.0.0/-1',
  '*.',
  '\u{1f600}'.repeat(200),
];

/** Values that are of no type that was asked for, or of the right one and out of all bounds. */
const HOSTILE_VALUES: readonly Json[] = [
  ...HOSTILE_TEXTS,
  LONG,
  '\u202e'.repeat(65_536),
  null,
  true,
  0,
  -0,
  -1,
  0.1,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  8.64e15 + 1,
  1.7e308,
  -1.7e308,
  5e-324,
  [],
  {},
  [[[[]]]],
  { $gt: '' },
  Object.fromEntries([['__proto__', { polluted: true }]]),
  { constructor: { prototype: { polluted: true } } },
  { toString: 1, valueOf: null, toJSON: 'x', length: -1 },
];
const HOSTILE_KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  '$where',
  '',
  'a.b',
  '\0',
  'toJSON',
  LONG,
];

export type JsonMutation =
  | { does: 'replace'; at: number; value: Json }
  | { does: 'add'; at: number; key: string; value: Json }
  | { does: 'drop'; at: number }
  | { does: 'wrap'; at: number; depth: number; list: boolean };

const hostileValue = fc.constantFrom(...HOSTILE_VALUES);
const place = fc.nat(1_000);

export const jsonMutation: fc.Arbitrary<JsonMutation> = fc.oneof(
  fc.record({ does: fc.constant('replace' as const), at: place, value: hostileValue }),
  fc.record({
    does: fc.constant('add' as const),
    at: place,
    key: fc.constantFrom(...HOSTILE_KEYS),
    value: hostileValue,
  }),
  fc.record({ does: fc.constant('drop' as const), at: place }),
  fc.record({
    does: fc.constant('wrap' as const),
    at: place,
    depth: fc.constantFrom(1, 63, 64, 65, 1_000),
    list: fc.boolean(),
  }),
);

type Path = readonly (string | number)[];

/** Where the nodes of a value are, itself first. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children: [string | number, Json][] = Array.isArray(value)
    ? value.map((child, index) => [index, child])
    : Object.entries(value);
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with another node at a path; undefined leaves it out. */
function withNode(value: Json, path: Path, edit: (node: Json) => Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== 'object' || value === null) return edit(value);
  if (Array.isArray(value)) {
    return value.flatMap((child, index) => {
      const edited = index === key ? withNode(child, rest, edit) : child;
      return edited === undefined ? [] : [edited];
    });
  }
  // `fromEntries` makes `__proto__` a key as any other.
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, child]) => {
      const edited = name === key ? withNode(child, rest, edit) : child;
      return edited === undefined ? [] : [[name, edited]];
    }),
  );
}

function wrapped(value: Json, depth: number, list: boolean): Json {
  let around = value;
  for (let level = 0; level < depth; level++) around = list ? [around] : { a: around };
  return around;
}

/** @example mutatedJson({a: 1}, {does: 'replace', at: 1, value: null}) // {a: null} */
export function mutatedJson(value: Json, mutation: JsonMutation): Json {
  const paths = pathsOf(value);
  const path = paths[mutation.at % paths.length] ?? [];
  const edited = withNode(value, path, node => {
    if (mutation.does === 'replace') return mutation.value;
    if (mutation.does === 'drop') return undefined;
    if (mutation.does === 'wrap') return wrapped(node, mutation.depth, mutation.list);
    if (Array.isArray(node)) return [...node, mutation.value];
    if (typeof node !== 'object' || node === null) return { [mutation.key]: mutation.value };
    return Object.fromEntries([...Object.entries(node), [mutation.key, mutation.value]]);
  });
  return edited ?? null;
}

export type ByteMutation =
  | { does: 'flip'; at: number; bit: number }
  | { does: 'drop' | 'repeat'; at: number; length: number }
  | { does: 'insert'; at: number; bytes: readonly number[]; times: number }
  | { does: 'truncate'; at: number }
  | { does: 'splice'; at: number; from: number }
  | { does: 'swap'; separator: string; first: number; second: number };

/** NUL, no UTF-8, line ends of all kinds, quotes and separators, half a character, a byte order mark. */
const INSERTED: readonly (readonly number[])[] = [
  [0],
  [0xff],
  [0x0d],
  [0x0a],
  [0x0d, 0x0a],
  [0xe2, 0x80, 0xa8],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0x22],
  [0x5c],
  [0x09],
  [0x20],
  [0x5b],
  [0x7b],
  [0x2d],
  [0x39],
  [0x1b, 0x5b],
];
const offset = fc.nat(4_096);

export const byteMutation: fc.Arbitrary<ByteMutation> = fc.oneof(
  fc.record({ does: fc.constant('flip' as const), at: offset, bit: fc.nat(7) }),
  fc.record({ does: fc.constantFrom('drop' as const, 'repeat' as const), at: offset, length: fc.nat(64) }),
  fc.record({
    does: fc.constant('insert' as const),
    at: offset,
    bytes: fc.constantFrom(...INSERTED),
    times: fc.constantFrom(1, 1, 1, 2, 100, 65_536),
  }),
  fc.record({ does: fc.constant('truncate' as const), at: offset }),
  fc.record({ does: fc.constant('splice' as const), at: offset, from: offset }),
  fc.record({
    does: fc.constant('swap' as const),
    separator: fc.constantFrom('\t', ' ', ',', '"'),
    first: fc.nat(40),
    second: fc.nat(40),
  }),
);

/** @param other what a splice goes on with @example mutatedBytes('abc', {does: 'truncate', at: 1}) // 'a' */
export function mutatedBytes(bytes: Buffer, mutation: ByteMutation, other: Buffer): Buffer {
  if (mutation.does === 'swap') return swapped(bytes, mutation);
  const at = mutation.at % (bytes.length + 1);
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  switch (mutation.does) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      const byte = copy[at];
      if (byte !== undefined) copy[at] = byte ^ (1 << mutation.bit);
      return copy;
    }
    case 'drop':
      return Buffer.concat([before, after.subarray(mutation.length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, mutation.length), after]);
    case 'insert':
      return Buffer.concat([
        before,
        Buffer.alloc(mutation.bytes.length * mutation.times, Buffer.from(mutation.bytes)),
        after,
      ]);
    case 'truncate':
      return before;
    case 'splice':
      return Buffer.concat([before, other.subarray(mutation.from % (other.length + 1))]);
  }
}

/** Two columns change places. */
function swapped(
  bytes: Buffer,
  { separator, first, second }: { separator: string; first: number; second: number },
): Buffer {
  const columns = bytes.toString('latin1').split(separator);
  const [a, b] = [first % columns.length, second % columns.length];
  const exchanged = columns.map((column, index) =>
    index === a ? (columns[b] ?? '') : index === b ? (columns[a] ?? '') : column,
  );
  return Buffer.from(exchanged.join(separator), 'latin1');
}
