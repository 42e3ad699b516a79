/**
 * One example of each body and answer, as the description shows them: the story of one DNS record that is asked about,
 * stored, marked and learnt. test/api/openapi.test.ts holds each against its schema.
 */
import { CLUSTER, LICENSE } from './elasticsearch.ts';

const RECORD_ID = '491220.8f14e45fceea167a5a36dedd4bea2543';
const WINDOW_ID = 'e958ac9c-0897-4377-b30c-97dc91aacb0c';
const KEY_ID = 'k5wq2mzt7rdn';
const MODEL_ID = '8465343b2ed1181722fdb473795681a1';
const HASH = '9b74c9897bac770ffc029102a200c5de8e2f7ac1d4c30f0b1f2a6f5a1d0e3c47';

/** A record by ECS names, as it is posted. */
const RECORD = {
  '@timestamp': '2026-01-14T12:00:00.000Z',
  event: { id: 'a1', dataset: 'zeek.dns' },
  source: { ip: '10.0.0.7', port: 53124 },
  destination: { ip: '10.0.0.1', port: 53 },
  dns: { question: { name: 'x7f3kq9.tunnel.example', type: 'TXT' }, response_code: 'NOERROR' },
};
export const RECORD_LINES = `${JSON.stringify(RECORD)}\n`;
const OTHER_LINE = '10.0.0.7 - - [14/Jan/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5';
export const BULK_LINES = `${[
  { create: { _index: 'dns' } },
  RECORD,
  { index: { _id: 'b2' } },
  { host: { name: 'web1' }, message: OTHER_LINE },
]
  .map(line => JSON.stringify(line))
  .join('\n')}\n`;
export const LOG_LINES =
  '10.0.0.7 - - [14/Jan/2026:12:00:00 +0000] "GET /search?q=tea HTTP/1.1" 200 173 "-" "Mozilla/5.0"\n';
export const COLUMN_LINES =
  '#separator \\x09\n#path\tdns\n#fields\tts\tid.orig_h\tquery\n1768392000.0\t10.0.0.7\ta.example\n';

const RESULT = {
  id: RECORD_ID,
  kind: 'dns',
  score: 0.9837,
  verdict: 'unsure',
  interval: [0, 1],
  model: MODEL_ID,
  reasons: [
    {
      group: 'dns.question.name.log_odds',
      field: 'dns.question.name',
      token: 'x7f3kq9',
      contribution: 11.0067,
      good: 0,
      bad: 14,
      undoneBy: 310,
    },
    { group: 'prior', field: '', token: '', contribution: -6.9068, good: 0, bad: 0 },
  ],
};
const SUMMARY = {
  accepted: 1,
  duplicates: 0,
  rejected: 0,
  model: MODEL_ID,
  format: 'ecs',
  from: '2026-01-14T12:00:00.000Z',
  to: '2026-01-14T12:00:00.000Z',
};
const WINDOW = {
  from: '2026-01-14T11:00:00.000Z',
  to: '2026-01-14T13:00:00.000Z',
  label: 'bad',
  where: { source: '10.0.0.7' },
  threat: { name: 'DNS tunnel', technique: 'T1071.004' },
  note: 'found by the helpdesk',
};
const WINDOW_SEEN = {
  id: WINDOW_ID,
  ...WINDOW,
  createdAt: '2026-01-14T15:00:00.000Z',
  by: KEY_ID,
  status: 'applied',
  progress: { done: 2, total: 2 },
};
const COUNTS = { good: { records: 2399, episodes: 310 }, bad: { records: 2547, episodes: 14 } };
const TOKEN = {
  field: 'dns.question.top_level_domain',
  token: 'example',
  good: { records: 12, episodes: 9 },
  bad: { records: 2547, episodes: 14 },
  weight: 1.93,
  sd: 0.41,
  lastSeen: '2026-01-14',
};
const ALL = { ...COUNTS, weight: 0, sd: 0.26, lastSeen: '2026-01-14' };
/** A small export, as it is imported elsewhere. */
const EXPORTED = [
  { field: 'record', token: '', ...ALL },
  { field: 'record', token: 'tokenizer=1', ...ALL },
  { field: TOKEN.field, token: '', ...ALL },
  TOKEN,
];
const VERSION = {
  id: MODEL_ID,
  entry: 7,
  at: '2026-01-14T15:00:02.310Z',
  served: true,
  cause: {
    type: 'mark',
    at: '2026-01-14T15:00:00.000Z',
    by: KEY_ID,
    window: WINDOW_ID,
    label: 'bad',
    note: WINDOW.note,
  },
};
const KEY = {
  id: KEY_ID,
  site: 'default',
  role: 'responder',
  name: 'Ann of the night shift',
  createdAt: '2026-01-01T08:00:00.000Z',
};
const AUDIT_ENTRY = {
  site: 'default',
  number: 7,
  at: '2026-01-14T15:00:00.000Z',
  by: KEY_ID,
  from: '10.0.9.4',
  action: 'window.mark',
  outcome: 'done',
  subject: WINDOW_ID,
  details: { label: 'bad' },
  hash: HASH,
};
const POLICY = {
  costs: { falseAlarm: 1, missed: 99 },
  baseRate: 0.001,
  quarantineHours: 24,
  halfLifeDays: 30,
  retentionDays: 90,
  timeZone: 'Europe/Berlin',
  pruneBelow: 2,
  ownDomains: ['example.org'],
  ownRanges: ['192.0.2.0/24'],
};
const CURVE_POINT = {
  threshold: 0.0213,
  detection: 0.92,
  falseAlarmRate: 0.003,
  alertsPerDay: 14.5,
  expectedCost: 0.010917,
};
const lines = (...values: object[]) => values.map(value => `${JSON.stringify(value)}\n`).join('');

export const EXAMPLES = {
  bulk: {
    took: 3,
    errors: false,
    items: [
      { create: { _index: 'dns', _id: RECORD_ID, status: 201, result: 'created' } },
      { index: { _index: '', _id: 'b2', status: 201, result: 'created' } },
    ],
  },
  cluster: CLUSTER,
  license: LICENSE,
  otlpLogs: {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'host.name', value: { stringValue: 'web1' } }] },
        scopeLogs: [
          { logRecords: [{ timeUnixNano: '1768392000000000000', body: { stringValue: OTHER_LINE } }] },
        ],
      },
    ],
  },
  otlpStored: {
    partialSuccess: { rejectedLogRecords: '1', errorMessage: 'record 2: missing-field: message is missing' },
  },
  record: RECORD,
  result: RESULT,
  resultLines: lines({ line: 1, ...RESULT }, { summary: SUMMARY }),
  records: {
    items: [
      {
        id: RECORD_ID,
        kind: 'dns',
        at: '2026-01-14T12:00:00.000Z',
        receivedAt: '2026-01-14T12:00:01.204Z',
        format: 'ecs',
        label: 'bad',
        score: 0.0471,
        verdict: 'unsure',
        model: '60b9fb9b9024f1af28eccd1f5c51d4cd',
        now: RESULT,
        record: { kind: 'dns', ...RECORD },
        original: JSON.stringify(RECORD),
      },
    ],
    nextCursor: 'WzE3ODUxNTM2MDAwMDBd',
  },
  window: WINDOW,
  windowPreview: { matched: 2547 },
  windowAccepted: { id: WINDOW_ID, status: 'queued', matched: 2547 },
  windowSeen: { ...WINDOW_SEEN, matched: 2547 },
  windows: { items: [WINDOW_SEEN] },
  windowRetracted: { id: WINDOW_ID, status: 'retracting', exact: true },
  labels: { items: [{ id: RECORD_ID, label: 'good' }], note: 'our own backup, asked Bob' },
  labelled: { judged: 1 },
  model: {
    id: MODEL_ID,
    builtAt: '2026-01-14T15:00:02.310Z',
    entry: 7,
    tokenizer: 1,
    totals: COUNTS,
    goodBy: { time: 1812, windows: 580, judgements: 7, imports: 0 },
    oldestDay: '2026-01-01',
    newestDay: '2026-01-14',
    fields: { 'dns.question.name': { ...COUNTS, tokens: 30342, pruned: 12105 } },
    drift: {
      from: '2026-01-08',
      to: '2026-01-14',
      fields: [
        {
          field: 'dns.question.type',
          divergence: 0.0633,
          g: 25.3,
          degrees: 1,
          p: 4.9e-7,
          episodes: { before: 100, now: 100 },
          values: [
            { token: 'TXT', before: 0.1, now: 0.4 },
            { token: 'A', before: 0.9, now: 0.6 },
          ],
        },
      ],
    },
    weights: { 'dns.question.name.log_odds': 1.4 },
    unknownThreat: 0.5,
    calibration: null,
    baseRate: 0.001,
    halfLifeDays: 30,
    pruneBelow: 2,
    backlog: { records: 0, windows: 0 },
  },
  models: { items: [VERSION], nextCursor: '7' },
  diff: {
    from: { id: '60b9fb9b9024f1af28eccd1f5c51d4cd', entry: 6 },
    to: { id: MODEL_ID, entry: 7 },
    totals: { before: { ...COUNTS, bad: { records: 0, episodes: 0 } }, after: COUNTS },
    moved: 1_204,
    items: [
      {
        field: TOKEN.field,
        token: TOKEN.token,
        before: 0,
        after: TOKEN.weight,
        change: { good: { records: 0, episodes: 0 }, bad: TOKEN.bad },
        entries: [{ entry: 7, change: { good: { records: 0, episodes: 0 }, bad: TOKEN.bad } }],
      },
    ],
    nextCursor: '100',
  },
  activated: { id: MODEL_ID, entry: 7, current: false },
  tokens: { items: [TOKEN], nextCursor: 'WzEuOTMsImRucyJd' },
  tokenLine: TOKEN,
  tokenLines: lines(...EXPORTED),
  tokenTable:
    'field,token,good_records,good_episodes,bad_records,bad_episodes,weight,sd,last_seen\r\n' +
    'record,,2399,310,2547,14,0,0.26,2026-01-14\r\n' +
    'record,tokenizer=1,2399,310,2547,14,0,0.26,2026-01-14\r\n' +
    'dns.question.top_level_domain,,2399,310,2547,14,0,0.26,2026-01-14\r\n' +
    'dns.question.top_level_domain,example,12,9,2547,14,1.93,0.41,2026-01-14\r\n',
  importAccepted: { id: WINDOW_ID, status: 'queued', tokens: 3 },
  key: { role: KEY.role, name: KEY.name },
  keyCreated: { ...KEY, secret: 'bw_k5wq2mzt7rdn_aaaabbbbccccddddeeeeffffgggg2222' },
  keys: { items: [KEY] },
  policy: { ...POLICY, after: 0 },
  policySeen: { ...POLICY, set: { number: 1, at: '2026-01-14T15:00:00.000Z', by: KEY_ID } },
  pruning: {
    below: 2,
    inForce: 0,
    kept: { tokens: 18_241, bytes: 571_904 },
    pruned: { tokens: 12_108, bytes: 341_216 },
    fields: [
      {
        field: 'dns.question.name',
        kept: { tokens: 18_237, bytes: 571_776 },
        pruned: { tokens: 12_105, bytes: 341_120 },
      },
      {
        field: 'dns.question.type',
        kept: { tokens: 4, bytes: 128 },
        pruned: { tokens: 3, bytes: 96 },
      },
    ],
  },
  policyCurve: {
    costs: POLICY.costs,
    baseRate: POLICY.baseRate,
    judged: { bad: 412, good: 8_192 },
    traffic: { records: 16_384, from: '2026-01-10T15:00:00.000Z', to: '2026-01-14T15:00:00.000Z' },
    costOfSilence: 0.099,
    inForce: {
      ...CURVE_POINT,
      threshold: 0.01,
      falseAlarmRate: 0.011,
      alertsPerDay: 47,
      expectedCost: 0.018909,
    },
    cheapest: CURVE_POINT,
    points: [
      { threshold: 0, detection: 1, falseAlarmRate: 1, alertsPerDay: 4_096, expectedCost: 0.999 },
      CURVE_POINT,
    ],
  },
  learning: {
    state: 'waiting',
    failure: {
      detail: 'the store cannot be reached',
      runs: 3,
      failedAt: '2026-01-14T15:00:00.000Z',
    },
  },
  audit: { items: [AUDIT_ENTRY], nextCursor: '7' },
  auditEntry: AUDIT_ENTRY,
  auditTable:
    'site,number,at,by,from,action,outcome,begin,subject,details,hash\r\n' +
    `default,7,2026-01-14T15:00:00.000Z,${KEY_ID},10.0.9.4,window.mark,done,,${WINDOW_ID},label=bad,${HASH}\r\n`,
  alive: { status: 'alive' },
  ready: { ready: true, parts: { store: { ok: true }, model: { ok: true }, learning: { ok: true } } },
  notReady: {
    ready: false,
    parts: { store: { ok: false, detail: 'the disk is full' }, model: { ok: true }, learning: { ok: true } },
  },
  metrics: '# TYPE bayeswatch_records_total counter\nbayeswatch_records_total{operation="score"} 8129\n',
  problem: {
    type: '/problems/invalid-request',
    title: 'The request has a wrong value',
    status: 400,
    detail: 'limit: must be a whole number from 1 to 1000',
    instance: '/v1/windows',
    errors: [{ detail: 'must be a whole number from 1 to 1000', parameter: 'limit' }],
  },
} as const;
