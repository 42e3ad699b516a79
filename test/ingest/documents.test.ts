/** Documents as shippers wrap them, each read by itself. */
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/ingest/documents.ts';
import { FORMAT_NAMES, FORMATS } from '../../src/ingest/formats.ts';

const RECEIVED_MS = Date.UTC(2026, 0, 15, 12);
const ACCESS = '10.0.0.7 - - [14/Jan/2026:12:00:01 +0000] "GET /a?b=1 HTTP/1.1" 200 5 "-" "curl/8"';

const read = (document: object | string, format?: keyof typeof FORMATS) =>
  readDocument(
    typeof document === 'string' ? document : JSON.stringify(document),
    { receivedAtMs: RECEIVED_MS },
    format === undefined ? undefined : FORMATS[format],
  );

describe('a document', () => {
  it('by ECS names is what it says, whatever its message is', () => {
    const document = {
      '@timestamp': '2026-01-14T12:00:00Z',
      source: { ip: '10.0.0.7' },
      dns: { question: { name: 'a.example' } },
      message: ACCESS,
    };
    expect(read(document)).toMatchObject({ format: 'ecs', record: { kind: 'dns' } });
  });

  it('in another JSON format that is known is read as that', () => {
    const eve = {
      timestamp: '2026-01-14T12:00:00.000Z',
      event_type: 'dns',
      src_ip: '10.0.0.7',
      dns: { type: 'query', rrname: 'a.example' },
    };
    expect(read(eve)).toMatchObject({ format: 'suricata', record: { kind: 'dns' } });
    expect(read({ '@timestamp': '2026-01-14T12:00:01Z', ...eve })).toMatchObject({ format: 'suricata' });
  });

  it('that wraps a line is what the line says, with the host and the time of the shipper where it has none', () => {
    const wrapped = {
      '@timestamp': '2026-01-14T12:34:56Z',
      host: { name: 'web1' },
      event: { dataset: 'shop' },
    };
    const http = {
      kind: 'http',
      atMs: Date.UTC(2026, 0, 14, 12, 0, 1),
      hostName: 'web1',
      dataset: 'web.access',
      source: { ip: '10.0.0.7' },
    };
    for (const line of [{ message: ACCESS }, { log: `${ACCESS}\n` }, { 'event.original': ACCESS }]) {
      expect(read({ ...wrapped, ...line })).toMatchObject({ format: 'combined', record: http });
    }
    expect(read({ ...wrapped, event: { original: ACCESS } })).toMatchObject({ record: { kind: 'http' } });
    const cef = 'CEF:0|V|P|1|7|blocked|5|src=10.0.0.9 dst=192.0.2.1 in=1 out=2';
    expect(read({ ...wrapped, message: cef })).toMatchObject({
      format: 'cef',
      record: { atMs: Date.UTC(2026, 0, 14, 12, 34, 56), source: { ip: '10.0.0.9' } },
    });
  });

  it('that wraps plain text is a log', () => {
    expect(read({ host: 'a', message: 'door opened' })).toMatchObject({
      format: 'ecs',
      record: { kind: 'log', message: 'door opened', hostName: 'a' },
    });
    expect(read({ log: 'door opened\n', stream: 'stdout' })).toMatchObject({
      record: { message: 'door opened' },
    });
    expect(read({ message: `${ACCESS}\n  more of it` })).toMatchObject({ record: { kind: 'log' } });
    expect(read({ message: '{"level":30,"msg":"x"}' })).toMatchObject({
      format: 'ecs',
      record: { kind: 'log' },
    });
  });

  it('says of its kind what counts: a line in a log is not looked into then', () => {
    expect(read({ kind: 'log', message: ACCESS })).toMatchObject({ format: 'ecs', record: { kind: 'log' } });
  });

  it('of a named format has it as itself or as its line, and is refused without', () => {
    expect(read({ message: ACCESS }, 'combined')).toMatchObject({ format: 'combined' });
    expect(read({ message: ACCESS }, 'ecs')).toMatchObject({ format: 'ecs', record: { kind: 'log' } });
    expect(read({ message: ACCESS }, 'text')).toMatchObject({ record: { kind: 'log', message: ACCESS } });
    expect(read({ message: 'door opened' }, 'combined')).toMatchObject({
      rejected: { code: 'unparsable-line' },
    });
    expect(read({ dns: { question: { name: 'a' } } }, 'combined')).toMatchObject({
      rejected: { code: 'missing-field' },
    });
  });

  it.each([
    ['', 'invalid-json'],
    ['door opened', 'invalid-json'],
    ['[1]', 'not-a-record'],
    ['{"a":', 'invalid-json'],
    [`{"a":${'['.repeat(99)}${']'.repeat(99)}}`, 'too-deep'],
    ['{"a":1}', 'unknown-record-kind'],
    ['{"log":{"file":{"path":"/x"}}}', 'unknown-record-kind'],
    ['{"message":"a","@timestamp":"soon"}', 'invalid-time'],
    ['{"__proto__":{"message":"a"}}', 'unknown-record-kind'],
  ])('%j is refused: %s', (text, code) => {
    expect(read(text)).toMatchObject({ rejected: { code } });
  });

  it('is refused or read by every format, and none throws', () => {
    const documents = [
      '',
      'x',
      '{}',
      '{"message":"x"}',
      `{"message":${JSON.stringify(ACCESS)}}`,
      '{"message":"\\u0000"}',
    ];
    for (const name of FORMAT_NAMES) {
      for (const document of documents) {
        const told = read(document, name);
        expect('record' in told || told.rejected.code.length > 0).toBe(true);
      }
    }
  });
});
