/** Values of web parameters: injection payloads of one type held after the other, against what people type. */
import { hashOf, sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, sharedLines } from '../shared-data.ts';
import { type Case, leaveOneOut, type Task } from '../task.ts';

const PAYLOADS = ['http/httpparams/payload_train.csv.xz', 'http/httpparams/payload_test.csv.xz'];
const TYPE_MAX = 1_500;
const GOOD_MAX = 8_000;
const GOOD_GROUPS = 100;
/** `"payload","length","attack_type","label"`; a quote inside is doubled. */
const LINE = /^"(.*)","\d+","([a-z-]+)","[a-z]+"$/;

function payloadCases(random: () => number): Case[] {
  const types = new Map<string, Case[]>();
  for (const line of new Set(PAYLOADS.flatMap(path => sharedLines(path).slice(1)))) {
    const [, quoted, type] = LINE.exec(line.replace(/\r$/, '')) ?? [];
    if (quoted === undefined || type === undefined || quoted === '') continue;
    const payload = quoted.replaceAll('""', '"');
    const good = type === 'norm';
    const cases = types.get(type) ?? [];
    cases.push({
      record: {
        kind: 'http',
        http: {},
        url: { path: '/', query: `value=${encodeURIComponent(payload)}` },
      },
      label: good ? 'good' : 'bad',
      incident: good ? `values ${hashOf(payload, 0) % GOOD_GROUPS}` : type,
      witness: {},
    });
    types.set(type, cases);
  }
  return [...types].flatMap(([type, cases]) => sampled(cases, type === 'norm' ? GOOD_MAX : TYPE_MAX, random));
}

export const httpParameters: Task = {
  name: 'http-parameters',
  about:
    'SQL and command injection, cross-site scripting and path traversal in a parameter; unseen types; good: form values',
  available: () => PAYLOADS.every(hasSharedData),
  splits(seed) {
    return leaveOneOut(payloadCases(seededRandom(seed)), seed);
  },
};
