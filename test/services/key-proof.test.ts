import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { KeyProofs, keyProofOf } from '../../src/services/key-proof.ts';

const PEPPER = 'ab'.repeat(32);
const MADE = `bw_abcdefghijkl_${'a2'.repeat(16)}`;
const CHOSEN = 'correct horse battery staple';
const hmac = (text: string) => createHmac('sha256', PEPPER).update(text).digest('hex');

it('finds a key that was made by the id in its text, and a chosen one by an id of its own', () => {
  expect(keyProofOf(PEPPER, MADE)).toEqual({ id: 'abcdefghijkl', hash: hmac(MADE) });
  expect(keyProofOf(PEPPER, CHOSEN)).toEqual({
    id: `c${hmac(`id ${CHOSEN}`).slice(0, 11)}`,
    hash: hmac(CHOSEN),
  });
});

it('says of a text that comes again, or after more others than are kept, what it said at first', () => {
  const proofs = new KeyProofs(PEPPER);
  for (const text of [MADE, CHOSEN, MADE, CHOSEN]) expect(proofs.of(text)).toEqual(keyProofOf(PEPPER, text));
  for (let other = 0; other < 10_001; other++) proofs.of(`wrong ${other}`);
  expect(proofs.of(MADE)).toEqual(keyProofOf(PEPPER, MADE));
});

it('tells texts apart that differ in one character', () => {
  const proofs = new KeyProofs(PEPPER);
  expect(proofs.of(`${MADE.slice(0, -1)}3`).hash).not.toBe(proofs.of(MADE).hash);
});
