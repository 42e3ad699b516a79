/**
 * Syslog over UDP (RFC 5426): a message a datagram. Nobody is told that one is lost, so those that this process could not
 * take are counted, and on Linux those that the system dropped before it read them.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { withoutLineEnd } from './framing.ts';
import type { Listener, ListenerParts } from './listener.ts';
import { systemDropsOf } from './system-drops.ts';

/** What the system is asked to keep while a batch has the thread; it gives as much as net.core.rmem_max lets it. */
const RECEIVE_BUFFER_BYTES = 8_388_608;
const DROPS_LOOK_MS = 5_000;
const DRAIN_MS = 100;

/** @throws what the system says of an address that cannot be listened on, e.g. EADDRINUSE */
export async function listenUdp(
  address: { host: string; port: number },
  parts: ListenerParts,
): Promise<Listener> {
  const { metrics, notices } = parts;
  const socket = createSocket({
    type: isIPv6(address.host) ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  await bound(socket, address);
  metrics.begin('udp');
  socket.on('error', error => notices.tell('the socket of datagrams has failed', { err: error }));
  socket.on('message', (datagram, { address: from }) => take(datagram, from, parts));
  const { port } = socket.address();
  // Another socket with this port, at another address, may have had drops before.
  let before = await systemDropsOf(port);
  const look = async () => {
    const all = await systemDropsOf(port);
    const dropped = all - before;
    // Fewer than before where such a socket has closed.
    before = all;
    if (dropped <= 0) return;
    metrics.countDropped('udp', 'system', dropped);
    notices.tell('the system dropped datagrams: net.core.rmem_max is too small', {}, dropped);
  };
  const looking = setInterval(() => void look(), DROPS_LOOK_MS).unref();
  return {
    transport: 'udp',
    port,
    async close(limitMs) {
      // What has come is read before the next look of the system at the socket.
      await setTimeout(Math.min(limitMs, DRAIN_MS));
      clearInterval(looking);
      await look();
      await new Promise<void>(resolve => socket.close(resolve));
    },
  };
}

function bound(socket: Socket, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address: host, port }, () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

function take(
  datagram: Buffer,
  from: string,
  { intake, senders, metrics, notices, lineBytesMax }: ListenerParts,
): void {
  metrics.countBytes('udp', datagram.length);
  const bytes = withoutLineEnd(datagram);
  if (bytes.length === 0) return;
  metrics.countReceived('udp', 1);
  const sender = senders.allowed(from);
  if (sender === null) {
    metrics.countDropped('udp', 'not-allowed');
    notices.tell('datagrams come from addresses that are not allowed', { sender: from });
  } else if (bytes.length > lineBytesMax) {
    metrics.countRejected('udp', 'line-too-long');
    notices.tell('messages are too long', { sender });
  } else if (!intake.offer({ transport: 'udp', sender, connection: null, bytes })) {
    metrics.countDropped('udp', 'queue-full');
    notices.tell('datagrams are dropped: more come than are stored', { sender });
  }
}
