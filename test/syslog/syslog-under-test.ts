/** A listener on free ports of this machine, over the real services in memory, and what senders do to it. */
import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { Load } from '../../src/api/load.ts';
import type { RecordView } from '../../src/services/search-records.ts';
import { listenSyslog, type RunningSyslog, type SyslogParts } from '../../src/syslog/listen.ts';
import type { Transport } from '../../src/syslog/message.ts';
import type { SyslogOptions } from '../../src/syslog/options.ts';
import { CALLER, openWorld, type World } from '../world.ts';

export interface SyslogUnderTest {
  world: World;
  syslog: RunningSyslog;
  /** What was logged, one JSON text an entry. */
  log: string[];
  port(transport: Transport): number;
  /** A connection that is open; what it meets is not told. */
  connect(): Promise<Socket>;
  /** Sends all of it over one connection, and ends it. */
  sendTcp(...chunks: (string | Buffer)[]): Promise<void>;
  sendUdp(...datagrams: (string | Buffer)[]): Promise<void>;
  /** The sum of a counter or gauge over the rows that have these labels. */
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  /** Resolves when the metric is that; fails after twenty seconds with what it was last. */
  until(name: string, value: number, labels?: Record<string, string>): Promise<void>;
  /** What is stored, newest first. */
  records(): Promise<RecordView[]>;
}

export async function openSyslog(
  options: Partial<SyslogOptions> = {},
  parts: Partial<SyslogParts> & { world?: World } = {},
): Promise<SyslogUnderTest> {
  const world = parts.world ?? (await openWorld());
  const registry = new Registry();
  const log: string[] = [];
  const syslog = await listenSyslog(
    {
      host: '127.0.0.1',
      ports: { udp: 0, tcp: 0 },
      site: CALLER.site,
      allow: [],
      connectionsMax: 16,
      lineBytesMax: 1_024,
      format: undefined,
      ...options,
    },
    {
      services: world.services,
      clock: world.clock,
      registry,
      load: new Load(),
      logger: pino({ level: 'debug' }, { write: text => log.push(text) }),
      tls: undefined,
      ...parts,
    },
  );
  onTestFinished(async () => {
    await syslog.close(1_000);
    if (parts.world === undefined) await world.close();
  });
  const port = (transport: Transport) => {
    const listener = syslog.listeners.find(each => each.transport === transport);
    if (listener === undefined) throw new Error(`nothing listens by ${transport}`);
    return listener.port;
  };
  const metric = async (name: string, labels: Record<string, string> = {}) => {
    const found = await registry.getSingleMetric(`bayeswatch_syslog_${name}`)?.get();
    if (found === undefined) throw new Error(`no metric ${name}`);
    const wanted = Object.entries(labels);
    return found.values
      .filter(row => wanted.every(([label, value]) => row.labels[label] === value))
      .reduce((sum, { value }) => sum + value, 0);
  };
  const opened = async () => {
    const socket = connect(port('tcp'), '127.0.0.1').on('error', () => socket.destroy());
    onTestFinished(() => {
      socket.destroy();
    });
    await new Promise(resolve => socket.once('connect', resolve));
    return socket;
  };
  return {
    world,
    syslog,
    log,
    port,
    connect: opened,
    async sendTcp(...chunks) {
      const socket = await opened();
      for (const chunk of chunks) socket.write(chunk);
      await new Promise<void>(resolve => socket.end(resolve));
    },
    async sendUdp(...datagrams) {
      const socket = createSocket('udp4');
      for (const datagram of datagrams) {
        await new Promise(resolve => socket.send(datagram, port('udp'), '127.0.0.1', resolve));
      }
      await new Promise<void>(resolve => socket.close(resolve));
    },
    metric,
    async until(name, value, labels) {
      const untilMs = performance.now() + 20_000;
      let last = await metric(name, labels);
      while (last !== value && performance.now() < untilMs) {
        await new Promise(resolve => setTimeout(resolve, 5));
        last = await metric(name, labels);
      }
      if (last !== value) throw new Error(`${name} is ${last}, not ${value}`);
    },
    async records() {
      const query = { sort: 'time', limit: 1_000 } as const;
      return (await world.services.searchRecords(CALLER.site, query)).items;
    },
  };
}

/** A line of RFC 5424 at noon of the fifteenth of January 2026, and so many seconds. */
export function message(text: string, second = 0): string {
  const at = new Date(Date.UTC(2026, 0, 15, 11, 59, second)).toISOString();
  return `<13>1 ${at} web1 app - - - ${text}`;
}

/** Octet-counted. */
export function counted(...messages: string[]): string {
  return messages.map(text => `${Buffer.byteLength(text)} ${text}`).join('');
}
