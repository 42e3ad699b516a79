/** The formats that are known, by the names that `?format=` takes. A new format is a file and a row here. */
import { AppError } from '../domain/errors.ts';
import { nearestName } from '../domain/nearest-name.ts';
import { bind } from './bind.ts';
import { binetflow } from './binetflow.ts';
import { cef } from './cef.ts';
import { combined, common } from './combined-log.ts';
import { dnsTable } from './dns-table.ts';
import { dnsmasq } from './dnsmasq.ts';
import { ecs } from './ecs.ts';
import { flowlabeler } from './flowlabeler.ts';
import type { Format } from './format.ts';
import { leef } from './leef.ts';
import { nginxJson } from './nginx-json.ts';
import { route53 } from './route53.ts';
import { sampleOf } from './sample.ts';
import { suricata } from './suricata.ts';
import { syslog } from './syslog.ts';
import { text } from './text.ts';
import { unicauca87 } from './unicauca87.ts';
import { vpcFlow } from './vpc-flow.ts';
import { zeekJson } from './zeek-json.ts';
import { zeekTsv } from './zeek-tsv.ts';

/** In the order in which equally sure formats win. */
export const FORMATS = {
  'zeek-tsv': zeekTsv,
  'zeek-json': zeekJson,
  suricata,
  'nginx-json': nginxJson,
  flowlabeler,
  unicauca87,
  binetflow,
  combined,
  common,
  cef,
  leef,
  'vpc-flow': vpcFlow,
  route53,
  dnsmasq,
  bind,
  'dns-table': dnsTable,
  ecs,
  syslog,
  text,
} as const satisfies Readonly<Record<string, Format>>;
export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];

/** Lines that are looked at to detect a format. */
export const DETECTION_LINES_MAX = 20;

/** What people call a format who think of the program that writes it, or of its kind. */
const MEANT_BY: readonly [names: string, meant: readonly FormatName[]][] = [
  ['apache apache2 httpd access accesslog weblog', ['combined']],
  ['nginx', ['combined', 'nginx-json']],
  ['clf ncsa', ['combined', 'common']],
  ['zeek bro corelight', ['zeek-tsv', 'zeek-json']],
  ['eve evejson', ['suricata']],
  ['json ndjson jsonl elastic elasticsearch beats filebeat', ['ecs']],
  ['argus', ['binetflow']],
  ['cicflowmeter cic cicids', ['unicauca87']],
  ['ndpi', ['flowlabeler']],
  ['flow flows netflow', ['binetflow', 'flowlabeler', 'unicauca87', 'vpc-flow']],
  ['aws', ['vpc-flow', 'route53']],
  ['vpc', ['vpc-flow']],
  ['named bind9', ['bind']],
  ['dns', ['dnsmasq', 'bind', 'dns-table']],
  ['tshark domains', ['dns-table']],
  ['rfc3164 rfc5424 rsyslog journald', ['syslog']],
  ['arcsight', ['cef']],
  ['qradar', ['leef']],
  ['plain raw txt log lines', ['text']],
];

/**
 * The format of a name.
 * @throws AppError `unknown-format`, with what was probably meant and the names that are known
 */
export function formatOf(name: string): Format {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as FormatName];
  throw new AppError('unknown-format', `no such format; ${adviceOn(name)}`);
}

/**
 * What was probably meant by the name of no format, and the names that there are.
 * @example adviceOn('apache') // 'did you mean combined? Known are zeek-tsv, zeek-json, …'
 */
export function adviceOn(name: string): string {
  const meant = meantBy(name);
  const known = meant.length === 0 ? 'known are' : `did you mean ${meant.join(' or ')}? Known are`;
  return `${known} ${FORMAT_NAMES.join(', ')}`;
}

/** @example meantBy('Apache') // ['combined'] */
function meantBy(name: string): readonly FormatName[] {
  const lower = name.toLowerCase();
  const letters = lower.replaceAll(/[^a-z0-9]/g, '');
  const [, meant] = MEANT_BY.find(([names]) => names.split(' ').includes(letters)) ?? [];
  return meant ?? FORMAT_NAMES.filter(format => format === nearestName(lower, FORMAT_NAMES));
}

/**
 * The format that the first non-blank lines look most like; `text` where they look like none.
 * @example detectFormat(['{"event_type":"dns","timestamp":"…"}']).name // 'suricata'
 */
export function detectFormat(lines: readonly string[]): Format {
  const sample = sampleOf(lines.slice(0, DETECTION_LINES_MAX));
  let best: Format = text;
  let bestScore = 0;
  for (const format of Object.values(FORMATS)) {
    const score = format.detect(sample);
    if (score > bestScore) {
      best = format;
      bestScore = score;
    }
  }
  return best;
}
