/** Syslog over TLS (RFC 5425): messages arrive, and certificates of clients are asked for where that is configured. */
import { connect as connectTcp } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../certificate.ts';
import { counted, message, openSyslog, type SyslogUnderTest } from './syslog-under-test.ts';

const SERVER = selfSigned('localhost');
const CLIENT = selfSigned('sensor1');
const STRANGER = selfSigned('stranger');

const listen = (clientCa?: string) => openSyslog({ ports: { tls: 0 } }, { tls: { ...SERVER, clientCa } });

function open(under: SyslogUnderTest, options: ConnectionOptions = {}): TLSSocket {
  const socket = connect({
    port: under.port('tls'),
    host: '127.0.0.1',
    servername: 'localhost',
    ca: SERVER.cert,
    ...options,
  });
  socket.on('error', () => socket.destroy());
  onTestFinished(() => {
    socket.destroy();
  });
  return socket;
}

const closed = (socket: { once(event: 'close', listener: () => void): unknown }) =>
  new Promise<void>(resolve => socket.once('close', () => resolve()));

it('takes counted messages from whoever trusts its certificate, and gives the place free afterwards', async () => {
  const under = await listen();
  open(under).end(counted(message('a'), message('b')));
  await under.until('stored_total', 2, { transport: 'tls', outcome: 'inserted' });
  await under.until('connections_open', 0);
  expect((await under.records()).map(({ stored }) => stored.host)).toEqual(['web1', 'web1']);
});

it('takes a client with a certificate that is vouched for, and no other', async () => {
  const under = await listen(CLIENT.cert);
  open(under, CLIENT).end(counted(message('a')));
  await under.until('stored_total', 1);
  for (const without of [{}, STRANGER]) {
    const socket = open(under, without);
    socket.write(counted(message('forged')));
    await closed(socket);
  }
  await under.until('connections_total', 2, { outcome: 'handshake' });
  await under.until('connections_open', 0);
  expect(await under.metric('messages_total')).toBe(1);
  expect(under.log.join()).toContain('a handshake has failed');
});

it('does not take what is not encrypted', async () => {
  const under = await listen();
  const socket = connectTcp(under.port('tls'), '127.0.0.1');
  socket.on('error', () => socket.destroy()).write(counted(message('a')));
  await closed(socket);
  await under.until('connections_total', 1, { outcome: 'handshake' });
  expect(await under.metric('messages_total')).toBe(0);
});

it('shows a renewed certificate to connections that begin afterwards', async () => {
  const under = await listen();
  const renewed = selfSigned('localhost');
  under.syslog.renew(renewed);
  open(under, { ca: renewed.cert }).end(counted(message('a')));
  await under.until('stored_total', 1);
  await closed(open(under));
  expect(await under.metric('stored_total')).toBe(1);
});

it('stops with connections open, and stores what they sent', async () => {
  const under = await listen();
  const socket = open(under);
  socket.write(counted(message('a')));
  await under.until('messages_total', 1);
  await under.syslog.close(1_000);
  expect(await under.metric('stored_total')).toBe(1);
});
