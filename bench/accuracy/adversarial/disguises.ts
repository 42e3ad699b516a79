/**
 * Disguises: letters that look alike (Cyrillic; of names in their ASCII form, as they are asked for), case at random, and in
 * requests letters written as %xx. None of these changes what a person reads, or what a server does with case or %xx.
 */
import { lessonsOf } from '../learnt-model.ts';
import { meanOf } from '../metrics.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { fittedScorer } from '../systems/bayeswatch.ts';
import type { Split, Task } from '../task.ts';
import { dnsTunnels } from '../tasks/dns-tunnels.ts';
import { httpParameters } from '../tasks/http-parameters.ts';
import { generatedDomains } from '../tasks/listed-names.ts';
import { webAttacksMasked } from '../tasks/web-attacks.ts';
import { alarmThreshold, type Finding, isBad, isGood, logitsOf, shareAbove } from './attack.ts';
import { rewritten } from './texts.ts';

const CASES = 300;
/** Of the letters that could be, so many are disguised. */
const SHARE = 0.5;
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' },
};

type Rewrite = (text: string, random: () => number) => string;

function byCharacter(disguised: (character: string) => string): Rewrite {
  return (text, random) =>
    [...text].map(character => (random() < SHARE ? disguised(character) : character)).join('');
}

const DISGUISES: Readonly<Record<string, Rewrite>> = {
  case: byCharacter(character => character.toUpperCase()),
  'look-alikes': byCharacter(character => LOOK_ALIKES[character] ?? character),
  'letters as %xx': byCharacter(character =>
    /[a-z]/i.test(character) ? `%${character.charCodeAt(0).toString(16)}` : character,
  ),
};

/** Shares of the bad that are found: as they are, then by each disguise. */
function foundOf(split: Split, seed: number): number[] {
  const random = seededRandom(seed);
  const scorer = fittedScorer(lessonsOf(split.learn), seed);
  const threshold = alarmThreshold(logitsOf(scorer, split.held.filter(isGood)));
  const bad = sampled(split.held.filter(isBad), CASES, random);
  const rewrites: Rewrite[] = [text => text, ...Object.values(DISGUISES)];
  return rewrites.map(rewrite => {
    const disguised = bad.map(one => rewritten(one, text => rewrite(text, random)));
    return shareAbove(logitsOf(scorer, disguised), threshold);
  });
}

function findingsOf(task: Task, seed: number): Finding[] {
  const parts = task.splits(seed).map(split => foundOf(split, seed));
  const mean = (index: number) => meanOf(parts.map(part => part[index] ?? Number.NaN));
  const isOfNames = task === dnsTunnels || task === generatedDomains;
  return Object.keys(DISGUISES).flatMap((variant, index): Finding[] => {
    if (isOfNames && variant === 'letters as %xx') return [];
    const common = { attack: 'disguise', task: task.name, variant, unit: 'share' } as const;
    return [
      { ...common, figure: 'detection before', value: mean(0) },
      { ...common, figure: 'fall of detection', value: mean(0) - mean(index + 1) },
    ];
  });
}

export function disguises(seed: number): Finding[] {
  return [generatedDomains, dnsTunnels, webAttacksMasked, httpParameters].flatMap(task =>
    findingsOf(task, seed),
  );
}
