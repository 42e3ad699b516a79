/** How much the unknown threat is trusted: by what it finds of incidents that were held, as far as they are many. */
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
  it('weighs each share by what it finds', () => {
    // One incident is above the good by marks, and no more once strangeness counts a quarter; the other is never found.
    const samples = SAMPLES.map(sample =>
      sample.bad ? { ...sample, incident: sample.incident < 'i5' ? 'known' : 'hidden' } : sample,
    );
    const known = samples.map(({ bad, incident }) => (bad && incident === 'known' ? 0 : -99));
    const strange = samples.map(({ bad }) => (bad ? -99 : 1.5));
    const heavy = Math.exp(10);
    const tried = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99].map(share => ({
      ...{ share, weight: share * (1 - share) * (share > 0.1 ? 1 : heavy) },
    }));
    const expected =
      tried.reduce((sum, { share, weight }) => sum + share * weight, 0) /
      tried.reduce((sum, { weight }) => sum + weight, 0);
    expect(unknownShareOf(samples, known, strange)).toBeCloseTo(expected, 12);
    expect(expected).toBeCloseTo(0.078, 4);
  });

  it('is low where the marks find what there is, high where they mislead and strangeness finds it', () => {
    const telling = each(({ bad }) => (bad ? 5 : -5));
    const noise = each((_, index) => index % 7);
    expect(unknownShareOf(SAMPLES, telling, noise)).toBeLessThan(0.25);
    const misleading = each(({ bad }, index) => (bad ? -4 : index % 20 === 0 ? 3 : -3));
    const strange = each(({ bad }) => (bad ? 3 : 0));
    expect(unknownShareOf(SAMPLES, misleading, strange)).toBeGreaterThan(0.8);
  });

  it('is one half where any share finds as much, and is moved from there the more the more incidents tell', () => {
    const telling = each(({ bad }) => (bad ? 5 : -5));
    expect(unknownShareOf(SAMPLES, telling, telling)).toBeCloseTo(0.5, 12);
    // One record of ten in each incident is found by strangeness alone, and stands behind a few of the good for small shares.
    const known = each(({ bad }, index) => (bad ? (index < 10 ? -9 : 9) : -((index % 50) / 10)));
    const strange = each(({ bad }, index) => (bad ? (index < 10 ? 1 : 9) : -9));
    const dealtTo = (incidents: number) =>
      unknownShareOf(
        SAMPLES.map((sample, index) =>
          sample.bad ? { ...sample, incident: `i${index % incidents}` } : sample,
        ),
        known,
        strange,
      ) ?? Number.NaN;
    const [two, five, ten] = [dealtTo(2), dealtTo(5), dealtTo(10)];
    expect(two).toBeGreaterThan(0.5);
    expect(five).toBeGreaterThan(two);
    expect(ten).toBeGreaterThan(five);
  });

  it('goes by both sums at one level', () => {
    const known = each(({ bad, incident }) => (bad && incident < 'i5' ? -4 : -8));
    const strange = each(({ bad, incident }, index) => (bad && incident >= 'i5' ? 4 : index % 3));
    // As they come, the merely strange stand above what the marks tell, by any share; at one level small shares find both halves.
    expect(unknownShareOf(SAMPLES, known, strange)).toBeCloseTo(0.5, 12);
    expect(unknownShareOf(SAMPLES, known, strange, -6)).toBeLessThan(0.4);
  });

  it('is not told without both classes, nor below two incidents', () => {
    const known = each(() => 0);
    expect(unknownShareOf(SAMPLES.slice(0, 100), known.slice(0, 100), known.slice(0, 100))).toBeUndefined();
    expect(unknownShareOf(SAMPLES.slice(100), known.slice(100), known.slice(100))).toBeUndefined();
    const ofOne = SAMPLES.map(sample => (sample.bad ? { ...sample, incident: 'i0' } : sample));
    expect(unknownShareOf(ofOne, known, known)).toBeUndefined();
  });
});
