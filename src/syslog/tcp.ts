/**
 * Syslog over TCP (RFC 6587) and TLS (RFC 5425): connections that are guarded before a byte of them is read. Plain TCP and TLS
 * differ in the handshake alone.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { Connection } from './connection.ts';
import type { Listener, ListenerParts } from './listener.ts';
import type { SyslogTls } from './options.ts';

/** How long a handshake may take. */
const HANDSHAKE_MS = 15_000;
/** A peer that is gone without a word is found out: quiet hosts say nothing for hours. */
const KEEP_ALIVE_MS = 60_000;

export interface StreamListener extends Listener {
  /** Shows another certificate to connections that begin from now on. */
  renew(tls: SyslogTls): void;
}

/**
 * @param tls speaks TLS with it; without it, plain TCP
 * @throws what the system says of an address that cannot be listened on, e.g. EADDRINUSE
 */
export async function listenTcp(
  address: { host: string; port: number },
  parts: ListenerParts,
  tls?: SyslogTls,
): Promise<StreamListener> {
  const transport = tls === undefined ? 'tcp' : 'tls';
  const { metrics, notices, senders } = parts;
  const sockets = new Set<Socket>();
  const connections = new Set<Connection>();
  const receive = (socket: Socket, sender: string) => {
    const connection = new Connection(socket, { ...parts, transport, sender });
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  };
  const secure =
    tls === undefined ? null : createTlsServer({ ...contextOf(tls), handshakeTimeout: HANDSHAKE_MS });
  secure?.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    metrics.countConnection('tls', 'handshake');
    notices.tell('a handshake has failed', { code: error.code, sender: socket.remoteAddress });
  });
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, socket => {
    const sender = senders.allowed(socket.remoteAddress);
    if (sender === null || !senders.connect(sender)) {
      const refusal = sender === null ? 'not-allowed' : 'too-many';
      metrics.countConnection(transport, refusal);
      notices.tell(`connections are refused: ${refusal}`, { sender: socket.remoteAddress });
      socket.destroy();
      return;
    }
    metrics.countConnection(transport, 'taken');
    metrics.countOpen(transport, 1);
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      senders.disconnect(sender);
      metrics.countOpen(transport, -1);
    });
    // Whoever breaks off has nobody to tell.
    socket.on('error', () => socket.destroy());
    if (secure === null) receive(socket, sender);
    else secure.emit('connection', socket);
  });
  secure?.on('secureConnection', socket => {
    receive(socket, senders.allowed(socket.remoteAddress) ?? 'unknown');
  });
  await listening(server, address);
  metrics.begin(transport);
  server.on('error', error => notices.tell('connections cannot be accepted', { err: error }));
  return {
    transport,
    port: (server.address() as AddressInfo).port,
    renew: files => secure?.setSecureContext(contextOf(files)),
    async close(limitMs) {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      for (const connection of connections) connection.end();
      const limit = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, limitMs);
      await closed;
      clearTimeout(limit);
    },
  };
}

function contextOf({ cert, key, clientCa }: SyslogTls) {
  return {
    cert,
    key,
    ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  };
}

function listening(server: Server | TlsServer, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
