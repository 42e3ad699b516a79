/** How much the unknown threat is trusted: as little as finds what there is to find. */
import { describe, expect, it } from 'vitest';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { unknownShareOf } from '../../../src/bayes/fit/unknown-share.ts';

const OBSERVATIONS = { sequences: [], shape: [], categories: [] };

/** Ten incidents of ten records each, then a thousand good ones. */
const SAMPLES: FitSample[] = [
  ...Array.from({ length: 100 }, (_, index) => ({
    ...{ bad: true, incident: `i${index % 10}`, episode: `b${index}`, observations: OBSERVATIONS },
  })),
  ...Array.from({ length: 1_000 }, (_, index) => ({
    ...{ bad: false, incident: `g${index % 40}`, episode: `g${index}`, observations: OBSERVATIONS },
  })),
];

function each(nats: (sample: FitSample, index: number) => number): number[] {
  return SAMPLES.map(nats);
}

describe('unknownShareOf', () => {
  it('is 0 where the marks find what there is', () => {
    const known = each(({ bad }) => (bad ? 5 : -5));
    expect(
      unknownShareOf(
        SAMPLES,
        known,
        each((_, index) => index % 7),
      ),
    ).toBe(0);
    expect(unknownShareOf(SAMPLES, known, known)).toBe(0);
  });

  it('is high where the marks mislead and strangeness finds what there is', () => {
    const misleading = each(({ bad }, index) => (bad ? -4 : index % 20 === 0 ? 3 : -3));
    const strange = each(({ bad }) => (bad ? 3 : 0));
    expect(unknownShareOf(SAMPLES, misleading, strange)).toBeGreaterThanOrEqual(0.5);
  });

  it('is the least that finds as much where some incidents are known and some strange', () => {
    const known = each(({ bad, incident }) => (bad && incident < 'i5' ? 8 : -8));
    const strange = each(({ bad, incident }, index) => (bad && incident >= 'i5' ? 6 : -(index % 3)));
    expect(unknownShareOf(SAMPLES, known, strange)).toBe(0.1);
  });

  it('is 0 where all that strangeness finds is less than a two-hundredth', () => {
    const samples = [
      ...Array.from({ length: 4 }, () => SAMPLES.slice(0, 100)).flat(),
      ...SAMPLES.slice(100),
    ].map((sample, index) => ({ ...sample, episode: `episode ${index}` }));
    const shareWhere = (strangeRecords: number) =>
      unknownShareOf(
        samples,
        samples.map(({ bad }, index) => (bad && index >= strangeRecords ? 9 : (index % 97) / 97)),
        samples.map((_, index) => (index < strangeRecords ? 9 : -5)),
      );
    // Of four hundred bad records one, and four.
    expect([shareWhere(0), shareWhere(1), shareWhere(4)]).toEqual([0, 0, 0.1]);
  });

  it('is what tells the classes apart where what is found with few false alarms says nothing', () => {
    // Of two incidents one stands above all, and the other is far below the good by its marks and a little above them by strangeness.
    const samples = SAMPLES.map(sample =>
      sample.bad ? { ...sample, incident: sample.incident < 'i5' ? 'plain' : 'hidden' } : sample,
    );
    const isHidden = ({ bad, incident }: FitSample) => bad && incident === 'hidden';
    const known = samples.map((sample, index) =>
      isHidden(sample) ? -10 : sample.bad ? 14 : index % 10 === 0 ? 9 : -5 - (index % 7),
    );
    const strangeBy = (nats: number) =>
      samples.map((sample, index) => (isHidden(sample) ? nats : sample.bad ? 14 : index % 10 === 0 ? 9 : -1));
    expect(unknownShareOf(samples, known, strangeBy(3))).toBeGreaterThan(0);
    // Where strangeness tells no more than the marks do, marks are trusted.
    expect(unknownShareOf(samples, known, known)).toBe(0);
  });

  it('is not told without both classes', () => {
    const known = each(() => 0);
    expect(unknownShareOf(SAMPLES.slice(0, 100), known.slice(0, 100), known.slice(0, 100))).toBeUndefined();
    expect(unknownShareOf(SAMPLES.slice(100), known.slice(100), known.slice(100))).toBeUndefined();
  });
});
