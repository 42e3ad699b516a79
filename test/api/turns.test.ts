/** Turns at the thread: key by key, whatever each sends. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ROUND_RECORDS, Turns } from '../../src/api/turns.ts';

/** Sends batches of a key all at once, and notes whose went. */
function send(turns: Turns, gone: string[], key: string, batches: number, records: number): Promise<unknown> {
  const one = async () => {
    await turns.take(key, records);
    gone.push(key);
  };
  return Promise.all(Array.from({ length: batches }, one));
}

test('a batch goes at once where nobody waits, and small ones go together', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  const sent = send(turns, gone, 'a', 100, 1);
  await Promise.resolve();
  expect(gone).toHaveLength(100);
  await sent;
});

test('one round goes between two looks at the connections', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  const sent = send(turns, gone, 'a', 3, ROUND_RECORDS);
  for (const expected of [1, 2, 3]) {
    await Promise.resolve();
    expect(gone).toHaveLength(expected);
    await setImmediate();
  }
  await sent;
});

test('a key that comes late with one batch waits for two of a key that has sent a hundred', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  const flood = send(turns, gone, 'flood', 100, ROUND_RECORDS);
  await setImmediate();
  await setImmediate();
  const before = gone.length;
  await send(turns, gone, 'sensor', 1, 200);
  expect(gone.indexOf('sensor') - before).toBeLessThanOrEqual(2);
  await flood;
  expect(gone).toHaveLength(101);
});

test('keys have as many records done, not as many batches', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  const large = send(turns, gone, 'large', 20, ROUND_RECORDS);
  const small = send(turns, gone, 'small', 100, ROUND_RECORDS / 8);
  await Promise.all([large, small]);
  // Until the small batches are through, each large one has eight of them beside it.
  const largeBeside = gone.slice(0, gone.lastIndexOf('small')).filter(key => key === 'large').length;
  expect(largeBeside).toBeGreaterThanOrEqual(12);
  expect(largeBeside).toBeLessThanOrEqual(14);
});

test('a key that was idle has no claim to what it did not use', async () => {
  const turns = new Turns();
  const gone: string[] = [];
  await send(turns, gone, 'a', 50, ROUND_RECORDS);
  const both = [send(turns, gone, 'a', 20, ROUND_RECORDS), send(turns, gone, 'b', 20, ROUND_RECORDS)];
  await Promise.all(both);
  const firstHalf = gone.slice(50, 70);
  expect(firstHalf.filter(key => key === 'a').length).toBeGreaterThanOrEqual(9);
  expect(firstHalf.filter(key => key === 'b').length).toBeGreaterThanOrEqual(9);
});
