/** What bounds senders, and what becomes of those who mean harm or send more than is stored. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { Services } from '../../src/services/services.ts';
import { openWorld, type World } from '../world.ts';
import { counted, message, openSyslog } from './syslog-under-test.ts';

/** A world whose sessions can be kept from storing. */
async function worldWithDoor(): Promise<World & { door: { error: ((texts: string[]) => unknown) | null } }> {
  const world = await openWorld();
  const door: { error: ((texts: string[]) => unknown) | null } = { error: null };
  const openIngest: Services['openIngest'] = async (caller, options) => {
    const session = await world.services.openIngest(caller, options);
    return {
      get model() {
        return session.model;
      },
      async add(batch, isLast) {
        const error = door.error?.(batch.map(({ original }) => Buffer.from(original).toString()));
        if (error !== undefined) throw error;
        return session.add(batch, isLast);
      },
      close: (...how) => session.close(...how),
    };
  };
  return { ...world, services: { ...world.services, openIngest }, door };
}

const away = () => new AppError('store-unavailable', 'it is away');
const closed = (socket: { once(event: 'close', listener: () => void): unknown }) =>
  new Promise<void>(resolve => socket.once('close', () => resolve()));

describe('a connection', () => {
  it.each([
    ['TLS on the port of plain TCP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc'],
    ['a huge count', '99999999999 <13>'],
    ['a count of nothing', '0 <13>'],
    ['a count that is wrong', `5 <1>ab${message('b')}`.replace('<1>ab<', '<1>abc<')],
  ])('that sends %s is closed, and what came before is stored', async (_what, sent) => {
    const under = await openSyslog();
    const socket = await under.connect();
    socket.write(`${message('a')}\n`);
    socket.write(sent, 'latin1');
    await closed(socket);
    await under.until('connections_total', 1, { outcome: 'framing' });
    expect(under.log.join()).toContain('connections are closed');
    await under.until('connections_open', 0);
    expect(await under.metric('stored_total')).toBeLessThanOrEqual(2);
    await under.until('queue_messages', 0);
    expect(await under.metric('stored_total', { outcome: 'inserted' })).toBeGreaterThanOrEqual(1);
  });

  it('whose line has no end is closed, and never held', async () => {
    const under = await openSyslog();
    const socket = await under.connect();
    const chunk = Buffer.alloc(1_048_576, 'a');
    for (let at = 0; at < 11; at++) socket.write(chunk);
    await closed(socket);
    await under.until('connections_total', 1, { outcome: 'framing' });
    expect(await under.metric('queue_bytes')).toBe(0);
  });

  it('that begins a message and drips is closed in time; a quiet one is not', async () => {
    const under = await openSyslog({}, { limits: { messageMs: 50 } });
    const quiet = await under.connect();
    quiet.write(`${message('a')}\n`);
    const slow = await under.connect();
    const drip = setInterval(() => slow.write('x'), 10);
    await closed(slow);
    clearInterval(drip);
    await under.until('connections_total', 1, { outcome: 'stalled' });
    await under.until('dropped_total', 1, { reason: 'cut' });
    quiet.write(`${message('b')}\n`);
    await under.until('stored_total', 2);
  });

  it('that ends within a counted message has it counted as lost', async () => {
    const under = await openSyslog();
    await under.sendTcp(`${counted(message('a'))}99 <13>cut`);
    await under.until('dropped_total', 1, { transport: 'tcp', reason: 'cut' });
    await under.until('stored_total', 1);
  });

  it('is refused where its address has its share, until another one ends', async () => {
    const under = await openSyslog({ connectionsMax: 4 });
    const first = await under.connect();
    await under.connect();
    await under.until('connections_open', 2);
    await closed(await under.connect());
    expect(await under.metric('connections_total', { outcome: 'too-many' })).toBe(1);
    first.destroy();
    await under.until('connections_open', 1);
    await under.sendTcp(`${message('a')}\n`);
    await under.until('stored_total', 1);
  });

  it('from an address that is not allowed is closed unread, and its datagrams are dropped', async () => {
    const under = await openSyslog({ allow: ['192.0.2.0/24', '2001:db8::/32'] });
    const socket = await under.connect();
    await closed(socket);
    await under.until('connections_total', 1, { outcome: 'not-allowed' });
    await under.sendUdp(message('a'), message('b'));
    await under.until('dropped_total', 2, { reason: 'not-allowed' });
    expect(await under.records()).toEqual([]);
    // Two datagrams, one line of the log at once and the rest summed up.
    expect(under.log.filter(line => line.includes('datagrams come from'))).toHaveLength(1);
    await under.syslog.close(1_000);
    expect(under.log.filter(line => line.includes('datagrams come from'))).toHaveLength(2);
  });

  it('from an address that is allowed is read', async () => {
    const under = await openSyslog({ allow: ['127.0.0.0/8'] });
    await under.sendTcp(`${message('a')}\n`);
    await under.until('stored_total', 1);
  });
});

describe('while the store is away', () => {
  it('connections wait, datagrams are dropped and counted, and all that was taken is stored afterwards', async () => {
    const world = await worldWithDoor();
    const under = await openSyslog({}, { world, limits: { queueBytesMax: 131_072 } });
    world.door.error = away;
    const socket = await under.connect();
    const sent = 1_000;
    for (let at = 0; at < sent; at++) socket.write(counted(message(`${at} ${'x'.repeat(900)}`, at % 60)));
    socket.end();
    // One batch is on its way to the store, and no more is read than there is room for.
    expect(await settled(() => under.metric('messages_total', { transport: 'tcp' }))).toBeLessThan(sent / 4);
    expect(await under.metric('queue_bytes')).toBeLessThan(400_000);
    await under.sendUdp(message('no room'));
    await under.until('dropped_total', 1, { transport: 'udp', reason: 'queue-full' });
    world.door.error = null;
    await under.until('stored_total', sent, { transport: 'tcp' });
    expect(await under.metric('stored_total', { outcome: 'inserted' })).toBe(sent);
    expect(under.log.join()).toContain('the store does not take them');
    await world.close();
  });

  it('stopping takes no longer than it may, and tells what may be lost', async () => {
    const world = await worldWithDoor();
    const under = await openSyslog({}, { world });
    world.door.error = away;
    await under.sendTcp(counted(message('a'), message('b')));
    await under.until('messages_total', 2);
    await under.syslog.close(200);
    expect(await under.metric('dropped_total', { reason: 'stopped' })).toBe(2);
    expect(under.log.join()).toContain('they may be lost');
    await world.close();
  });
});

it('a message that meets a defect is lost alone, and logged', async () => {
  const world = await worldWithDoor();
  const under = await openSyslog({}, { world });
  world.door.error = texts => (texts.some(text => text.includes('poison')) ? new Error('defect') : undefined);
  const sent = Array.from({ length: 9 }, (_, at) => message(at === 4 ? 'poison' : `${at}`));
  await under.sendTcp(counted(...sent));
  await under.until('dropped_total', 1, { reason: 'failed' });
  await under.until('stored_total', 8);
  expect(under.log.join()).toContain('messages are lost to a defect');
  await world.close();
});

it('what a defect keeps from being read is lost and counted, the log has it once, and what comes later is stored', async () => {
  const world = await openWorld();
  let defects = 6;
  const utcOf: Services['utcOf'] = async site => {
    if (defects-- > 0) throw new Error('a model that is broken');
    return world.services.utcOf(site);
  };
  const under = await openSyslog({}, { world: { ...world, services: { ...world.services, utcOf } } });
  for (const lost of [2, 3]) {
    await under.sendTcp(counted(...(lost === 2 ? [message('a'), message('b')] : [message('c')])));
    await under.until('dropped_total', lost, { transport: 'tcp', reason: 'failed' });
  }
  expect(under.log.filter(line => line.includes('a model that is broken'))).toHaveLength(1);
  await under.sendTcp(counted(message('d')));
  await under.until('stored_total', 1, { outcome: 'inserted' });
  await under.until('queue_bytes', 0);
  await world.close();
});

it('stopping stores what has come on connections that are still open', async () => {
  const under = await openSyslog();
  const socket = await under.connect();
  const ended = new Promise<void>(resolve => socket.once('end', () => resolve()));
  socket.write(`${message('a')}\n${message('b')}\n`);
  await under.until('messages_total', 2);
  const closing = under.syslog.close(2_000);
  // Who sends is told first, and what it had sent by then is still read.
  await ended;
  await closing;
  expect(await under.metric('stored_total')).toBe(2);
  expect(await under.records()).toHaveLength(2);
});

it('who ends when he is told that the server stops has lost nothing of what he sent', async () => {
  const under = await openSyslog();
  const socket = await under.connect();
  let sent = 0;
  let isTold = false;
  socket.once('end', () => {
    isTold = true;
    socket.end();
  });
  const send = () => {
    if (isTold) return;
    socket.write(counted(message(`${sent}`, sent % 60)));
    sent += 1;
    setImmediate(send);
  };
  send();
  await under.until('connections_open', 1);
  await under.syslog.close(5_000);
  expect(isTold).toBe(true);
  expect(await under.metric('stored_total', { outcome: 'inserted' })).toBe(sent);
});

/** What a number is once it has been the same for a while. */
async function settled(read: () => Promise<number>): Promise<number> {
  let last = -1;
  for (let same = 0; same < 10; ) {
    const next = await read();
    same = next === last ? same + 1 : 0;
    last = next;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  return last;
}
