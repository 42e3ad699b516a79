/**
 * Finds the known fields of a JSON object in one pass over its own names, whether they are nested (`{source: {ip}}`),
 * dotted (`{"source.ip": …}`) or a mixture. Unknown names, `__proto__` among them, are passed over; prototypes are never
 * read. Cost: one look-up for each name of the object and of the objects inside it that a known field can be in.
 */
import { isObject, type JsonObject } from './json.ts';

export interface FieldTable<K extends string> {
  /** Every key, undefined. */
  blank(): Record<K, unknown>;
  /** The values by key. Of several names of a key (or a field given twice) the first in the object counts. */
  collect(object: JsonObject): Record<K, unknown>;
}

interface Node<K> {
  /** The key whose value stands here. */
  key: K | null;
  /** What may stand inside, where the value is an object. */
  inner: Map<string, Node<K>> | null;
}

/**
 * Compiles a table of keys and the dotted names that each may have.
 * @example fieldTable({ ip: ['source.ip'] }).collect({ source: { ip: '192.0.2.1' } }) // { ip: '192.0.2.1' }
 */
export function fieldTable<K extends string>(names: Readonly<Record<K, readonly string[]>>): FieldTable<K> {
  const root = new Map<string, Node<K>>();
  const template = {} as Record<K, unknown>;
  for (const [key, aliases] of Object.entries(names) as [K, readonly string[]][]) {
    template[key] = undefined;
    for (const alias of aliases) insert(root, alias.split('.'), key);
  }
  return {
    blank: () => ({ ...template }),
    collect: object => {
      const values = { ...template };
      gather(root, object, values);
      return values;
    },
  };
}

/** Enters every way to write the path: `a.b.c`, `{a: b.c}`, `{a.b: c}`, `{a: {b: c}}`. */
function insert<K>(nodes: Map<string, Node<K>>, parts: readonly string[], key: K): void {
  for (let count = 1; count <= parts.length; count++) {
    const name = parts.slice(0, count).join('.');
    const node = nodes.get(name) ?? { key: null, inner: null };
    nodes.set(name, node);
    if (count === parts.length) {
      node.key = key;
    } else {
      node.inner ??= new Map();
      insert(node.inner, parts.slice(count), key);
    }
  }
}

function gather<K extends string>(
  nodes: Map<string, Node<K>>,
  object: JsonObject,
  values: Record<K, unknown>,
): void {
  for (const name of Object.keys(object)) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    const value = object[name];
    if (node.inner !== null && isObject(value)) gather(node.inner, value, values);
    else if (node.key !== null && isAbsent(values[node.key])) values[node.key] = value;
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
