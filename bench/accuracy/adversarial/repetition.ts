/**
 * Repetition: what a record gains by saying the same k times. Of a category token; of a segment of its text (its longest label
 * or parameter); of the label or parameter that the site knows best as good.
 */
import { lessonsOf } from '../learnt-model.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { fittedScorer } from '../systems/bayeswatch.ts';
import type { Case, Task } from '../task.ts';
import { dnsTunnels } from '../tasks/dns-tunnels.ts';
import { httpParameters } from '../tasks/http-parameters.ts';
import { generatedDomains } from '../tasks/listed-names.ts';
import { alarmThreshold, type Finding, isBad, isGood, logitsOf, quantile, shareAbove } from './attack.ts';
import { segmentsOf, withSegments } from './texts.ts';

/** How often; a record holds it once before. */
const TIMES = [2, 4, 16];
/** Records of each class. */
const CASES = 300;
/** Nats that z may move. */
const MOVE_MAX = 0.5;

/** The segment that most good cases hold. */
function commonSegment(cases: readonly Case[]): string {
  const counts = new Map<string, number>();
  for (const segment of cases.flatMap(one => [...new Set(segmentsOf(one))])) {
    counts.set(segment, (counts.get(segment) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'www';
}

const longestOf = (segments: readonly string[]) => [...segments].sort((a, b) => b.length - a.length)[0];

function findingsOf(task: Task, seed: number): Finding[] {
  const split = task.splits(seed)[0];
  if (split === undefined) return [];
  const random = seededRandom(seed);
  const scorer = fittedScorer(lessonsOf(split.learn), seed);
  const common = commonSegment(split.learn.filter(isGood));
  const held = [isBad, isGood].flatMap(isWanted => sampled(split.held.filter(isWanted), CASES, random));
  const badCount = held.filter(isBad).length;
  const threshold = alarmThreshold(logitsOf(scorer, split.held.filter(isGood)));
  const first = held.map(one => withSegments(one, [common]));
  const again = (segment: string | undefined, times: number): string[] =>
    segment === undefined ? [] : new Array<string>(times - 1).fill(segment);
  return TIMES.flatMap(times => {
    const lessons = lessonsOf(held);
    const tokens = lessons.map(({ observations }) => {
      const categories = Array.from({ length: times }, () => observations.categories).flat();
      const shape = Array.from({ length: times }, () => observations.shape).flat();
      return scorer.logitOf({ ...observations, categories, shape });
    });
    const moves = {
      'every category and shape token': [logitsOf(scorer, held), tokens],
      'its own longest segment': [
        logitsOf(scorer, held),
        logitsOf(
          scorer,
          held.map(one => withSegments(one, again(longestOf(segmentsOf(one)), times))),
        ),
      ],
      "the site's commonest segment": [
        logitsOf(scorer, first),
        logitsOf(
          scorer,
          first.map(one => withSegments(one, again(common, times))),
        ),
      ],
    };
    return Object.entries(moves).flatMap(([what, [before = [], after = []]]): Finding[] => {
      const distances = before.map((z, index) => Math.abs(z - (after[index] ?? Number.NaN)));
      const found = (logits: readonly number[]) => shareAbove(logits.slice(0, badCount), threshold);
      const base = { attack: 'repetition', task: task.name, variant: `${what}, ${times} times` } as const;
      return [
        { ...base, figure: 'z moves, median', value: quantile(distances, 0.5), unit: 'nats' },
        { ...base, figure: 'z moves, most', value: quantile(distances, 1), unit: 'nats', atMost: MOVE_MAX },
        { ...base, figure: 'fall of detection', value: found(before) - found(after), unit: 'share' },
      ];
    });
  });
}

export function repetition(seed: number): Finding[] {
  return [generatedDomains, dnsTunnels, httpParameters].flatMap(task => findingsOf(task, seed));
}
