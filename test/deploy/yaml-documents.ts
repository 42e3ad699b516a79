/** YAML as the tests of deployment read it: parsed strictly, and looked into by path. */
import { parseAllDocuments } from 'yaml';

/** All documents of a text, as plain values. @throws the first error or warning of the parser: doubled keys, unknown tags */
export function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text, { merge: true }).map(document => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS();
  });
}

export type Table = Readonly<Record<string, unknown>>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is at a path of keys and positions; undefined where the path ends before. @example at({ a: [{ b: 1 }] }, 'a.0.b') // 1 */
export function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    );
}

/** The table at a path. @throws where there is none: what a test looks for must be there */
export function tableAt(value: unknown, path: string): Table {
  const found = at(value, path);
  if (!isTable(found)) throw new Error(`no table at ${path}`);
  return found;
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  if (!Array.isArray(found)) throw new Error(`no list at ${path}`);
  return found;
}

/** Every text in a value, however deep. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
