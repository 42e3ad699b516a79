/**
 * DNS as columns with a header, with tabs, commas or semicolons between them: `tshark -T fields -E header=y`, and the lists
 * of names that researchers exchange. A column is known by its name: tshark's (`dns.qry.name`), or a plain one (`query`,
 * `qname`, `domain`). Labels are not read: evidence must not hold the answer. Dataset: `dns.table`.
 *
 * Source is who asked: an answer (`dns.flags.response` is 1) is turned. Numbers of types and codes become their names.
 * `udp.length` counts the eight bytes of UDP's own head, which are taken off.
 */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import { type Cells, columnFormat } from './column-format.ts';
import { questionTypeOf, responseCodeOf } from './dns-codes.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { swapEndpoints } from './swap-endpoints.ts';

const COLUMNS = {
  at: ['ts', 'time', 'timestamp', 'epoch', 'frametimeepoch'],
  sourceAddress: ['src', 'srcip', 'client', 'clientip', 'ipsrc'],
  sourceAddress6: ['ipv6src'],
  sourcePort: ['sport', 'srcport', 'clientport', 'udpsrcport'],
  destinationAddress: ['dst', 'dstip', 'server', 'serverip', 'ipdst'],
  destinationAddress6: ['ipv6dst'],
  destinationPort: ['dport', 'dstport', 'serverport', 'udpdstport'],
  isResponse: ['response', 'qr', 'dnsflagsresponse'],
  name: ['query', 'qname', 'queryname', 'domain', 'dnsqryname', 'dnsquestionname'],
  type: ['qtype', 'qtypename', 'querytype', 'dnsqrytype', 'qdqtype'],
  code: ['rcode', 'rcodename', 'responsecode', 'dnsflagsrcode'],
  answers: ['answer', 'answers', 'rdata', 'answerorcname'],
  addresses: ['dnsa'],
  addresses6: ['dnsaaaa'],
  aliases: ['dnscname'],
  ttls: ['ttl', 'ttls', 'dnsrespttl'],
  length: ['udplen', 'udplength'],
  /** What tables of something else than DNS have beside a domain. */
  foreign: ['method', 'url', 'uri', 'status', 'statuscode', 'useragent', 'payload', 'message'],
} as const;
type Key = keyof typeof COLUMNS;

export const dnsTable = columnFormat<Key>({
  name: 'dns-table',
  columns: COLUMNS,
  required: ['name'],
  refused: ['foreign'],
  separators: ['\t', ',', ';'],
  certainty: 0.6,
  layoutOf: () => null,
  draftOf,
});

function draftOf(cell: Cells<Key>, check: FieldCheck): Draft {
  const draft = newDraft('dns');
  draft.atMs = check.instant(cell('at'), 'ts');
  draft.dataset = 'dns.table';
  draft.sourceIp = check.address(cell('sourceAddress') ?? cell('sourceAddress6'), 'src');
  draft.sourcePort = check.port(cell('sourcePort'), 'sport');
  draft.destinationIp = check.address(cell('destinationAddress') ?? cell('destinationAddress6'), 'dst');
  draft.destinationPort = check.port(cell('destinationPort'), 'dport');
  draft.questionName = nameOf(cell('name'), check);
  draft.questionType = check.upperText(questionTypeOf(cell('type') ?? ''), 'qtype');
  draft.responseCode = check.upperText(responseCodeOf(cell('code') ?? ''), 'rcode');
  draft.answers = answersOf(cell, check);
  draft.ttls = check.findMeasures(cell('ttls')?.split(',', DNS_ANSWERS_MAX), DNS_ANSWERS_MAX);
  draft.sourceBytes = payloadOf(check.count(cell('length'), 'udp.length'));
  if (isTrue(cell('isResponse'))) swapEndpoints(draft);
  if ((draft.questionName ?? draft.questionType ?? draft.answers) === undefined) {
    check.reject({ code: 'missing-field', detail: 'query is missing' });
  }
  return draft;
}

/** tshark writes the root as `<Root>`. */
function nameOf(text: string | undefined, check: FieldCheck): string | undefined {
  return text === '<Root>' ? '.' : check.domainName(text, 'query');
}

function isTrue(text: string | undefined): boolean {
  return text === '1' || text?.toLowerCase() === 'true';
}

/** tshark puts commas between several values. A number alone counts the answers and is none of them. */
function answersOf(cell: Cells<Key>, check: FieldCheck): string[] | undefined {
  const columns = [cell('answers'), cell('addresses'), cell('addresses6'), cell('aliases')];
  const answers = columns.flatMap(text =>
    text === undefined || /^\d{1,5}$/.test(text) ? [] : text.split(',', DNS_ANSWERS_MAX),
  );
  return check.texts(answers, 'answers', DNS_ANSWERS_MAX);
}

const UDP_HEAD_BYTES = 8;

function payloadOf(udpBytes: number | undefined): number | undefined {
  return udpBytes === undefined ? undefined : Math.max(0, udpBytes - UDP_HEAD_BYTES);
}
