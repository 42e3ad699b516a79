/**
 * Finds the known fields of a JSON object in one pass over its own names, whether they are nested (`{source: {ip}}`),
 * dotted (`{"source.ip": …}`) or a mixture. Unknown names, `__proto__` among them, are passed over; prototypes are never
 * read. Cost: one look-up for each name of the object and of the objects inside it that a known field can be in.
 */
import { isObject, type JsonObject } from './json.ts';

export interface FieldTable<K extends string> {
  /** Where in the values each key stands. */
  slots: Readonly<Record<K, number>>;
  /** The values of no object: every slot null. */
  blank(): unknown[];
  /**
   * The values by slot, null where there is none, until the next call. Of several names of a key (or a field given twice)
   * the first in the object counts.
   */
  collect(object: JsonObject): unknown[];
}

interface Node {
  /** The slot of the value that stands here; −1 where only objects with known fields do. */
  slot: number;
  /** What may stand inside, where the value is an object. */
  inner: Map<string, Node> | null;
}

/**
 * Compiles a table of keys and the dotted names that each may have.
 * @example fieldTable({ ip: ['source.ip'] }).collect({ source: { ip: '192.0.2.1' } }) // ['192.0.2.1'], slots.ip is 0
 */
export function fieldTable<K extends string>(names: Readonly<Record<K, readonly string[]>>): FieldTable<K> {
  const root = new Map<string, Node>();
  const keys = Object.keys(names) as K[];
  for (const [slot, key] of keys.entries()) {
    for (const name of names[key]) insert(root, name.split('.'), slot);
  }
  const template: unknown[] = keys.map(() => null);
  const collected = template.slice();
  return {
    slots: Object.fromEntries(keys.map((key, slot) => [key, slot])) as Record<K, number>,
    blank: () => template.slice(),
    collect: object => {
      collected.fill(null);
      gather(root, object, collected);
      return collected;
    },
  };
}

/** Enters every way to write the path: `a.b.c`, `{a: b.c}`, `{a.b: c}`, `{a: {b: c}}`. */
function insert(nodes: Map<string, Node>, parts: readonly string[], slot: number): void {
  for (let count = 1; count <= parts.length; count++) {
    const name = parts.slice(0, count).join('.');
    const node = nodes.get(name) ?? { slot: -1, inner: null };
    nodes.set(name, node);
    if (count === parts.length) {
      node.slot = slot;
    } else {
      node.inner ??= new Map();
      insert(node.inner, parts.slice(count), slot);
    }
  }
}

function gather(nodes: Map<string, Node>, object: JsonObject, values: unknown[]): void {
  for (const name of Object.keys(object)) {
    const node = nodes.get(name);
    if (node === undefined) continue;
    const value = object[name];
    if (node.inner !== null && isObject(value)) gather(node.inner, value, values);
    else if (node.slot !== -1 && isAbsent(values[node.slot])) values[node.slot] = value;
  }
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
