/**
 * Whether countries and autonomous systems do harm (docs/adr/0020): there is no database beside the captures, so the first bits
 * of a public IPv4 address stand in for its country, and more of them for its system. Both are coarser than the network that is
 * seen anyway, as the real ones are, and no more: what these find says little about what those would.
 * `npx tsx bench/accuracy/places.ts` writes results/places.jsonl.
 */
import type { CategoryObservation } from '../../src/domain/observation.ts';
import { addressClassOf } from '../../src/tokenize/address.ts';
import { FIXED_ROWS } from '../../src/tokenize/fields/fixed.ts';
import { type FixedContext, fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { experiment } from './experiment.ts';
import { heldQuality, type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf } from './metrics.ts';
import type { Case, Task } from './task.ts';
import { NEXT_HOSTS } from './tasks/next-host.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

const SEEDS = [1, 2, 3];

/** Bits of an address that stand in for its country, and for its system. */
const GRAINS = { fine: [8, 16], coarse: [4, 8] } as const;
type Grain = keyof typeof GRAINS;

function bitsOf(ip: string, bits: number): number | undefined {
  if (addressClassOf(ip)?.token !== 'public-v4') return undefined;
  const [first = 0, second = 0] = ip.split('.').map(Number);
  return (first * 256 + second) >> (16 - bits);
}

function standInsOf(grain: Grain): FixedContext {
  const [ofCountry, ofSystem] = GRAINS[grain];
  return {
    ...localClock('UTC'),
    countryOf: ip => bitsOf(ip, ofCountry)?.toString(),
    asnOf: ip => bitsOf(ip, ofSystem),
  };
}

const ROWS = FIXED_ROWS.filter(({ field }) => /\.(?:geo|as)\./.test(field));

/** What each variant sees of places. */
const VARIANTS: Readonly<Record<string, (field: string) => boolean>> = {
  none: () => false,
  plain: field => !field.includes('|'),
  'plain, country given source': field => field !== 'destination.as.number|source.ip',
  'plain, system given source': field => field !== 'destination.geo.country_iso_code|source.ip',
  all: () => true,
};

interface Placed {
  lesson: Lesson;
  places: CategoryObservation[];
}

function placedOf(cases: readonly Case[], standIns: FixedContext): Placed[] {
  const lessons = lessonsOf(cases);
  return cases.flatMap(({ record }, index) => {
    const lesson = lessons[index];
    const places = fixedObservationsOf(record, standIns, ROWS);
    return lesson === undefined ? [] : [{ lesson, places }];
  });
}

function seenBy(placed: readonly Placed[], sees: (field: string) => boolean): Lesson[] {
  return placed.map(({ lesson, places }) => {
    const categories = [...lesson.observations.categories, ...places.filter(({ field }) => sees(field))];
    return { ...lesson, observations: { ...lesson.observations, categories } };
  });
}

function linesOf(task: Task): string[] {
  return (Object.keys(GRAINS) as Grain[]).flatMap(grain => linesOfGrain(task, grain));
}

function linesOfGrain(task: Task, grain: Grain): string[] {
  const standIns = standInsOf(grain);
  const splits = SEEDS.flatMap(seed => task.splits(seed)).map(({ learn, held }) => ({
    learnt: placedOf(learn, standIns),
    held: placedOf(held, standIns),
  }));
  return Object.entries(VARIANTS).map(([variant, sees]) => {
    const qualities = splits.map(({ learnt, held }) => heldQuality(seenBy(learnt, sees), seenBy(held, sees)));
    const mean = (metric: 'auc' | 'detectionAt1Percent' | 'detectionAt01Percent') =>
      Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
    return JSON.stringify({
      ...{ task: task.name, grain, variant, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ at01: mean('detectionAt01Percent'), seeds: SEEDS, node: process.version },
    });
  });
}

experiment('places.jsonl', [...WRONG_HOSTS, ...NEXT_HOSTS], linesOf);
