/**
 * BIND's query log (`category queries`), from its own file or through syslog: dns records; other lines of the same log are
 * log records. Dataset: `bind.query`, `bind.log`. (BIND 9 Administrator Reference Manual, "logging", and ns/query.c)
 *
 *     20-Nov-2026 09:46:59.123 queries: info: client @0x7f01 192.0.2.10#53124 (www.example.org): query: www.example.org IN A +E(0)K (198.51.100.53)
 *
 * Times are those of the server's clock; `print-time iso8601-utc` has an offset. The flag `T` is TCP. Names keep the escapes
 * that BIND writes, so that none can end early.
 */
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import type { Format } from './format.ts';
import { type SyslogHeader, syslogHeaderOf, syslogInstantOf } from './syslog-header.ts';
import { syslogDraft } from './syslog-log.ts';
import { textLines } from './text-lines.ts';
import { namedMonthWallMsOf } from './wall-clock.ts';

export const bind: Format = {
  name: 'bind',
  detect: ({ lines }) => {
    const fitting = lines.filter(line => {
      const { syslog, said } = headOf(line);
      return syslog?.application === 'named' || queryOf(said) !== null;
    });
    return lines.length === 0 ? 0 : (0.95 * fitting.length) / lines.length;
  },
  open: context => textLines(context, draftOf),
};

/** What stands before the message: BIND's own time, or the head of syslog. */
interface Head {
  /** `20-Nov-2026 09:46:59.123`, or RFC 3339 with or without an offset. */
  ownTime?: string;
  syslog?: SyslogHeader;
  said: string;
}

const OWN_TIME = /^\d\d-[A-Za-z]{3}-\d{4} \d\d:\d\d:\d\d\.\d{3}(?= |$)/;

function headOf(line: string): Head {
  const own = OWN_TIME.exec(line)?.[0];
  if (own !== undefined) return { ownTime: own, said: line.slice(own.length).trimStart() };
  const iso = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)? /.exec(line.slice(0, 48))?.[0];
  if (iso !== undefined && isBindText(line.slice(iso.length))) {
    return { ownTime: iso.trimEnd(), said: line.slice(iso.length) };
  }
  const syslog = syslogHeaderOf(line);
  if (syslog.application === 'named') return { syslog, said: syslog.message };
  return isBindText(line) ? { said: line } : { syslog, said: syslog.message };
}

/** Without syslog, a line begins with its category or with the client. */
function isBindText(text: string): boolean {
  return /^(?:client |[a-z-]{3,24}: (?:info|notice|warning|error|critical|debug \d{1,2}): )/.test(
    text.slice(0, 64),
  );
}

/** Category and severity, each where it is printed. */
const CATEGORY = /^(?:[a-z-]{3,24}: )?(?:(?:info|notice|warning|error|critical|debug \d{1,2}): )?/;

interface Query {
  address: string;
  port: string;
  name: string;
  type: string;
  flags: string;
  server: string | undefined;
}

/** A query line is shorter: a name of 255 bytes, each escaped, stands in it twice. */
const QUERY_CHARACTERS_MAX = 4_096;

/** Parts that exclude the character behind them, so that the expression never goes back. */
const QUERY = new RegExp(
  [
    /^client (?:@0x[0-9a-f]{1,16} )?([0-9A-Fa-f.:%a-z]{2,64})#(\d{1,5})/,
    /(?:\/key [^\s:()]{1,1024})?(?: \([^\s()]{0,1024}\))?: (?:view [^\s:]{1,255}: )?/,
    /query: ([^\s]{1,1024}) [A-Z0-9]{1,16} ([A-Z0-9-]{1,24}) ([+-][A-Za-z0-9()]{0,32})(?: \(([^\s()]{2,64})\))?/,
  ]
    .map(({ source }) => source)
    .join(''),
);

function queryOf(said: string): Query | null {
  const text = said.slice(0, QUERY_CHARACTERS_MAX);
  const match = QUERY.exec(text.slice(CATEGORY.exec(text)?.[0].length ?? 0));
  if (match === null) return null;
  const [, address = '', port = '', name = '', type = '', flags = '', server] = match;
  return { address, port, name, type, flags, server };
}

function draftOf(line: string, check: FieldCheck): Draft {
  const { ownTime, syslog, said } = headOf(line);
  const query = queryOf(said);
  if (query === null) {
    const header = syslog ?? { hasPriority: false, time: null, message: said };
    const isForeign = syslog !== undefined && syslog.application !== 'named';
    const draft = syslogDraft(header, isForeign ? 'syslog' : 'bind.log', check);
    draft.atMs ??= ownInstantOf(ownTime, check);
    return draft;
  }
  const draft = newDraft('dns');
  draft.atMs = syslog === undefined ? ownInstantOf(ownTime, check) : syslogInstantOf(syslog, check);
  draft.dataset = 'bind.query';
  draft.sensorId = check.text(syslog?.host, 'the host');
  setQuery(draft, query, check);
  return draft;
}

function ownInstantOf(text: string | undefined, check: FieldCheck): number | undefined {
  if (text === undefined || text[2] !== '-') return check.instant(text, 'the timestamp');
  return check.wallTime(namedMonthWallMsOf(text), 'the timestamp');
}

function setQuery(draft: Draft, query: Query, check: FieldCheck): void {
  draft.sourceIp = check.address(query.address, 'the client');
  draft.sourcePort = check.port(query.port, 'the port of the client');
  draft.destinationIp = check.address(query.server, 'the server');
  draft.transport = query.flags.includes('T') ? 'tcp' : 'udp';
  draft.questionName = check.domainName(query.name, 'the name');
  draft.questionType = check.upperText(query.type, 'the type');
}
