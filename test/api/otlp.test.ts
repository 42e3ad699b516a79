/** OTLP/HTTP logs, as the exporter of OpenTelemetry's JavaScript SDK sends them (0.223). */
import { describe, expect, it } from 'vitest';
import { OTLP_BODY_BYTES_MAX } from '../../src/domain/limits.ts';
import { type Api, checkDescribed, openApi } from './api-under-test.ts';

const ACCESS = '10.0.0.7 - - [14/Jan/2026:12:00:01 +0000] "GET /a HTTP/1.1" 200 5';

function request(...logRecords: object[]) {
  const attributes = [{ key: 'host.name', value: { stringValue: 'web1' } }];
  return {
    resourceLogs: [
      {
        resource: { attributes, droppedAttributesCount: 0 },
        scopeLogs: [{ scope: { name: 'x', version: '1' }, logRecords }],
      },
    ],
  };
}
const record = (line: string) => ({
  timeUnixNano: '1768392001000000000',
  observedTimeUnixNano: '1768392001000000000',
  severityNumber: 9,
  severityText: 'INFO',
  body: { stringValue: line },
  attributes: [{ key: 'log.file.name', value: { stringValue: 'access.log' } }],
  droppedAttributesCount: 0,
});

async function post(api: Api, body: object | string, type = 'application/json') {
  const asItIs = (value: unknown) => value as string;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await api.as('ingest').post('/v1/logs').type(type).serialize(asItIs).send(text);
  checkDescribed(api, '/v1/logs', response);
  return response;
}

async function stored(api: Api) {
  const { body } = await api.as('viewer').get('/v1/records');
  return body.items.map(({ kind, format }: { kind: string; format: string }) => `${kind} ${format}`).sort();
}

describe('POST /v1/logs', () => {
  it('reads each body as what it is, and answers nothing where all is stored', async () => {
    const api = await openApi();
    const map = {
      ...record(''),
      body: { kvlistValue: { values: [{ key: 'level', value: { stringValue: 'warn' } }] } },
    };
    const response = await post(api, request(record(ACCESS), record('door opened'), map));
    expect([response.status, response.body]).toEqual([200, {}]);
    expect(await stored(api)).toEqual(['http common', 'log ecs', 'log ecs']);
    expect((await post(api, request(record(ACCESS), map))).body).toEqual({});
    expect(await stored(api)).toHaveLength(3);
    expect((await post(api, {})).body).toEqual({});
  });

  it('tells how many are refused, and why the first is', async () => {
    const api = await openApi();
    const early = { ...record('a'), timeUnixNano: '1' };
    const response = await post(api, request(record('a'), early, early));
    expect(response.body.partialSuccess).toMatchObject({ rejectedLogRecords: '2' });
    expect(response.body.partialSuccess.errorMessage).toMatch(/^record 2: invalid-time: /);
    expect(await stored(api)).toEqual(['log ecs']);
  });

  it('refuses a record whose time cannot be read, and dates none by its receipt for it', async () => {
    const api = await openApi();
    const response = await post(api, request({ ...record('a'), timeUnixNano: 'yesterday' }, record('b')));
    expect(response.body.partialSuccess).toEqual({
      rejectedLogRecords: '1',
      errorMessage: 'record 1: invalid-time: timeUnixNano is no number of nanoseconds',
    });
    expect(await stored(api)).toHaveLength(1);
  });

  it.each([
    [
      'Protobuf',
      'application/x-protobuf',
      '\n\u0000',
      415,
      3,
      'unsupported-media-type: Protobuf is not taken',
    ],
    ['no JSON', 'application/json', '{', 400, 3, 'invalid-json: '],
    ['no logs', 'application/json', '[]', 400, 3, 'invalid-request: resourceLogs must be a list'],
    [
      'too much',
      'application/json',
      ' '.repeat(OTLP_BODY_BYTES_MAX + 1),
      413,
      3,
      'body-too-large: otlpBodyBytesMax',
    ],
  ])('with %s is answered by a Status', async (_what, type, body, status, code, message) => {
    const api = await openApi();
    const response = await post(api, body, type);
    expect([response.status, response.body.code]).toEqual([status, code]);
    expect(response.body.message).toContain(message);
  });
});
