/** What is stored of a message, and what makes it known again; whatever it holds, nothing is thrown. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/syslog/message.ts';
import { MessageReader } from '../../src/syslog/message-reader.ts';
import { NOON_MS } from '../world.ts';
import { message } from './syslog-under-test.ts';

const context = { receivedAtMs: NOON_MS };
const over = (bytes: Uint8Array | string, more: Partial<Message> = {}): Message => ({
  transport: 'tcp',
  sender: '10.0.0.7',
  connection: 1,
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  ...more,
});

/** The identities of messages in turn, numbered in the order in which they were first seen. */
function identitiesOf(...messages: Message[]): number[] {
  const reader = new MessageReader(undefined);
  const identities = messages.map(each => {
    const read = reader.read(each, context);
    if ('rejected' in read) throw new Error(read.rejected.detail);
    return read.received.identity;
  });
  const known = [...new Set(identities)];
  return identities.map(identity => known.indexOf(identity));
}

describe('what makes a message known again', () => {
  const line = message('link down');
  const datagram = { transport: 'udp', connection: null } as const;
  const undated = '<13>fan: stopped';
  const zeek = '{"_path":"dns","ts":1768392001,"uid":"C1","id.orig_h":"10.0.0.7","query":"a.example"}';

  it.each([
    [
      'its line and number on the connection',
      [over(line), over(line), over(line, { connection: 2 })],
      [0, 1, 0],
    ],
    [
      'for a line that names its host, not its sender',
      [over(line), over(line, { sender: '10.0.0.8', connection: 2 })],
      [0, 0],
    ],
    [
      'for one that names no host, its sender too',
      [over(zeek), over(zeek, { connection: 2 }), over(zeek, { sender: '10.0.0.8', connection: 3 })],
      [0, 0, 1],
    ],
    ['nothing, for a datagram', [over(line, datagram), over(line, datagram)], [0, 1]],
    ['nothing, for one without a time', [over(undated), over(undated, { connection: 2 })], [0, 1]],
  ])('is %s', (_what, messages, expected) => {
    expect(identitiesOf(...messages)).toEqual(expected);
  });

  it('is its event.id, where it has one', () => {
    const reader = new MessageReader(undefined);
    const read = reader.read(over('{"event":{"id":"e1"},"message":"x"}', datagram), context);
    expect(read).toMatchObject({ received: { record: { eventId: 'e1' }, identity: undefined } });
  });
});

it('reads any bytes as a record or says why not, and keeps them as they came', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.string({ minLength: 1, unit: 'binary' }).map(text => Buffer.from(`<13>${text}`)),
    fc.json().map(json => Buffer.from(`<13>1 2026-01-15T11:59:00Z h a - - - @cee:${json}`)),
  );
  const reader = new MessageReader(undefined);
  fc.assert(
    fc.property(hostile, bytes => {
      const read = reader.read(over(bytes), context);
      if ('received' in read) {
        expect(read.received.original).toBe(bytes);
        expect(read.received.record.hostName).toBeDefined();
      } else expect(read.rejected.code).toMatch(/^[a-z-]+$/);
    }),
    { numRuns: 500 },
  );
});
