/** What the listeners share: where messages go, who may send, and what is told of both. */
import type { Intake } from './intake.ts';
import type { Transport } from './message.ts';
import type { SyslogMetrics } from './metrics.ts';
import type { Notices } from './notices.ts';
import type { Senders } from './senders.ts';

export interface ListenerParts {
  intake: Intake;
  senders: Senders;
  metrics: SyslogMetrics;
  notices: Notices;
  /** Bytes that a message may have. */
  lineBytesMax: number;
  /** From the first byte of a message to its last, while they are read. */
  messageMs: number;
}

export interface Listener {
  readonly transport: Transport;
  readonly port: number;
  /** Takes nothing more from senders. Resolves when all that had come is in the intake, after `limitMs` at the latest. */
  close(limitMs: number): Promise<void>;
}
