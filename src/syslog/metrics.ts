/** What Prometheus reads of the listener. Labels come from closed lists, never from senders. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { RejectionCode } from '../domain/errors.ts';
import type { Transport } from './message.ts';

/** Why a message was not stored that was received. */
export const DROP_REASONS = [
  /** Its sender is not in BAYESWATCH_SYSLOG_ALLOW. */
  'not-allowed',
  /** The queue, or the sender's share of it, is full: of datagrams alone, connections wait. */
  'queue-full',
  /** The system had no room for datagrams before this process read them. */
  'system',
  /** A counted message whose connection ended before it. */
  'cut',
  /** The store was away until the server stopped. */
  'stopped',
  /** Storing it met a defect; the log has it. */
  'failed',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];
const OF_DATAGRAMS: ReadonlySet<DropReason> = new Set(['not-allowed', 'queue-full', 'system']);

/** How a connection fared. */
export const CONNECTION_OUTCOMES = [
  'taken',
  'not-allowed',
  /** There are BAYESWATCH_SYSLOG_MAX_CONNECTIONS, or the address has its share. */
  'too-many',
  /** It spoke no TLS, or showed no certificate that is trusted. */
  'handshake',
  /** Taken, and closed for what it sent: framing.ts says what. */
  'framing',
  /** Taken, and closed because a message that had begun did not end. */
  'stalled',
] as const;
export type ConnectionOutcome = (typeof CONNECTION_OUTCOMES)[number];

export class SyslogMetrics {
  readonly #received: Counter<'transport'>;
  readonly #bytes: Counter<'transport'>;
  readonly #stored: Counter<'transport' | 'outcome'>;
  readonly #rejected: Counter<'transport' | 'code'>;
  readonly #dropped: Counter<'transport' | 'reason'>;
  readonly #connections: Counter<'transport' | 'outcome'>;
  readonly #open: Gauge<'transport'>;

  /** @param queue what waits for the store now */
  constructor(registry: Registry, queue: () => { messages: number; bytes: number }) {
    const registers = [registry];
    const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Counter({ name: `bayeswatch_syslog_${name}_total`, help, labelNames, registers });
    this.#received = counter('messages', 'Messages of syslog that came.', ['transport']);
    this.#bytes = counter('bytes', 'Bytes of syslog that came, with their frames.', ['transport']);
    this.#stored = counter('stored', 'Messages that are stored now, or were before.', [
      'transport',
      'outcome',
    ]);
    this.#rejected = counter('rejected', 'Messages that are no record, by the code of docs/errors.md.', [
      'transport',
      'code',
    ]);
    this.#dropped = counter('dropped', 'Messages that were lost here, by what lost them.', [
      'transport',
      'reason',
    ]);
    this.#connections = counter('connections', 'Connections that came, by what became of them.', [
      'transport',
      'outcome',
    ]);
    const name = 'bayeswatch_syslog_connections_open';
    this.#open = new Gauge({
      name,
      help: 'Connections that are open.',
      labelNames: ['transport'],
      registers,
    });
    const gauge = (part: 'messages' | 'bytes', help: string) =>
      new Gauge({
        name: `bayeswatch_syslog_queue_${part}`,
        help,
        registers,
        collect() {
          this.set(queue()[part]);
        },
      });
    gauge('messages', 'Messages that wait for the store, or are on their way to it.');
    gauge('bytes', 'Memory that they hold.');
  }

  /** A transport that is listened on has its rows from the start: an alert on a rate needs the 0 before the 1. */
  begin(transport: Transport): void {
    this.#received.inc({ transport }, 0);
    const reasons = DROP_REASONS.filter(reason =>
      reason === 'cut' ? transport !== 'udp' : transport === 'udp' || !OF_DATAGRAMS.has(reason),
    );
    for (const reason of reasons) this.#dropped.inc({ transport, reason }, 0);
    if (transport === 'udp') return;
    this.#open.set({ transport }, 0);
    for (const outcome of CONNECTION_OUTCOMES) this.#connections.inc({ transport, outcome }, 0);
  }

  countBytes(transport: Transport, bytes: number): void {
    this.#bytes.inc({ transport }, bytes);
  }

  countReceived(transport: Transport, messages: number): void {
    if (messages > 0) this.#received.inc({ transport }, messages);
  }

  countStored(transport: Transport, isDuplicate: boolean): void {
    this.#stored.inc({ transport, outcome: isDuplicate ? 'duplicate' : 'inserted' });
  }

  countRejected(transport: Transport, code: RejectionCode): void {
    this.#rejected.inc({ transport, code });
  }

  countDropped(transport: Transport, reason: DropReason, messages = 1): void {
    if (messages > 0) this.#dropped.inc({ transport, reason }, messages);
  }

  countConnection(transport: Transport, outcome: ConnectionOutcome): void {
    this.#connections.inc({ transport, outcome });
  }

  countOpen(transport: Transport, change: 1 | -1): void {
    this.#open.inc({ transport }, change);
  }
}
