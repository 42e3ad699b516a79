/** What a client leaves behind that pipelines, does not read and goes: nothing. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onceClosed } from '../../src/api/response-closed.ts';

let server: Server;
let responses: ServerResponse[];
let over: number;

beforeEach(async () => {
  responses = [];
  over = 0;
  server = createServer((_request, response) => {
    responses.push(response);
    onceClosed(response, () => {
      over += 1;
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => new Promise(resolve => server.close(resolve)));

const requests = (count: number) => 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count);

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000 && !isDone(); turn++) await new Promise(setImmediate);
  expect(isDone()).toBe(true);
}

describe('an answer', () => {
  it('is over once its connection is gone, even one that waits behind others', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(requests(20));
    await until(() => responses.length === 20);
    expect(over).toBe(0);
    socket.destroy();
    await until(() => over === 20);
  });

  it('is over once, when it has gone out', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(requests(1));
    await until(() => responses.length === 1);
    responses[0]?.end('done');
    await until(() => over === 1);
    socket.destroy();
    await new Promise(resolve => server.close(resolve));
    expect(over).toBe(1);
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
});
