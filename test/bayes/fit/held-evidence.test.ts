/** Good records count as they look worse: as of a sender that is new, or as of one whose habits are known. */
import { describe, expect, it } from 'vitest';
import { crossFitted, foldOfEach } from '../../../src/bayes/fit/cross-fitted.ts';
import { KINDS } from '../../../src/bayes/fit/evidence-kinds.ts';
import type { FitSample } from '../../../src/bayes/fit/fit-sample.ts';
import { heldEvidence } from '../../../src/bayes/fit/held-evidence.ts';
import { PARAMETERS } from '../learnt.ts';

const SENDERS = 20;
const EPISODES = 30;

/** Each sender goes to one port of two; the first one once to another. */
function samples(): FitSample[] {
  const good = Array.from({ length: SENDERS }, (_, sender) =>
    Array.from({ length: EPISODES }, (_, index): FitSample => {
      const isOdd = sender === 0 && index === 0;
      const port = String(isOdd ? 1 : sender % 2);
      return {
        ...{ bad: false, incident: `sender ${sender}`, episode: `${sender} ${index}` },
        observations: {
          sequences: [],
          shape: [],
          categories: [
            { field: 'destination.port', token: port },
            { field: 'destination.port|source.ip', token: `${port} given ${sender}` },
          ],
        },
      };
    }),
  ).flat();
  const bad = ['a', 'b'].map(
    (incident): FitSample => ({
      ...{ bad: true, incident, episode: incident },
      observations: { sequences: [], shape: [], categories: [{ field: 'destination.port', token: '4444' }] },
    }),
  );
  return [...bad, ...good];
}

describe('heldEvidence', () => {
  const all = samples();
  const folds = foldOfEach(all, 1) ?? [];
  const evidence = heldEvidence(all, PARAMETERS, folds, 1);
  const inContext = KINDS.indexOf('conditional_surprise');

  it('tells of the good what goes against the habits of their sender', () => {
    const odd = all.findIndex(({ episode }) => episode === '0 0');
    expect(crossFitted(all, PARAMETERS, folds)[odd]?.[inContext]).toBe(0);
    expect(evidence[odd]?.[inContext]).toBeGreaterThan(1);
  });

  it('tells of the bad, and of the good where that is worse, what nobody has seen of their like', () => {
    const bySender = crossFitted(all, PARAMETERS, folds);
    expect(evidence.slice(0, 2)).toEqual(bySender.slice(0, 2));
    const usual = all.findIndex(({ episode }) => episode === '2 5');
    expect(evidence[usual]).toEqual(bySender[usual]);
  });

  it('is the same in any order', () => {
    const reversed = [...all].reverse();
    const other = heldEvidence(reversed, PARAMETERS, foldOfEach(reversed, 1) ?? [], 1);
    expect(other.reverse()).toEqual(evidence);
  });
});
