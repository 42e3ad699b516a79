/** Reading records back: pages bounded by bytes, and what many requests at once may hold. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Load } from '../../src/api/load.ts';
import { PAGE_BYTES_MAX, READ_BACK_BYTES_MAX, READ_BACK_REQUESTS_MAX } from '../../src/domain/limits.ts';
import { DEFAULT_SITE } from '../../src/domain/site.ts';
import { dnsRecord } from '../contract/store/builders.ts';
import { type Api, checkDescribed, codeOf, openApi } from './api-under-test.ts';

const LINE_BYTES = 500_000;
const LINES = 20;

/** Records whose lines are long. What stands in them is six characters a byte in JSON, the most that there is. */
async function withLongLines(api: Api, count = LINES): Promise<void> {
  const original = new Uint8Array(LINE_BYTES).fill(1);
  const records = Array.from({ length: count }, (_, index) => dnsRecord(index, { original }));
  await api.world.store.putRecords(DEFAULT_SITE, records);
}

describe('GET /v1/records', () => {
  it('ends a page of long lines early, and goes on by its cursor', async () => {
    const api = await openApi();
    await withLongLines(api);
    const ids: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const more = cursor === undefined ? '' : `&cursor=${cursor}`;
      const response = await api.as('viewer').get(`/v1/records?limit=1000${more}`);
      checkDescribed(api, '/v1/records', response);
      expect(response.body.items.length * LINE_BYTES).toBeLessThanOrEqual(PAGE_BYTES_MAX);
      ids.push(...response.body.items.map(({ id }: { id: string }) => id));
      cursor = response.body.nextCursor;
      pages += 1;
    } while (cursor !== undefined);
    expect([pages, new Set(ids).size, ids.length]).toEqual([3, LINES, LINES]);
    await until(() => api.load.heldBytes === 0);
  });

  it('answers many at once, a few at a time, and holds beforehand what they take', async () => {
    const api = await openApi();
    await withLongLines(api, 1);
    const { store } = api.world;
    const find = store.findRecords.bind(store);
    let open: () => void = () => undefined;
    const gate = new Promise<void>(resolve => {
      open = resolve;
    });
    let reading = 0;
    const seen: { reading: number; heldBytes: number }[] = [];
    vi.spyOn(store, 'findRecords').mockImplementation(async (...call) => {
      reading += 1;
      seen.push({ reading, heldBytes: api.load.heldBytes });
      await gate;
      reading -= 1;
      return find(...call);
    });
    const answers = Array.from({ length: 40 }, async (_, index) => {
      const { status } = await api.as(index % 2 === 0 ? 'viewer' : 'responder').get('/v1/records?limit=1');
      return status;
    });
    await until(() => reading === READ_BACK_REQUESTS_MAX);
    expect(api.load.heldBytes).toBe(READ_BACK_REQUESTS_MAX * READ_BACK_BYTES_MAX);
    open();
    expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
    expect(seen).toHaveLength(answers.length);
    expect(Math.max(...seen.map(({ reading: atOnce }) => atOnce))).toBe(READ_BACK_REQUESTS_MAX);
    expect(Math.min(...seen.map(({ heldBytes }) => heldBytes))).toBeGreaterThanOrEqual(READ_BACK_BYTES_MAX);
    await until(() => api.load.heldBytes === 0);
  });

  it('is told to come back where memory has no room, and again lets go of all', async () => {
    const api = await openApi({ load: new Load({ heldBytesMax: READ_BACK_BYTES_MAX - 1 }) });
    await withLongLines(api, 1);
    const response = await api.as('viewer').get('/v1/records');
    checkDescribed(api, '/v1/records', response);
    expect([codeOf(response), response.headers['retry-after']]).toEqual(['overloaded', '1']);
    const one = await api.as('viewer').get('/v1/records/0.00000000000000000000000000000000');
    checkDescribed(api, '/v1/records/{id}', one);
    expect(codeOf(one)).toBe('overloaded');
    await until(() => api.load.heldBytes === 0);
  });

  it('lets go of what it held where reading fails', async () => {
    const api = await openApi();
    for (let turn = 0; turn < 2 * READ_BACK_REQUESTS_MAX; turn++) {
      const response = await api.as('viewer').get('/v1/records?cursor=nonsense');
      expect(codeOf(response)).toBe('invalid-request');
    }
    await until(() => api.load.heldBytes === 0);
    expect((await api.as('viewer').get('/v1/records')).body).toEqual({ items: [] });
  });

  it('keeps an answer counted that nobody reads, until its client goes', async () => {
    const api = await openApi();
    await withLongLines(api, 8);
    const { socket } = await connected(api);
    const ask = `GET /v1/records?limit=8 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.keys.viewer}\r\n\r\n`;
    socket.pause();
    socket.write(ask.repeat(6));
    const answerBytes = 8 * 6 * LINE_BYTES;
    await until(() => api.load.heldBytes >= 5 * answerBytes && api.load.heldBytes < 7 * answerBytes);
    socket.destroy();
    await until(() => api.load.heldBytes === 0);
    expect((await api.as('viewer').get('/v1/records?limit=1')).status).toBe(200);
  });
});

async function connected(api: Api): Promise<{ server: Server; socket: Socket }> {
  const server = createServer(api.app);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return { server, socket };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200_000 && !isSo(); turn++) await new Promise(setImmediate);
  expect(isSo()).toBe(true);
}
