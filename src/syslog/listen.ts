/**
 * The listener for syslog: what speaks no HTTP sends here, over UDP, TCP or TLS, and is stored as what is posted is. There are
 * no keys in syslog: who may send is told by networks, and over TLS by certificates; all that comes belongs to one site.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Load } from '../api/load.ts';
import { Pool } from '../api/pool.ts';
import type { Clock } from '../domain/clock.ts';
import { SYSLOG_QUEUE_BYTES_MAX } from '../domain/limits.ts';
import { formatOf } from '../ingest/formats.ts';
import type { Services } from '../services/services.ts';
import { AuditHours } from './audit-hours.ts';
import { Intake } from './intake.ts';
import type { Listener, ListenerParts } from './listener.ts';
import type { Transport } from './message.ts';
import { MessageReader } from './message-reader.ts';
import { MessageStore } from './message-store.ts';
import { SyslogMetrics } from './metrics.ts';
import { Notices } from './notices.ts';
import type { SyslogOptions, SyslogTls } from './options.ts';
import { Senders } from './senders.ts';
import { listenTcp, type StreamListener } from './tcp.ts';
import { listenUdp } from './udp.ts';

/** Of the time that closing may take: for what senders have on the way. The rest is for the store. */
const DRAIN_SHARE = 0.25;

/** What no variable changes. */
interface SyslogLimits {
  /** Bytes that may wait for the store. */
  queueBytesMax: number;
  /** From the first byte of a message to its last, while they are read. */
  messageMs: number;
  /** That an entry of the audit tells of. */
  hourMs: number;
}

const DEFAULT_LIMITS: SyslogLimits = {
  queueBytesMax: SYSLOG_QUEUE_BYTES_MAX,
  messageMs: 60_000,
  hourMs: 3_600_000,
};

export interface SyslogParts {
  services: Services;
  clock: Clock;
  registry: Registry;
  load: Load;
  logger: Logger;
  /** Needed where TLS is listened on. */
  tls: SyslogTls | undefined;
  limits?: Partial<SyslogLimits>;
}

export interface RunningSyslog {
  /** In the order udp, tcp, tls. */
  readonly listeners: readonly Pick<Listener, 'transport' | 'port'>[];
  /** Shows another certificate to connections that begin from now on. */
  renew(tls: SyslogTls): void;
  /** Takes nothing more, and stores what has come; what is left after `limitMs` is lost, and the log says how much. */
  close(limitMs: number): Promise<void>;
}

/** A port that cannot be listened on; `cause` is what the system says. */
export class CannotListen extends Error {
  readonly transport: Transport;
  readonly port: number;
  constructor(transport: Transport, port: number, cause: unknown) {
    super(`cannot listen on ${transport} port ${port}`, { cause });
    this.transport = transport;
    this.port = port;
  }
}

/** @throws CannotListen, and then nothing is listened on */
export async function listenSyslog(options: SyslogOptions, parts: SyslogParts): Promise<RunningSyslog> {
  const { services, clock, registry, load, logger, tls } = parts;
  const { site, format, lineBytesMax } = options;
  const { queueBytesMax, messageMs, hourMs } = { ...DEFAULT_LIMITS, ...parts.limits };
  const notices = new Notices(logger);
  const onError = (error: unknown, what: string) => logger.error({ err: error }, what);
  const hours = new AuditHours({ services, site, hourMs, onError });
  const metrics: SyslogMetrics = new SyslogMetrics(registry, () => intake.held);
  const store = new MessageStore({
    services,
    site,
    clock,
    reader: new MessageReader(format === undefined ? undefined : formatOf(format)),
    hours,
    metrics,
    notices,
    turn: records => load.of('syslog').turn(records),
  });
  const intake = new Intake({
    store: (batch, stop) => store.store(batch, stop),
    room: new Pool(queueBytesMax),
    onError: error => onError(error, 'a batch of syslog'),
  });
  const senders = new Senders(options.allow, options.connectionsMax);
  const shared = { intake, senders, metrics, notices, lineBytesMax, messageMs };
  const listeners = await openAll(options, shared, tls);
  let closed: Promise<void> | undefined;
  const close = async (limitMs: number) => {
    const drainMs = limitMs * DRAIN_SHARE;
    await Promise.all(listeners.map(listener => listener.close(drainMs)));
    await intake.close(limitMs - drainMs);
    await hours.close();
    notices.close();
  };
  return {
    listeners,
    renew(files) {
      for (const listener of listeners) if ('renew' in listener) listener.renew(files);
    },
    close: limitMs => {
      closed ??= close(limitMs);
      return closed;
    },
  };
}

/** All of them, or none. */
async function openAll(
  { host, ports }: SyslogOptions,
  parts: ListenerParts,
  tls: SyslogTls | undefined,
): Promise<(Listener | StreamListener)[]> {
  const opened: (Listener | StreamListener)[] = [];
  const open = async (transport: Transport, listen: (port: number) => Promise<Listener | StreamListener>) => {
    const port = ports[transport];
    if (port === undefined) return;
    try {
      opened.push(await listen(port));
    } catch (cause) {
      await Promise.all(opened.map(listener => listener.close(0)));
      throw new CannotListen(transport, port, cause);
    }
  };
  await open('udp', port => listenUdp({ host, port }, parts));
  await open('tcp', port => listenTcp({ host, port }, parts));
  await open('tls', port => listenTcp({ host, port }, parts, tls));
  return opened;
}
