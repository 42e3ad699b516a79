import { describe, expect, it } from 'vitest';
import type { EntryDraft, LedgerEntry } from '../../../src/domain/ledger.ts';
import type { RecordHead } from '../../../src/domain/stored-record.ts';
import { LedgerState } from '../../../src/services/learning/ledger-state.ts';

const HOUR = 3_600_000;
const HEAD: RecordHead = {
  slice: 10,
  identity: 'a'.repeat(32),
  episode: 'b'.repeat(16),
  kind: 'dns',
  atMs: 10 * HOUR + 5,
  receivedAtMs: 11 * HOUR,
  labelled: false,
  symbols: 3,
};
const NO_LISTS = new Set<string>();

type Act = EntryDraft extends infer D
  ? D extends EntryDraft
    ? Omit<D, 'id' | 'appendedAtMs'> & { id?: string }
    : never
  : never;

function ledgerOf(...acts: Act[]): LedgerState {
  const state = new LedgerState();
  for (const [index, act] of acts.entries()) {
    const number = index + 1;
    state.apply({ id: `e${number}`, appendedAtMs: 0, ...act, number } as LedgerEntry);
  }
  return state;
}

const covering = (label: 'bad' | 'good'): Act => ({
  type: 'mark',
  mark: { label, scope: { type: 'time', fromMs: 10 * HOUR, toMs: 11 * HOUR, where: {} } },
});
const list = (label: 'bad' | 'good', name: string): Act => ({
  type: 'mark',
  mark: { label, scope: { type: 'list', name } },
});
const judged = (label: 'bad' | 'good' | null): Act => ({
  type: 'judge',
  judgements: [{ record: { slice: HEAD.slice, identity: HEAD.identity }, label }],
});

describe('the class of a record', () => {
  it('is none until something decides', () => {
    expect(ledgerOf().rulingOf(HEAD, NO_LISTS)).toEqual({ class: 'none', decidedBy: 0 });
  });

  it('is that of the last mark in force that covers it', () => {
    expect(ledgerOf(covering('bad'), covering('good')).rulingOf(HEAD, NO_LISTS)).toEqual({
      class: 'good',
      decidedBy: 2,
    });
    const retracted = ledgerOf(covering('bad'), covering('good'), { type: 'retract', markId: 'e2' });
    expect(retracted.rulingOf(HEAD, NO_LISTS)).toEqual({ class: 'bad', decidedBy: 1 });
    expect(retracted.rulingOf(HEAD, NO_LISTS, 2)).toEqual({ class: 'good', decidedBy: 2 });
  });

  it('is the judgement of a person before any mark, until it is taken back', () => {
    expect(ledgerOf(judged('good'), covering('bad')).rulingOf(HEAD, NO_LISTS)).toEqual({
      class: 'good',
      decidedBy: 1,
    });
    expect(ledgerOf(judged('good'), covering('bad'), judged(null)).rulingOf(HEAD, NO_LISTS)).toEqual({
      class: 'bad',
      decidedBy: 2,
    });
  });

  it('is good once a horizon has passed both its times, unless it came with a label', () => {
    const at = (horizonMs: number) => ledgerOf({ type: 'baseline', horizonMs });
    expect(at(11 * HOUR - 1).rulingOf(HEAD, NO_LISTS).class).toBe('none');
    expect(at(11 * HOUR).rulingOf(HEAD, NO_LISTS).class).toBe('good');
    expect(at(99 * HOUR).rulingOf({ ...HEAD, labelled: true }, NO_LISTS).class).toBe('none');
  });

  it('keeps the greatest horizon', () => {
    const state = ledgerOf(
      { type: 'baseline', horizonMs: 20 * HOUR },
      { type: 'baseline', horizonMs: 5 * HOUR },
    );
    expect(state.horizonMs()).toBe(20 * HOUR);
    expect(state.horizonMs(0)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('follows a list by the id of its mark, never by name', () => {
    const state = ledgerOf(list('bad', 'alpha'), { type: 'retract', markId: 'e1' }, list('good', 'alpha'));
    expect(state.rulingOf(HEAD, new Set(['e1'])).class).toBe('none');
    expect(state.rulingOf(HEAD, new Set(['e1', 'e3']))).toEqual({ class: 'good', decidedBy: 3 });
    expect(state.findListMark('alpha')?.entry.id).toBe('e3');
  });

  it.each(['bad', 'good'] as const)(
    'knows one list of a name, whatever %s one was appended after it',
    label => {
      const both = [list('bad', 'alpha'), list(label, 'alpha')] as const;
      const state = ledgerOf(...both);
      expect(state.marks().map(({ entry }) => entry.id)).toEqual(['e1']);
      expect(state.isVoid(2)).toBe(true);
      expect(state.rulingOf(HEAD, new Set(['e2'])).class).toBe('none');
      const retracted = ledgerOf(...both, { type: 'retract', markId: 'e1' });
      expect(retracted.findListMark('alpha')).toBeNull();
      expect(retracted.rulingOf(HEAD, new Set(['e2'])).class).toBe('none');
    },
  );

  it('lets lists of other names and windows of time be', () => {
    const state = ledgerOf(list('bad', 'alpha'), list('good', 'beta'), covering('bad'), covering('bad'));
    expect(state.marks()).toHaveLength(4);
  });
});

describe('a generation of tokenizers', () => {
  const tokenizer = (version: number): Act => ({ type: 'tokenizer', version });
  const seal = (slice: number): Act => ({ type: 'seal', slices: [slice] });

  it('begins with an entry that names a higher version, and with no other', () => {
    const state = ledgerOf(tokenizer(1), tokenizer(3), tokenizer(3), tokenizer(2), covering('bad'));
    expect([1, 2, 3, 4].map(number => state.isVoid(number))).toEqual([true, false, true, true]);
    expect([0, 1, 2, 4].map(entry => state.tokenizerAt(entry))).toEqual([1, 1, 3, 3]);
    expect(state.tokenizerAt()).toBe(3);
    expect([1, 2, 5].map(entry => state.generationAt(entry))).toEqual([0, 2, 2]);
  });

  it('takes the place of what was counted of open slices, once it is done', () => {
    const state = ledgerOf(covering('bad'), seal(7), tokenizer(2), seal(8), tokenizer(3));
    const of = (slice: number) => [2, 3, 4, 5].map(upTo => state.generationOf(slice, upTo));
    expect(of(7)).toEqual([0, 0, 0, 0]);
    expect(of(8)).toEqual([0, 3, 3, 3]);
    expect(of(9)).toEqual([0, 3, 3, 5]);
  });
});

describe('entries', () => {
  it('with an id that was there before count for nothing', () => {
    const state = ledgerOf(covering('bad'), { ...covering('good'), id: 'e1' });
    expect(state.isVoid(2)).toBe(true);
    expect(state.rulingOf(HEAD, NO_LISTS).class).toBe('bad');
  });

  it('are applied without gaps only', () => {
    const state = new LedgerState();
    expect(state.apply({ number: 2, id: 'x', appendedAtMs: 0, type: 'baseline', horizonMs: 1 })).toBe(false);
    expect(state.last).toBe(0);
  });

  it('retracted twice stay retracted by the first', () => {
    const state = ledgerOf(
      covering('bad'),
      { type: 'retract', markId: 'e1' },
      { type: 'retract', markId: 'e1' },
    );
    expect(state.findMark('e1')?.retractedBy).toBe(2);
  });
});
