/**
 * Query logs of Amazon Route 53 Resolver, one JSON object a line. Dataset: `aws.route53_resolver`. The sensor is the VPC, the
 * host the instance that asked. What a DNS firewall did has no field in a record. (Amazon Route 53 Developer Guide, "Values
 * that appear in Resolver query logs")
 */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import { type Draft, newDraft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import { fieldTable } from './field-table.ts';
import type { Format } from './format.ts';
import { isObject, type JsonObject } from './json.ts';
import { jsonLines } from './json-lines.ts';
import { meanCertainty } from './sample.ts';

const TABLE = fieldTable({
  at: ['query_timestamp'],
  name: ['query_name'],
  type: ['query_type'],
  code: ['rcode'],
  answers: ['answers'],
  sourceAddress: ['srcaddr'],
  sourcePort: ['srcport'],
  transport: ['transport'],
  vpc: ['vpc_id'],
  instance: ['srcids.instance'],
} as const);
const SLOT = TABLE.slots;

export const route53: Format = {
  name: 'route53',
  detect: sample =>
    meanCertainty(sample, object =>
      Object.hasOwn(object, 'query_timestamp') && Object.hasOwn(object, 'query_name') ? 1 : 0,
    ),
  open: context => jsonLines(context, draftOf),
};

function draftOf(object: JsonObject, check: FieldCheck): Draft {
  const values = TABLE.collect(object);
  const draft = newDraft('dns');
  draft.atMs = check.instant(values[SLOT.at], 'query_timestamp');
  draft.dataset = 'aws.route53_resolver';
  draft.sourceIp = check.address(values[SLOT.sourceAddress], 'srcaddr');
  draft.sourcePort = check.port(values[SLOT.sourcePort], 'srcport');
  draft.transport = check.lowerText(values[SLOT.transport], 'transport');
  draft.hostName = check.text(values[SLOT.instance], 'srcids.instance');
  draft.sensorId = check.text(values[SLOT.vpc], 'vpc_id');
  draft.questionName = check.domainName(values[SLOT.name], 'query_name');
  draft.questionType = check.upperText(values[SLOT.type], 'query_type');
  draft.responseCode = check.upperText(values[SLOT.code], 'rcode');
  draft.answers = answersOf(values[SLOT.answers], check);
  if (draft.questionName === undefined) {
    check.reject({ code: 'missing-field', detail: 'query_name is missing' });
  }
  return draft;
}

/** The data of each answer; its type and class have no field. */
function answersOf(value: unknown, check: FieldCheck): string[] | undefined {
  if (!Array.isArray(value)) return check.texts(value, 'answers', DNS_ANSWERS_MAX);
  const texts = (value as unknown[])
    .slice(0, DNS_ANSWERS_MAX)
    .map(answer => (isObject(answer) ? answer['Rdata'] : answer));
  return check.texts(texts, 'answers', DNS_ANSWERS_MAX);
}
