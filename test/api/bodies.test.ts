/** Bodies as they are sent: encodings undone, limits kept while the bytes come, bombs told by the limit that they hit. */
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bodyChunks, streamLimits } from '../../src/api/body.ts';
import { DEFAULT_REQUEST_LIMITS } from '../../src/api/limits.ts';
import { Load } from '../../src/api/load.ts';
import { type Api, checkDescribed, codeOf, dnsLine, linesOf, openApi } from './api-under-test.ts';
import { ZSTD_LINES, zstdRepeated, zstdShortBlocks, zstdStored } from './zstd-frames.ts';

const LINES = Buffer.from(
  Array.from({ length: 50 }, (_, index) => `${dnsLine(`n${index}.example.org`)}\n`).join(''),
);

/** Superagent would make JSON of a buffer that is sent as JSON. */
const asItIs = (body: unknown) => body as string;

function post(api: Api, body: Buffer | string, headers: Record<string, string> = {}) {
  return api
    .as('ingest')
    .post('/v1/score')
    .set({ 'Content-Type': 'text/plain', ...headers })
    .serialize(asItIs)
    .send(body);
}

describe('a body in', () => {
  it.each([
    ['identity', LINES],
    ['gzip', gzipSync(LINES)],
    ['GZIP', gzipSync(LINES)],
    ['x-gzip', gzipSync(LINES)],
    ['gzip', Buffer.concat([gzipSync(LINES.subarray(0, 999)), gzipSync(LINES.subarray(999))])],
    ['deflate', deflateSync(LINES)],
    ['br', brotliCompressSync(LINES)],
    ['zstd', zstdStored(LINES)],
    ['zstd', Buffer.concat([zstdStored(LINES.subarray(0, 999)), zstdStored(LINES.subarray(999))])],
  ])('%s is read', async (encoding, body) => {
    const api = await openApi();
    const response = await post(api, body, { 'Content-Encoding': encoding });
    checkDescribed(api, '/v1/score', response);
    expect(linesOf(response.text).at(-1)?.['summary']).toMatchObject({ accepted: 50, rejected: 0 });
  });

  it('zstd with compressed blocks is read, as the zstd program writes them', async () => {
    const api = await openApi();
    const response = await post(api, ZSTD_LINES, { 'Content-Encoding': 'zstd' });
    expect(linesOf(response.text).at(-1)?.['summary']).toMatchObject({ accepted: 200, rejected: 0 });
  });

  it('gzip is read for JSON too, records and management alike', async () => {
    const api = await openApi();
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    const record = await post(api, gzipSync(dnsLine('a.example.org')), headers);
    expect(record.body.kind).toBe('dns');
    const window = gzipSync(JSON.stringify({ from: 0, to: 1, label: 'bad' }));
    const marked = await api.as('responder').post('/v1/windows').set(headers).serialize(asItIs).send(window);
    expect(marked.status).toBe(202);
  });

  const cut = (body: Buffer) => body.subarray(0, body.length - 9);
  const followed = (body: Buffer) => Buffer.concat([body, Buffer.from('and more')]);
  it.each([
    ['gzip', 'that is none', LINES],
    ['deflate', 'that is none', LINES],
    ['br', 'that is none', LINES],
    ['zstd', 'that is none', LINES],
    ['gzip', 'cut short', cut(gzipSync(LINES))],
    ['deflate', 'cut short', cut(deflateSync(LINES))],
    ['br', 'cut short', cut(brotliCompressSync(LINES))],
    ['zstd', 'cut short', cut(zstdStored(LINES))],
    ['gzip', 'with something after its end', followed(gzipSync(LINES))],
    ['deflate', 'with something after its end', followed(deflateSync(LINES))],
    ['br', 'with something after its end', followed(brotliCompressSync(LINES))],
    ['zstd', 'with something after its end', followed(zstdStored(LINES))],
    ['zstd', 'that is empty but for its magic', zstdStored(LINES).subarray(0, 4)],
  ])('%s %s is told to be broken', async (encoding, _what, body) => {
    const api = await openApi();
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': encoding };
    const response = await post(api, body, headers);
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([400, 'bad-encoding']);
  });

  it.each(['compress', 'gzip, br', 'constructor', ''])('"%s" is not taken', async encoding => {
    const api = await openApi();
    const response = await post(api, LINES, { 'Content-Encoding': encoding || ' , ' });
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([415, 'unsupported-encoding']);
  });

  it.each([
    ['gzip', gzipSync(LINES)],
    ['zstd', zstdStored(LINES)],
  ])('%s that is not named is not taken for lines', async (encoding, body) => {
    const api = await openApi();
    const response = await post(api, body);
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([415, 'unsupported-encoding']);
    expect(response.body.detail).toContain(`Content-Encoding: ${encoding}`);
  });

  it('gzip that is not named is known though its first bytes come one by one', async () => {
    const api = await openApi();
    const server = createServer(api.app).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const request = httpRequest({
      port: (server.address() as AddressInfo).port,
      method: 'POST',
      path: '/v1/score',
      headers: { 'Content-Type': 'text/plain', Authorization: `Bearer ${api.keys.ingest}` },
    });
    const answered = once(request, 'response');
    const packed = gzipSync(LINES);
    request.setNoDelay();
    for (const byte of packed.subarray(0, 3)) await new Promise(sent => request.write(Buffer.of(byte), sent));
    request.end(packed.subarray(3));
    const [response] = await answered;
    response.resume();
    expect(response.statusCode).toBe(415);
  });
});

describe('a body that has come whole, and whose client leaves', () => {
  it.each([
    ['gzip', gzipSync(Buffer.alloc(100_000, 'abc\n'))],
    ['zstd', zstdShortBlocks(9, 0)],
  ])('is not decoded any further (%s)', async (encoding, body) => {
    const server = createServer();
    onTestFinished(() => {
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { 'Content-Encoding': encoding };
    const client = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers }).on(
      'error',
      () => undefined,
    );
    client.end(body);
    const [request, response] = await once(server, 'request');
    const chunks = bodyChunks(request, response, streamLimits(DEFAULT_REQUEST_LIMITS));
    expect((await chunks.next()).done).toBe(false);
    client.destroy();
    await once(request.socket, 'close');
    await expect(chunks.next()).rejects.toMatchObject({ code: 'client-gone' });
  });
});

describe('a bomb of', () => {
  const zeros = Buffer.alloc(30_000_000);
  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdRepeated(0, 230)],
  ])('%s is stopped by the ratio of its bytes, and holds no memory', async (encoding, bomb) => {
    const api = await openApi();
    for (const type of ['text/plain', 'application/json']) {
      const response = await post(api, bomb, { 'Content-Type': type, 'Content-Encoding': encoding });
      checkDescribed(api, '/v1/score', response);
      expect([response.status, codeOf(response)]).toEqual([413, 'body-too-large']);
      expect(response.body.detail).toMatch(/^bodyRatioMax: /);
    }
    expect([api.load.requests, api.load.heldBytes]).toEqual([0, 0]);
  });

  it('zstd that claims a window of gigabytes is refused before it is allocated', async () => {
    const api = await openApi();
    const frame = zstdStored(Buffer.from('x'), { windowDescriptor: 0xa8 });
    const response = await post(api, frame, { 'Content-Encoding': 'zstd' });
    expect(codeOf(response)).toBe('body-too-large');
    expect(response.body.detail).toMatch(/^zstdWindowBytesMax: /);
  });
});

describe('a limit', () => {
  const limits = {
    ...DEFAULT_REQUEST_LIMITS,
    lineBytesMax: 1_024,
    jsonBodyBytesMax: 2_000,
    bodyBytesMax: 4_000,
    bodyDecompressedBytesMax: 5_000,
    requestRecordsMax: 30,
  };
  const array = (records: number) =>
    `[${Array.from({ length: records }, () => '{"message":"x"}').join(',')}]`;
  it.each([
    ['bodyBytesMax', 'text/plain', 'identity', LINES],
    ['bodyDecompressedBytesMax', 'text/plain', 'gzip', gzipSync(LINES)],
    ['jsonBodyBytesMax', 'application/json', 'identity', Buffer.from(array(200))],
    ['jsonBodyBytesMax', 'application/json', 'gzip', gzipSync(array(200))],
    ['requestRecordsMax', 'text/plain', 'identity', Buffer.from('a line\n'.repeat(31))],
    ['requestRecordsMax', 'application/json', 'identity', Buffer.from(array(31))],
  ])('%s is named where it is exceeded (%s, %s)', async (name, type, encoding, body) => {
    const api = await openApi({ limits });
    const response = await post(api, body, { 'Content-Type': type, 'Content-Encoding': encoding });
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([413, 'body-too-large']);
    expect(response.body.detail.split(':')[0]).toBe(name);
  });

  it('of a line rejects the line, not the body', async () => {
    const api = await openApi({ limits });
    const long = 'x'.repeat(1_025);
    const asLines = await post(api, `a line\n${long}\nanother\n`);
    expect(linesOf(asLines.text)[1]).toMatchObject({ line: 2, rejected: { code: 'line-too-long' } });
    const asArray = await post(api, `[{"message":"x"},{"message":"${long}"}]`, {
      'Content-Type': 'application/json',
    });
    expect(asArray.body.rejected).toMatchObject([{ line: 2, code: 'line-too-long' }]);
    expect(asArray.body.rejected[0].detail).toMatch(/^lineBytesMax: /);
  });

  it('of elements of an array is told, with the way out', async () => {
    const api = await openApi();
    const response = await post(api, `[${'{},'.repeat(131_072)}{}]`, { 'Content-Type': 'application/json' });
    expect([response.status, response.body.detail.split(':')[0]]).toEqual([413, 'jsonArrayRecordsMax']);
  });

  it('of memory is shared: one key cannot hold what others need', async () => {
    const load = new Load({ heldBytesMax: 1_000 });
    const [one, other] = [load.of('one'), load.of('other')];
    one.hold(500);
    expect(() => one.hold(1)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    expect([one.isFull, other.isFull]).toEqual([false, false]);
    other.hold(250);
    expect([one.isFull, other.isFull, load.heldBytes]).toEqual([true, false, 750]);
    one.count(-500);
    expect([one.isFull, load.heldBytes]).toEqual([false, 250]);
  });

  it('of memory turns whole bodies away, and is free again after each', async () => {
    const api = await openApi({ load: new Load({ heldBytesMax: 1_000 }) });
    const json = { 'Content-Type': 'application/json' };
    const small = dnsLine('a.example.org');
    for (let time = 0; time < 20; time += 1) expect((await post(api, small, json)).status).toBe(200);
    const response = await post(api, array(100), json);
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response), response.headers['retry-after']]).toEqual([
      429,
      'overloaded',
      '1',
    ]);
    expect((await post(api, small, json)).status).toBe(200);
  });
});

describe('lines that are no records', () => {
  const limits = { ...DEFAULT_REQUEST_LIMITS, requestRecordsMax: 10 };
  it.each([
    ['blank lines', '\n'],
    ['comments', '#separator \\x09\n'],
  ])('of %s count to a limit of their own', async (_what, line) => {
    const api = await openApi({ limits });
    const few = await post(api, line.repeat(19) + dnsLine('a.example.org'));
    expect([few.status, linesOf(few.text).length]).toEqual([200, 2]);
    const many = await post(api, line.repeat(20) + dnsLine('a.example.org'));
    checkDescribed(api, '/v1/score', many);
    expect([many.status, codeOf(many)]).toEqual([413, 'body-too-large']);
    expect(many.body.detail).toMatch(/^requestLinesMax: /);
  });
});

describe('a body without anything', () => {
  it.each([
    ['text/plain', ''],
    ['text/plain', '\n\r\n\n'],
    ['application/json', ''],
    ['application/x-ndjson', ''],
  ])('as %s (%j) is told to be empty', async (type, body) => {
    const api = await openApi();
    const response = await post(api, body, { 'Content-Type': type });
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([400, 'bad-request']);
    expect(response.body.detail).toContain('empty');
  });

  it('but comments is no mistake', async () => {
    const api = await openApi();
    const response = await post(api, '#separator \\x09\n#path\tdns\n', {});
    checkDescribed(api, '/v1/score', response);
    expect(linesOf(response.text)).toMatchObject([{ summary: { accepted: 0, duplicates: 0, rejected: 0 } }]);
  });
});

describe('a media type', () => {
  it.each([
    'multipart/form-data; boundary=x',
    'application/xml',
    'image/png',
    'nonsense',
    'text/plain; charset=utf-16',
  ])('%s is not taken', async type => {
    const api = await openApi();
    const response = await post(api, LINES, { 'Content-Type': type });
    checkDescribed(api, '/v1/score', response);
    expect([response.status, codeOf(response)]).toEqual([415, 'unsupported-media-type']);
  });

  it('of JSON takes one text, and says so to a body of lines', async () => {
    const api = await openApi();
    const response = await post(api, '{"message":"a"}\n{"message":"b"}\n', {
      'Content-Type': 'application/json',
    });
    expect(response.status).toBe(400);
    expect(response.body.rejected.code).toBe('invalid-json');
  });

  it.each([
    ['application/x-ndjson', 'invalid-json'],
    ['application/json', 'invalid-json'],
    ['text/plain', undefined],
  ])('%s decides whether broken JSON is refused or is log text', async (type, code) => {
    const api = await openApi();
    const response = await post(api, '{"broken', { 'Content-Type': type });
    const rejected =
      type === 'application/json' ? response.body.rejected : linesOf(response.text)[0]?.['rejected'];
    expect(rejected?.code).toBe(code);
  });
});
