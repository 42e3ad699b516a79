/** Which calibration is learnt from how much, and what weighs how much in it. */
import { describe, expect, it } from 'vitest';
import { calibrationOf, calibrationSamplesOf } from '../../../src/bayes/fit/calibration.ts';
import { heldRecords } from '../calibrations.ts';

describe('calibrationOf', () => {
  it.each([
    { bad: 29, good: 500, incidents: 5, method: 'conformal' },
    { bad: 29, good: 199, incidents: 5, method: undefined },
    { bad: 30, good: 500, incidents: 5, method: 'platt' },
    { bad: 30, good: 29, incidents: 5, method: undefined },
    { bad: 200, good: 500, incidents: 5, method: 'platt' },
    { bad: 201, good: 500, incidents: 5, method: 'venn-abers' },
    { bad: 201, good: 500, incidents: 4, method: 'platt' },
    { bad: 201, good: 500, incidents: 1, senders: 2, method: 'conformal' },
    { bad: 201, good: 199, incidents: 1, senders: 2, method: undefined },
    { bad: 0, good: 200, incidents: 0, senders: 2, method: 'conformal' },
    { bad: 0, good: 199, incidents: 0, senders: 2, method: undefined },
    { bad: 0, good: 500, incidents: 0, senders: 1, method: undefined },
    { bad: 1, good: 500, incidents: 1, senders: 2, method: 'conformal' },
    { bad: 1, good: 500, incidents: 1, senders: 1, method: undefined },
    { bad: 0, good: 0, incidents: 0, method: undefined },
  ])(
    'is $method for $bad bad episodes of $incidents incidents and $good good',
    ({ bad, good, incidents, senders = incidents, method }) => {
      const calibration = calibrationOf(heldRecords(bad, good, incidents, senders));
      expect(calibration?.method).toBe(method);
      if (calibration !== undefined)
        expect(calibration.learntFrom).toMatchObject({ badEpisodes: bad, goodEpisodes: good, incidents });
    },
  );

  it('keeps the curve where many episodes tell little: each incident is unlike the others', () => {
    const held = heldRecords(500, 500).map(one =>
      one.bad ? { ...one, evidence: one.evidence + 10 * Number(one.incident.slice(-1)) } : one,
    );
    const calibration = calibrationOf(held);
    expect(calibration?.method).toBe('platt');
    expect(calibration?.learntFrom.independentBadEpisodes).toBeLessThan(6);
  });

  it('lets a curve take its own form from ten independent episodes on', () => {
    const learntOf = (nats: number) => {
      const unlike = heldRecords(500, 500, 8, 5).map(one =>
        one.bad ? { ...one, evidence: one.evidence + nats * Number(one.incident.slice(9)) } : one,
      );
      const { method, learntFrom } = calibrationOf(unlike) ?? {};
      return [method, Math.floor(learntFrom?.independentBadEpisodes ?? Number.NaN)];
    };
    expect([0.9, 1].map(learntOf)).toEqual([
      ['venn-abers', 10],
      ['platt', 9],
    ]);
  });

  it('of the good alone is as sure as its senders are many, where each is unlike the others', () => {
    const alike = heldRecords(0, 500);
    const unlike = alike.map(one => ({
      ...one,
      evidence: one.evidence + 10 * Number(one.incident.slice(-1)),
    }));
    const independentOf = (held: typeof alike) => {
      const calibration = calibrationOf(held);
      return calibration?.method === 'conformal'
        ? calibration.learntFrom.independentGoodEpisodes
        : Number.NaN;
    };
    expect(independentOf(alike)).toBe(500);
    expect(independentOf(unlike)).toBeLessThan(6);
  });

  it('counts episodes, not records', () => {
    const records = heldRecords(29, 100).flatMap(one => [one, one, one]);
    expect(calibrationOf(records)).toBeUndefined();
    expect(calibrationSamplesOf(records).learntFrom.badEpisodes).toBe(29);
  });

  it('is the same for any order', () => {
    const held = heldRecords(60, 100);
    const one = calibrationOf(held);
    const other = calibrationOf([...held].reverse());
    expect(one?.method === 'platt' && other?.method === 'platt').toBe(true);
    if (one?.method !== 'platt' || other?.method !== 'platt') return;
    expect(other.slope).toBeCloseTo(one.slope, 9);
    expect(other.intercept).toBeCloseTo(one.intercept, 9);
  });
});

describe('weights', () => {
  const record = (evidence: number, incident: string, episode: string) => ({
    ...{ evidence, incident, episode },
    bad: true,
  });
  const weightsOf = (held: ReturnType<typeof record>[]) =>
    calibrationSamplesOf(held).samples.map(({ weight }) => Number(weight.toFixed(9)));

  it('are the same for every incident, and within it for every episode', () => {
    // Means 1 and 3 (s² = 2), all four values around 2: σ² = 2, so n = I·σ²/s² = 2 and each incident weighs 1.
    const held = [record(0, 'a', '1'), record(2, 'a', '2'), record(2, 'b', '3'), record(4, 'b', '4')];
    expect(weightsOf(held)).toEqual([0.5, 0.5, 0.5, 0.5]);
    const doubled = [...held, record(2, 'b', '3'), record(4, 'b', '4')];
    expect(weightsOf(doubled)).toEqual([0.5, 0.5, 0.25, 0.25, 0.25, 0.25]);
  });

  it('of incidents that look alike sum to their episodes, of such that do not to their number', () => {
    const alike = ['a', 'b'].flatMap(incident =>
      [0, 1, 2].map(evidence => record(evidence, incident, incident + evidence)),
    );
    expect(weightsOf(alike).reduce((sum, weight) => sum + weight)).toBeCloseTo(6, 9);
    const unlike = ['a', 'b'].flatMap((incident, at) =>
      [0, 1, 2].map(place => record(100 * at, incident, incident + place)),
    );
    expect(weightsOf(unlike).reduce((sum, weight) => sum + weight)).toBeCloseTo(2, 6);
  });
});
