/** Parts of URLs that are asked for by themselves. Each reads a bounded number of characters, and none throws. */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import { SEGMENT_SEPARATORS } from '../domain/observation.ts';
import { bareHostOf } from './host-name.ts';
import { REPEATS_CHARACTERS_MAX, withoutRepeats } from './repeats.ts';

const HOST_CHARACTERS_MAX = 512;
const EXTENSION_CHARACTERS_MAX = 8;

/**
 * The lower-case host of an absolute URL; empty where there is none.
 * @example hostOfUrl('https://user@Example.org:8443/a') // 'example.org'
 */
export function hostOfUrl(url: string): string {
  const text = url.length > HOST_CHARACTERS_MAX ? url.slice(0, HOST_CHARACTERS_MAX) : url;
  const scheme = text.indexOf('://');
  if (scheme < 1) return '';
  const start = scheme + 3;
  let end = start;
  while (end < text.length && !isAuthorityEnd(text.charCodeAt(end))) end += 1;
  const userEnd = text.lastIndexOf('@', end);
  return bareHostOf(text.slice(userEnd >= start ? userEnd + 1 : start, end)).toLowerCase();
}

/** / ? # and the backslash that browsers read as a slash. */
function isAuthorityEnd(code: number): boolean {
  return code === 47 || code === 63 || code === 35 || code === 92;
}

/**
 * The file extension of a path: `none`, at most eight letters and digits in lower case, or `other`.
 * @example extensionOf('/wp-login.PHP') // 'php'
 */
export function extensionOf(path: string): string {
  const dot = path.lastIndexOf('.');
  if (dot === -1 || dot < path.lastIndexOf('/')) return 'none';
  const length = path.length - dot - 1;
  if (length === 0) return 'none';
  if (length > EXTENSION_CHARACTERS_MAX) return 'other';
  for (let index = dot + 1; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    const lower = code | 32;
    if (!((lower >= 97 && lower <= 122) || (code >= 48 && code <= 57))) return 'other';
  }
  return path.slice(dot + 1).toLowerCase();
}

/**
 * Parameters of a query among its first SEQUENCE_SYMBOLS_MAX characters: what stands between `&` and `;`.
 * @example parametersOf('a=1&&b;c=2') // 3
 */
export function parametersOf(query: string | undefined): number {
  if (query === undefined || query === '') return 0;
  const read = Math.min(query.length, SEQUENCE_SYMBOLS_MAX);
  let count = 0;
  let start = 0;
  for (let index = 0; index <= read; index += 1) {
    const code = index < read ? query.charCodeAt(index) : 38;
    if (code === 38 /* & */ || code === 59 /* ; */) {
      if (index > start) count += 1;
      start = index + 1;
    }
  }
  return count;
}

/**
 * The same without those that are said again.
 * @example differentParametersOf('a=1&b;A=1') // 2
 */
export function differentParametersOf(query: string | undefined): number {
  if (query === undefined) return 0;
  return parametersOf(
    withoutRepeats(query.slice(0, REPEATS_CHARACTERS_MAX), SEGMENT_SEPARATORS['url.query']),
  );
}
