/** The formats that are known, by the names that `?format=` takes. A new format is a file and a row here. */
import { AppError } from '../domain/errors.ts';
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

/**
 * The format of a name.
 * @throws AppError `unknown-format`, with the names that are known
 */
export function formatOf(name: string): Format {
  if (Object.hasOwn(FORMATS, name)) return FORMATS[name as FormatName];
  throw new AppError('unknown-format', `no such format; known are ${FORMAT_NAMES.join(', ')}`);
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
