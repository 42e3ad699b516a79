/** Equal lines of a connection are numbered; those of another one begin anew. */
import { expect, it } from 'vitest';
import { lineDigestOf } from '../../src/services/identity-of.ts';
import { RecentLines } from '../../src/syslog/recent-lines.ts';

const digest = (text: string) => lineDigestOf(Buffer.from(text));

it('numbers equal lines of one connection, and begins anew with another', () => {
  const recent = new RecentLines();
  expect(['a', 'b', 'a', 'a'].map(line => recent.next(1, digest(line)))).toEqual([0, 0, 1, 2]);
  expect(['a', 'a'].map(line => recent.next(2, digest(line)))).toEqual([0, 1]);
  expect(recent.next(1, digest('a'))).toBe(3);
});

it('remembers what came within half of the lines that it holds, and forgets what is older', () => {
  const recent = new RecentLines(100);
  for (let at = 0; at < 1_000; at++) {
    // A line and, forty lines later, its equal.
    expect(recent.next(1, digest(`line ${at}`))).toBe(0);
    if (at >= 20) expect(recent.next(1, digest(`line ${at - 20}`)), `line ${at}`).toBe(1);
  }
  const before = new RecentLines(100);
  before.next(1, digest('x'));
  for (let at = 0; at < 49; at++) before.next(1, digest(`${at}`));
  expect(before.next(1, digest('x'))).toBe(1);
  for (let at = 0; at < 1_000; at++) before.next(1, digest(`${at}`));
  expect(before.next(1, digest('x'))).toBe(0);
});
