/** Log records of OTLP as documents. */
import { describe, expect, it } from 'vitest';
import { JSON_ARRAY_RECORDS_MAX } from '../../src/domain/limits.ts';
import { otlpDocuments } from '../../src/ingest/otlp.ts';

const text = (stringValue: string) => ({ stringValue });
const request = (logRecords: unknown, attributes: unknown = []) => ({
  resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: 'x' }, logRecords }] }],
});
/** As they go into a store: without prototypes that are none. */
const documents = (body: unknown) =>
  JSON.parse(
    JSON.stringify(
      [...otlpDocuments(body)].map(told => ('document' in told ? told.document : told.rejected)),
    ),
  );

describe('otlpDocuments', () => {
  it('have the attributes by their names, the body as message, and the time', () => {
    const record = {
      timeUnixNano: '1768392001500000000',
      observedTimeUnixNano: '1768399999000000000',
      severityText: 'INFO',
      body: text('door opened'),
      traceId: '5b8efff798038103d269b633813fc60c',
      attributes: [
        { key: 'source.ip', value: text('10.0.0.7') },
        { key: 'source.port', value: { intValue: '53124' } },
        { key: 'a', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 2.5 }, {}] } } },
      ],
    };
    expect(documents(request([record]))).toEqual([
      {
        '@timestamp': 1_768_392_001_500,
        message: 'door opened',
        'source.ip': '10.0.0.7',
        'source.port': 53_124,
        a: [true, 2.5, null],
        'trace.id': '5b8efff798038103d269b633813fc60c',
      },
    ]);
  });

  it('have the time of observation where there is no other, and none where both are missing', () => {
    const observed = { timeUnixNano: '0', observedTimeUnixNano: '1768392001000000000', body: text('a') };
    expect(documents(request([observed, { body: text('b') }]))).toEqual([
      { '@timestamp': 1_768_392_001_000, message: 'a' },
      { message: 'b' },
    ]);
  });

  it.each([undefined, null, 0, '0', ''])('have no time of their own where it is %j', timeUnixNano => {
    const record = { timeUnixNano, body: text('a') };
    const observed = { ...record, observedTimeUnixNano: 1_768_392_001_000_000_000 };
    expect(documents(request([record, observed]))).toEqual([
      { message: 'a' },
      { '@timestamp': 1_768_392_001_000, message: 'a' },
    ]);
  });

  it.each(['yesterday', '2026-01-14T12:00:00Z', '0x10', '-1', -1, true, [], {}, '9'.repeat(400), 1.5])(
    'are refused where their time is %j, not dated by their receipt',
    wrong => {
      const observedTimeUnixNano = '1768392001000000000';
      const records = [
        { timeUnixNano: wrong, observedTimeUnixNano, body: text('a') },
        { timeUnixNano: '0', observedTimeUnixNano: wrong, body: text('a') },
        { timeUnixNano: observedTimeUnixNano, observedTimeUnixNano: wrong, body: text('a') },
      ];
      expect(documents(request(records))).toMatchObject([
        { code: 'invalid-time', detail: expect.stringMatching(/^timeUnixNano /) },
        { code: 'invalid-time', detail: expect.stringMatching(/^observedTimeUnixNano /) },
        { message: 'a' },
      ]);
    },
  );

  it('are refused where their time is in another unit', () => {
    for (const wrong of ['1768392001', '1768392001500', '1768392001500000']) {
      expect(documents(request([{ timeUnixNano: wrong, body: text('a') }]))).toEqual([
        { code: 'invalid-time', detail: 'timeUnixNano is before 1980; it is in nanoseconds' },
      ]);
    }
  });

  it('have the fields of a body that is a map', () => {
    const values = [
      { key: 'event_type', value: text('dns') },
      { key: 'deep', value: { kvlistValue: { values: [{ key: 'n', value: { intValue: 1 } }] } } },
    ];
    expect(documents(request([{ body: { kvlistValue: { values } } }]))).toEqual([
      { event_type: 'dns', deep: { n: 1 } },
    ]);
  });

  it('have what tells where they come from of the resource, and no more', () => {
    const attributes = [
      { key: 'host.name', value: text('web1') },
      { key: 'service.name', value: text('x'.repeat(257)) },
      { key: 'process.pid', value: { intValue: 7 } },
      { key: 'telemetry.sdk.name', value: text('opentelemetry') },
    ];
    expect(documents(request([{ body: text('a') }], attributes))).toEqual([
      { 'host.name': 'web1', 'process.pid': 7, message: 'a' },
    ]);
  });

  it('have the names of ECS for those of the semantic conventions', () => {
    const attributes = [
      { key: 'client.address', value: text('10.0.0.7') },
      { key: 'url.full', value: text('https://a.example/x') },
      { key: 'log.record.uid', value: text('u1') },
    ];
    expect(documents(request([{ attributes }]))).toMatchObject([
      { 'source.ip': '10.0.0.7', 'url.original': 'https://a.example/x', 'event.id': 'u1' },
    ]);
    const named = [{ key: 'client.address', value: text('client.example') }];
    expect(documents(request([{ attributes: named }]))).toEqual([{ 'client.address': 'client.example' }]);
  });

  it('are refused for what is none, and pass over attributes that are none', () => {
    const attributes = [
      null,
      1,
      { key: 1 },
      { key: 'a' },
      { key: 'b', value: { stringValue: { deep: [] } } },
    ];
    const none = { code: 'not-a-record', detail: 'the log record is not a JSON object' };
    expect(documents(request([1, null, [], { attributes, body: 'a' }]))).toEqual([none, none, none, {}]);
  });

  it('take names that every object has for names', () => {
    const attributes = ['__proto__', 'constructor', 'toString'].map(key => ({ key, value: text('x') }));
    const [told] = [...otlpDocuments(request([{ attributes }]))];
    expect(Object.keys(told !== undefined && 'document' in told ? told.document : {})).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
  });

  it('end where values are nested without end', () => {
    let value: object = text('x');
    for (let depth = 0; depth < 10_000; depth++) value = { arrayValue: { values: [value] } };
    expect(JSON.stringify(documents(request([{ body: value }]))).length).toBeLessThan(1_000);
  });

  it.each([
    null,
    [],
    'x',
    { resourceLogs: 1 },
    { resourceLogs: [1] },
    { resourceLogs: [{ scopeLogs: {} }] },
    request({}),
  ])('are none of %j', body => {
    expect(() => documents(body)).toThrow('must be a list');
  });

  it('are at most so many', () => {
    const many = Array<object>(JSON_ARRAY_RECORDS_MAX + 1).fill({});
    expect(() => [...otlpDocuments(request(many))]).toThrow('jsonArrayRecordsMax');
    expect(documents({})).toEqual([]);
  });
});
