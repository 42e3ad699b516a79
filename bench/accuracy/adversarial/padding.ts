/**
 * Padding: a bad name or query with fifty benign characters more, which begin fifty n-grams of each length, from labels or
 * parameters that the site knows as good. *At random*: any. *Chosen*: of many, those which this very model likes best, as
 * one who holds a copy of it would choose.
 */
import { lessonsOf } from '../learnt-model.ts';
import { meanOf } from '../metrics.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { fittedScorer } from '../systems/bayeswatch.ts';
import { fisherRobinson } from '../systems/fisher-robinson.ts';
import { logisticTokens } from '../systems/logistic-regression.ts';
import { multinomial } from '../systems/multinomial.ts';
import type { System } from '../systems/system.ts';
import type { Case, Split, Task } from '../task.ts';
import { dnsTunnels } from '../tasks/dns-tunnels.ts';
import { httpParameters } from '../tasks/http-parameters.ts';
import { generatedDomains } from '../tasks/listed-names.ts';
import { webAttacksMasked } from '../tasks/web-attacks.ts';
import { alarmThreshold, type Finding, isBad, isGood, logitsOf, quantile, shareAbove } from './attack.ts';
import { segmentsOf, withSegments } from './texts.ts';

const CHARACTERS = 50;
/** Bad cases of a part, paddings among which one chooses, and cases by which. */
const CASES = 300;
const CHOICES = 32;
const TRIALS = 30;
/** How much detection may fall. */
const FALL_MAX = 0.05;
const SYSTEMS: readonly System[] = [multinomial, fisherRobinson, logisticTokens];

const textOf = (segments: readonly string[]) => segments.join('.');

/** Segments of at least fifty characters together, drawn from those of good cases. */
export function paddingOf(segments: readonly string[], random: () => number): string[] {
  const padding: string[] = [];
  while (textOf(padding).length < CHARACTERS) {
    padding.push(segments[Math.floor(random() * segments.length)] ?? 'www');
  }
  return padding;
}

/** Shares of the bad that are found: plain, and padded. */
interface Found {
  system: string;
  variant: string;
  plain: number;
  padded: number;
}

function foundOf(split: Split, seed: number, withPeers: boolean): Found[] {
  const random = seededRandom(seed);
  const segments = split.learn.filter(isGood).flatMap(segmentsOf);
  const bad = sampled(split.held.filter(isBad), CASES, random);
  const good = split.held.filter(isGood);
  const learnt = lessonsOf(split.learn);
  const scorer = fittedScorer(learnt, seed);
  const threshold = alarmThreshold(logitsOf(scorer, good));
  const paddings = Array.from({ length: CHOICES }, () => paddingOf(segments, random));
  const paddedBy = (padding: readonly string[], cases: readonly Case[]) =>
    cases.map(one => withSegments(one, padding));
  const trials = bad.slice(0, TRIALS);
  const likings = paddings.map(padding => meanOf(logitsOf(scorer, paddedBy(padding, trials))));
  const chosen = paddings[likings.indexOf(quantile(likings, 0))] ?? [];
  const atRandom = bad.map(one => withSegments(one, paddingOf(segments, random)));
  const plain = shareAbove(logitsOf(scorer, bad), threshold);
  const ours = [
    { variant: 'at random', padded: atRandom },
    { variant: 'chosen', padded: paddedBy(chosen, bad) },
  ].map(({ variant, padded }) => ({
    ...{ system: 'bayeswatch', variant, plain },
    padded: shareAbove(logitsOf(scorer, padded), threshold),
  }));
  const peers = SYSTEMS.filter(system => withPeers && system.missing?.() === undefined).map(system => {
    const all = lessonsOf([...good, ...bad, ...atRandom]).map(one => one.observations);
    const { scores } = system.scoresOf(learnt, all, seed);
    const limit = alarmThreshold(scores.slice(0, good.length));
    return {
      ...{ system: system.name, variant: 'at random' },
      plain: shareAbove(scores.slice(good.length, good.length + bad.length), limit),
      padded: shareAbove(scores.slice(good.length + bad.length), limit),
    };
  });
  return [...ours, ...peers];
}

function findingsOf(task: Task, seed: number): Finding[] {
  const parts = task.splits(seed).map(split => foundOf(split, seed, seed === 1));
  return (parts[0] ?? []).flatMap(({ system, variant }, index): Finding[] => {
    const mean = (of: 'plain' | 'padded') => meanOf(parts.map(part => part[index]?.[of] ?? Number.NaN));
    const common = { attack: 'padding', task: task.name, variant: `${variant}, ${system}` };
    const [plain, padded] = [mean('plain'), mean('padded')];
    return [
      { ...common, figure: 'detection before', value: plain, unit: 'share' },
      {
        ...{ ...common, figure: 'fall of detection', value: plain - padded, unit: 'share' },
        ...(system === 'bayeswatch' && variant === 'at random' && { atMost: FALL_MAX }),
      },
    ];
  });
}

export function padding(seed: number): Finding[] {
  return [generatedDomains, dnsTunnels, webAttacksMasked, httpParameters].flatMap(task =>
    findingsOf(task, seed),
  );
}
