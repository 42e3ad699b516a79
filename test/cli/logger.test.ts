/** What the log tells of errors, and what it keeps to itself. */
import { type AddressInfo, createServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { loggerTo } from '../../src/cli/logger.ts';
import { openSharedQueues } from '../../src/shared-queues.ts';

function log() {
  const stream = new PassThrough();
  return { logger: loggerTo(stream), lines: () => String(stream.read() ?? '') };
}

describe('the log', () => {
  it('holds no password of Redis, whatever is refused', async () => {
    // Refuses each command, as a server does with another password.
    const server = createServer(socket => {
      socket.on('error', () => socket.destroy());
      socket.on('data', chunk => {
        for (const _ of String(chunk).match(/^\*/gm) ?? []) socket.write('-WRONGPASS invalid password\r\n');
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { logger, lines } = log();
    const told = vi.fn((err: unknown, what: string) => logger.error({ err }, what));
    const { jobs, bus } = await openSharedQueues({
      redisUrl: `redis://somebody:open-sesame@127.0.0.1:${port}`,
      installation: 'a',
      work: undefined,
      delayMs: 5,
      nowMs: Date.now,
      onFailure: () => {},
      onError: told,
    });
    await vi.waitFor(() => expect(told).toHaveBeenCalled());
    const text = lines();
    expect(text).toContain('WRONGPASS');
    expect(text).not.toContain('open-sesame');
    await jobs.close();
    await bus.close();
    server.close();
  });

  it('tells type, code, causes and stack of an error, and those of the errors that it gathers', () => {
    const { logger, lines } = log();
    const refused = Object.assign(new Error('refused', { cause: new TypeError('a cause') }), {
      code: 'ECONNREFUSED',
      command: { args: ['hidden'] },
    });
    logger.error({ err: new AggregateError([refused], 'all failed') }, 'connecting');
    expect(JSON.parse(lines())).toMatchObject({
      msg: 'connecting',
      err: {
        type: 'AggregateError',
        message: 'all failed',
        stack: expect.stringContaining('logger.test.ts'),
        errors: [{ type: 'Error', code: 'ECONNREFUSED', message: 'refused: a cause' }],
      },
    });
    logger.error({ err: refused }, 'connecting');
    expect(lines()).not.toContain('hidden');
  });
});
