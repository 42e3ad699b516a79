/** Whose drops the system's are: Linux tells of them by port, and a port may be that of several sockets. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { systemDropsOf } from '../../src/syslog/system-drops.ts';
import { openSyslog } from './syslog-under-test.ts';

it.runIf(process.platform === 'linux')('drops from before it listened are not its own', async () => {
  const other = createSocket({ type: 'udp4', recvBufferSize: 2_304 }).bind(0, '127.0.0.2');
  const sender = createSocket('udp4');
  onTestFinished(() => {
    other.close();
    sender.close();
  });
  await once(other, 'listening');
  const { port } = other.address();
  // All in one turn: the other socket is not read between them, and has room for a few.
  const sent = Array.from(
    { length: 64 },
    () => new Promise(resolve => sender.send(Buffer.alloc(1_000), port, '127.0.0.2', resolve)),
  );
  await Promise.all(sent);
  expect(await systemDropsOf(port)).toBeGreaterThan(0);

  const under = await openSyslog({ ports: { udp: port } });
  await under.syslog.close(1_000);
  expect(await under.metric('dropped_total', { reason: 'system' })).toBe(0);
});
