/**
 * From a message to the record that is stored of it, and what makes that known again. No request numbers equal lines here, so
 * (docs/shippers.md tells it to users):
 *
 * - an `event.id` of its own counts as everywhere;
 * - a datagram is sent once, so each is an event of its own, and so is a message without a time, which nothing would tell
 *   from the one of tomorrow;
 * - else it is its line, with its number among equal ones of the connection: what a sender sends again after a break is
 *   stored once. A line that names no host is that of its sender.
 */
import { hash, randomUUID } from 'node:crypto';
import type { Rejection } from '../domain/errors.ts';
import type { Identity } from '../domain/identity.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { Format, ParserContext } from '../ingest/format.ts';
import { readSyslogMessage } from '../ingest/syslog-message.ts';
import { lineDigestOf, lineIdentityOf } from '../services/identity-of.ts';
import type { ReceivedRecord } from '../services/record-session.ts';
import type { Message } from './message.ts';
import { RecentLines } from './recent-lines.ts';

export type ReadMessage = { received: ReceivedRecord } | { rejected: Rejection };

export class MessageReader {
  readonly #format: Format | undefined;
  readonly #recent = new RecentLines();
  /** Of this process: events of another one are others. */
  readonly #run = randomUUID();
  #events = 0;

  /** @param format that messages must have; undefined to have it told by each */
  constructor(format: Format | undefined) {
    this.#format = format;
  }

  /** Once for each message: reading it twice makes two of it. Never throws. */
  read(message: Message, context: ParserContext): ReadMessage {
    const { bytes, sender } = message;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    const read = readSyslogMessage(text, context, this.#format);
    if ('rejected' in read) return read;
    const identity = this.#identityOf(message, read.record);
    // As a relay does that is told no host (RFC 3164, section 4.3.2): else a flood of one sender had many witnesses.
    const record = read.record.hostName === undefined ? { ...read.record, hostName: sender } : read.record;
    return { received: { record, original: bytes, format: read.format, identity } };
  }

  #identityOf(
    { bytes, connection, sender }: Message,
    { eventId, atMs, hostName }: TrafficRecord,
  ): Identity | undefined {
    if (eventId !== undefined) return undefined;
    const line = lineDigestOf(bytes);
    if (connection === null || atMs === undefined) {
      this.#events += 1;
      return digestOf(`${line} ${this.#run} ${this.#events}`);
    }
    const own = hostName === undefined ? digestOf(`${line} ${sender}`) : line;
    return lineIdentityOf(own, this.#recent.next(connection, own));
  }
}

function digestOf(text: string): Identity {
  return hash('sha256', text, 'hex').slice(0, 32);
}
