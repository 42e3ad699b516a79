/** What the queue keeps to where the store does not keep to its word. */
import { expect, it } from 'vitest';
import { Pool } from '../../src/api/pool.ts';
import { Intake } from '../../src/syslog/intake.ts';
import type { Message } from '../../src/syslog/message.ts';

const datagram = (text: string): Message => ({
  transport: 'udp',
  sender: '192.0.2.7',
  connection: null,
  bytes: Buffer.from(text),
});

it('a store that rejects costs its batch alone: the room is free again, and the next batch is stored', async () => {
  const defect = new Error('defect');
  const told: unknown[] = [];
  const stored: string[] = [];
  const intake = new Intake({
    async store(batch) {
      const texts = batch.map(({ bytes }) => Buffer.from(bytes).toString());
      if (texts.includes('poison')) throw defect;
      stored.push(...texts);
    },
    room: new Pool(65_536),
    onError: error => told.push(error),
    gatherMs: 1,
  });
  expect(intake.offer(datagram('poison'))).toBe(true);
  await expect.poll(() => intake.held).toEqual({ messages: 0, bytes: 0 });
  expect(told).toEqual([defect]);
  expect(intake.offer(datagram('a'))).toBe(true);
  await intake.close(1_000);
  expect(stored).toEqual(['a']);
  expect(told).toHaveLength(1);
});
