/**
 * The access logs of Apache and nginx: `combined`, and `common` without referrer and user agent. A virtual host in front
 * (Apache's vhost_combined) and columns that were added at the end are tolerated. A request line that is none (`-`, TLS
 * bytes sent to a plain port) still makes an http record, with what stood there as `url.original`. Dataset: `web.access`.
 *
 * The time is looked for right before the first bare quote: both servers escape quotes in what clients send, so that a
 * user name such as `x [01/Jan/2000:00:00:00 +0000] "GET /` moves nothing.
 */
import { isAddress } from './address.ts';
import { type Draft, newDraft, recordOf } from './draft.ts';
import { FieldCheck } from './field-check.ts';
import type { Format, LineParser, ParsedLine, ParserContext } from './format.ts';
import { isBlank } from './json.ts';
import { requestLineOf } from './request-line.ts';
import { domainOf, setUrl } from './request-target.ts';
import { apacheInstantOf } from './time.ts';
import { unescapeText } from './unescape.ts';

export const combined: Format = {
  name: 'combined',
  detect: ({ lines }) => shareOf(lines, true),
  open: context => new AccessLogParser(context),
};

export const common: Format = {
  name: 'common',
  detect: ({ lines }) => shareOf(lines, false),
  open: context => new AccessLogParser(context),
};

/** Characters of `[21/Nov/2026:21:16:23 +0000] ` before the request's quote. */
const TIME_CHARACTERS = 29;

const UNPARSABLE: ParsedLine = {
  rejected: { code: 'unparsable-line', detail: 'the line is not in the common or combined log format' },
};

class AccessLogParser implements LineParser {
  private readonly check: FieldCheck;

  constructor(context: ParserContext) {
    this.check = new FieldCheck(context.receivedAtMs, context.utcOf);
  }

  parse(line: string): ParsedLine {
    const quote = requestQuote(line);
    if (quote === -1) return isBlank(line) ? null : UNPARSABLE;
    const draft = newDraft('http');
    this.check.begin();
    draft.dataset = 'web.access';
    draft.atMs = this.check.plausible(
      apacheInstantOf(line, quote - TIME_CHARACTERS + 1),
      'what stands in brackets',
    );
    if (!setClient(draft, line.slice(0, quote - TIME_CHARACTERS - 1), this.check)) return UNPARSABLE;
    if (!this.setExchange(draft, line, quote)) return UNPARSABLE;
    return this.check.problem === null ? { record: recordOf(draft) } : { rejected: this.check.problem };
  }

  /** What follows the time: `"request" status bytes "referrer" "user agent" …`. */
  private setExchange(draft: Draft, line: string, quote: number): boolean {
    const requestEnd = quotedEnd(line, quote + 1);
    if (requestEnd === line.length) return false;
    const statusEnd = tokenEnd(line, requestEnd + 2);
    const bytesEnd = tokenEnd(line, statusEnd + 1);
    draft.statusCode = this.check.count(given(line.slice(requestEnd + 2, statusEnd)), 'status');
    draft.responseBodyBytes = this.check.count(given(line.slice(statusEnd + 1, bytesEnd)), 'bytes');
    setRequest(draft, line.slice(quote + 1, requestEnd), this.check);
    if (line.charCodeAt(bytesEnd + 1) !== QUOTE) return true;
    const referrerEnd = quotedEnd(line, bytesEnd + 2);
    draft.referrer = this.quoted(line, bytesEnd + 2, referrerEnd, 'referrer');
    if (line.charCodeAt(referrerEnd + 2) !== QUOTE) return true;
    const agentEnd = quotedEnd(line, referrerEnd + 3);
    draft.userAgent = this.quoted(line, referrerEnd + 3, agentEnd, 'user agent');
    return true;
  }

  private quoted(line: string, start: number, end: number, name: string): string | undefined {
    return this.check.text(given(unescapeText(line.slice(start, end))), name);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The index of the quote that opens the request, with a time in brackets before it; −1 where the line has none. */
function requestQuote(line: string): number {
  let quote = line.indexOf('"');
  while (quote > 0 && line.charCodeAt(quote - 1) === BACKSLASH) quote = line.indexOf('"', quote + 1);
  const open = quote - TIME_CHARACTERS;
  const found = open > 0 && line[open] === '[' && line[quote - 2] === ']' && line[quote - 1] === ' ';
  return found ? quote : -1;
}

/** The index of the quote that ends the text from `start`; the end of a line that was cut off. */
function quotedEnd(line: string, start: number): number {
  let end = line.indexOf('"', start);
  if (end === -1) return line.length;
  if (line.charCodeAt(end - 1) !== BACKSLASH || end === start) return end;
  for (end = start; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === QUOTE) return end;
    if (code === BACKSLASH) end += 1;
  }
  return line.length;
}

function tokenEnd(line: string, start: number): number {
  const end = line.indexOf(' ', start);
  return end === -1 ? line.length : end;
}

/** `-` stands for what is not there. */
function given(text: string): string | undefined {
  return text === '-' ? undefined : text;
}

/**
 * What comes before the time: `client ident user`, perhaps a virtual host first. A client that is a name (Apache's
 * HostnameLookups) has no field in a record: only addresses are kept. The user's name may hold spaces.
 */
function setClient(draft: Draft, text: string, check: FieldCheck): boolean {
  const first = tokenEnd(text, 0);
  const client = text.slice(0, first);
  if (isAddress(client)) {
    draft.sourceIp = client;
    return setUser(draft, text, first, check);
  }
  const second = tokenEnd(text, first + 1);
  const behindHost = text.slice(first + 1, second);
  if (isAddress(behindHost)) {
    draft.sourceIp = behindHost;
    draft.urlDomain = check.text(domainOf(client), 'virtual host');
    return setUser(draft, text, second, check);
  }
  return client !== '' && setUser(draft, text, first, check);
}

function setUser(draft: Draft, text: string, clientEnd: number, check: FieldCheck): boolean {
  const identEnd = text.indexOf(' ', clientEnd + 1);
  if (identEnd === -1) return false;
  draft.userName = check.text(given(unescapeText(text.slice(identEnd + 1))), 'user');
  return true;
}

/** What is no request line is kept as it stands in the log. */
function setRequest(draft: Draft, request: string, check: FieldCheck): void {
  const parts = requestLineOf(request);
  if (parts === null) {
    draft.urlOriginal = check.text(given(request), 'request');
    return;
  }
  draft.method = parts.method;
  setUrl(draft, check.text(unescapeText(parts.target), 'request'), undefined);
}

/** The share of lines that are in the format, with the referrer or without. */
function shareOf(lines: readonly string[], withReferrer: boolean): number {
  const fitting = lines.filter(line => {
    const quote = requestQuote(line);
    if (quote === -1 || Number.isNaN(apacheInstantOf(line, quote - TIME_CHARACTERS + 1))) return false;
    const bytesEnd = tokenEnd(line, tokenEnd(line, quotedEnd(line, quote + 1) + 2) + 1);
    return (line.charCodeAt(bytesEnd + 1) === QUOTE) === withReferrer;
  });
  return lines.length === 0 ? 0 : (0.95 * fitting.length) / lines.length;
}
