/** When age is worth a word: by the half-life, in either direction. */
import { expect, it } from 'vitest';
import { AgeNotes, ageNoteOf, weightlessAfterDays } from '../../src/cli/age-note.ts';

const noteOf = (model: object, from: string, to = from) =>
  ageNoteOf({ halfLifeDays: 30, ...model }, { fromMs: Date.parse(from), toMs: Date.parse(to) });
const learnt = { oldestDay: '2026-10-01', newestDay: '2026-11-22' };

it('weighs a hundredth after 6.64 half-lives', () => {
  expect(2 ** (-weightlessAfterDays(30) / 30)).toBeCloseTo(0.01, 12);
});

it.each([
  [learnt, '2015-05-17T10:00:00Z', '11 years older than the newest learnt'],
  [learnt, '2026-01-22T10:00:00Z', '9 months older'],
  [{ ...learnt, halfLifeDays: 3 }, '2026-10-22T10:00:00Z', '30 days older'],
  [{ ...learnt, newestDay: '2015-05-17' }, '2026-11-22T00:00:00Z', '11 years newer than all that was learnt'],
])('of %j, records of %s: %s', (model, at, sentence) => {
  expect(noteOf(model, at)).toContain(sentence);
});

it.each([
  [learnt, '2026-11-21T10:00:00Z'],
  [learnt, '2026-06-01T10:00:00Z'],
  [{ ...learnt, halfLifeDays: 10_000 }, '2015-05-17T10:00:00Z'],
  [{ ...learnt, halfLifeDays: null }, '2015-05-17T10:00:00Z'],
  [{}, '2015-05-17T10:00:00Z'],
])('of %j, records of %s: nothing', (model, at) => {
  expect(noteOf(model, at)).toBeNull();
});

it('goes by the end of a stretch that is old, and by the begin of one that is new', () => {
  expect(noteOf(learnt, '2015-01-01T00:00:00Z', '2026-11-22T00:00:00Z')).toBeNull();
  expect(
    noteOf({ ...learnt, newestDay: '2015-01-02' }, '2015-01-01T00:00:00Z', '2030-01-01T00:00:00Z'),
  ).toBeNull();
});

it('is told once of each kind, whatever came between', () => {
  const notes = new AgeNotes();
  const next = (model: object, at: string) =>
    notes.next({ halfLifeDays: 30, ...model }, { fromMs: Date.parse(at), toMs: Date.parse(at) });
  const newest = { newestDay: '2020-01-01' };
  expect(next(newest, '2010-01-01T00:00:00Z')).toContain('older than the newest learnt');
  expect(next(newest, '2026-01-01T00:00:00Z')).toContain('newer than all that was learnt before');
  expect(next(newest, '2010-01-02T00:00:00Z')).toBeNull();
  expect(next(newest, '2020-01-02T00:00:00Z')).toBeNull();
  expect(notes.more).toBe(1);
});
