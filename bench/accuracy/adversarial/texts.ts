/** The text of a case that an attacker writes freely: the name asked for, or the query of a request. */
import { domainToASCII } from 'node:url';
import type { Case } from '../task.ts';

/** A name as long as DNS allows, without the root's dot. */
const NAME_CHARACTERS_MAX = 253;

/** The segments of the text: labels but for the last two, or parameters; of a request without a query parts of its path. */
export function segmentsOf({ record }: Case): string[] {
  if (record.kind === 'dns') return (record.dns.question.name ?? '').split('.').slice(0, -2);
  if (record.kind !== 'http') return [];
  if (record.url.query !== undefined) return record.url.query.split('&').filter(part => part !== '');
  return (record.url.path ?? '')
    .split('/')
    .filter(part => part !== '')
    .map(part => `p=${part}`);
}

/** The case with more segments: labels before its name as far as it may be that long, parameters behind its query. */
export function withSegments(one: Case, segments: readonly string[]): Case {
  const { record } = one;
  if (record.kind === 'dns') {
    let name = record.dns.question.name ?? '';
    for (const segment of segments) {
      if (name.length + segment.length + 1 <= NAME_CHARACTERS_MAX) name = `${segment}.${name}`;
    }
    return { ...one, record: { ...record, dns: { question: { ...record.dns.question, name } } } };
  }
  if (record.kind !== 'http' || segments.length === 0) return one;
  const query = [...(record.url.query === undefined ? [] : [record.url.query]), ...segments].join('&');
  return { ...one, record: { ...record, url: { ...record.url, query } } };
}

/** The case with its texts rewritten. A name stays one that can be asked for: international labels in their ASCII form. */
export function rewritten(one: Case, rewrite: (text: string) => string): Case {
  const { record } = one;
  if (record.kind === 'dns') {
    const name = record.dns.question.name ?? '';
    const other = rewrite(name);
    // Only what is not ASCII needs it, and it would fold case.
    const isPlain = [...other].every(character => character < '\u0080');
    const asked = isPlain ? other : domainToASCII(other) || name;
    return { ...one, record: { ...record, dns: { question: { ...record.dns.question, name: asked } } } };
  }
  if (record.kind !== 'http') return one;
  const { path, query } = record.url;
  const url = {
    ...record.url,
    ...(path !== undefined && { path: rewrite(path) }),
    ...(query !== undefined && { query: rewrite(query) }),
  };
  return { ...one, record: { ...record, url } };
}
