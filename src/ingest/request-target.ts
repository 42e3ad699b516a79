/** The request target and Host of an HTTP request (RFC 9112, section 3.2), to the fields of `url`. */
import type { Draft } from './draft.ts';

/**
 * Fills `url` of a draft. `url.original` is kept only where path and query do not say it all.
 * - origin form `/a?b=1`: path and query; the domain is the Host's
 * - absolute form `http://example.org/a?b=1`: its authority is the domain, whatever the Host says (RFC 9112, 3.2.2)
 * - authority form `example.org:443` (CONNECT): its host is the domain, there is no path
 * - anything else (`*`, garbage) stands as the path
 * @param target as it was logged; undefined where it was not
 * @param host the Host header, perhaps with a port
 */
export function setUrl(draft: Draft, target: string | undefined, host: string | undefined): void {
  if (host !== undefined) draft.urlDomain = domainOf(host);
  if (target === undefined) return;
  if (target.charCodeAt(0) === 0x2f) {
    setPath(draft, target, 0);
  } else if (draft.method === 'CONNECT') {
    draft.urlDomain = domainOf(target) ?? draft.urlDomain;
    draft.urlOriginal = target;
  } else {
    setAbsolute(draft, target);
  }
}

/** A scheme is letters, digits, `+`, `-` and `.`, and a known one is short. */
const SCHEME_CHARACTERS_MAX = 16;

function setAbsolute(draft: Draft, target: string): void {
  const colon = target.slice(0, SCHEME_CHARACTERS_MAX + 3).indexOf('://');
  if (colon < 1) {
    setPath(draft, target, 0);
    return;
  }
  const start = colon + 3;
  const end = authorityEnd(target, start);
  draft.urlDomain = domainOf(target.slice(start, end)) ?? draft.urlDomain;
  draft.urlOriginal = target;
  if (end === target.length) draft.urlPath = '/';
  else if (target[end] === '?') setPath(draft, `/${target.slice(end)}`, 0);
  else setPath(draft, target, end);
}

function authorityEnd(target: string, start: number): number {
  for (let at = start; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code === 0x2f || code === 0x3f) return at;
  }
  return target.length;
}

function setPath(draft: Draft, target: string, start: number): void {
  const question = target.indexOf('?', start);
  if (question === -1) {
    draft.urlPath = start === 0 ? target : target.slice(start);
    return;
  }
  if (question > start) draft.urlPath = target.slice(start, question);
  if (question < target.length - 1) draft.urlQuery = target.slice(question + 1);
}

/**
 * The host of an authority: without user, port and the root's dot; an IPv6 literal keeps its brackets, as ECS asks.
 * @example domainOf('example.org:8080') // 'example.org'; domainOf('[2001:db8::1]:443') // '[2001:db8::1]'
 */
export function domainOf(authority: string): string | undefined {
  const start = authority.lastIndexOf('@') + 1;
  const bracket = authority.charCodeAt(start) === 0x5b ? authority.indexOf(']', start) : -1;
  const colon = authority.indexOf(':', bracket === -1 ? start : bracket);
  let end = colon === -1 ? authority.length : colon;
  if (end > start + 1 && authority.charCodeAt(end - 1) === 0x2e) end -= 1;
  return end === start ? undefined : authority.slice(start, end);
}
