/**
 * Floods of one source. *Beacon*: the same name again and again in what is marked. *Good side*: names of the very tool that is
 * used later, for a day before, which time makes good. *Bad side*: everyday names in what is marked, so that good
 * traffic looks bad.
 */
import { EPISODE_MS } from '../../../src/domain/identity.ts';
import { thresholdOf } from '../../../src/domain/policy.ts';
import { DAY_MS } from '../../../src/domain/time.ts';
import { COSTS } from '../calibrated-stream.ts';
import { lessonsOf } from '../learnt-model.ts';
import { sampled, seededRandom, shuffled } from '../seeded.ts';
import { fittedScorer } from '../systems/bayeswatch.ts';
import type { Case, Split, Task } from '../task.ts';
import { dnsTunnels } from '../tasks/dns-tunnels.ts';
import { nameRecord } from '../tasks/good-names.ts';
import { generatedDomains } from '../tasks/listed-names.ts';
import { alarmThreshold, type Finding, isBad, isGood, logitsOf, shareAbove } from './attack.ts';

const FLOODER = 'flooder';
const STARTS_AT_MS = Date.UTC(2026, 0, 5);
const BEACONS = [1, 10, 1_000];
const FLOODS = [100, 1_000, 10_000];
/** The score from which the default costs alarm. */
const ALARM = thresholdOf(COSTS);
/** Different names among the everyday ones. */
const EVERYDAY_NAMES = 200;

/** Cases again and again from one source, evenly over a day. */
function flooded(cases: readonly Case[], label: Case['label'], incident: string, records: number): Case[] {
  return Array.from({ length: records }, (_, index): Case[] => {
    const one = cases[index % cases.length];
    const atMs = STARTS_AT_MS + Math.floor((index / records) * DAY_MS);
    return one === undefined
      ? []
      : [{ record: one.record, label, incident, witness: { source: FLOODER, atMs } }];
  }).flat();
}

function beaconCases(records: number): Case[] {
  return Array.from({ length: records }, (_, index) => ({
    record: nameRecord('beat.innocent-vendor.example'),
    label: 'bad',
    incident: 'beacon',
    witness: { source: FLOODER, atMs: STARTS_AT_MS + Math.floor((index / records) * (EPISODE_MS - 1)) },
  }));
}

function beaconFindings(task: Task, split: Split, seed: number): Finding[] {
  const logits = BEACONS.map(records => {
    const scorer = fittedScorer(lessonsOf([...split.learn, ...beaconCases(records)]), seed);
    return logitsOf(scorer, [...beaconCases(1), ...split.held]);
  });
  const [once = []] = logits;
  return BEACONS.slice(1).map((records, index) => {
    const moves = once.map((z, at) => Math.abs(z - (logits[index + 1]?.[at] ?? Number.NaN)));
    return {
      attack: 'flood of a beacon',
      task: task.name,
      variant: `${records} times in five minutes`,
      figure: 'z of any held record or the beacon moves, most',
      value: Math.max(...moves),
      unit: 'nats',
      atMost: 0,
    };
  });
}

function goodSideFindings(task: Task, split: Split, seed: number): Finding[] {
  const bad = shuffled(split.held.filter(isBad), seededRandom(seed));
  const [shown, kept] = [bad.slice(0, bad.length / 2), bad.slice(bad.length / 2)];
  const good = split.held.filter(isGood);
  return [0, ...FLOODS].map((records): Finding => {
    const flood = flooded(shown, 'good', 'flood', records);
    const scorer = fittedScorer(lessonsOf([...split.learn, ...flood]), seed);
    const value = shareAbove(logitsOf(scorer, kept), alarmThreshold(logitsOf(scorer, good)));
    return {
      attack: 'flood of the good side',
      task: task.name,
      variant: `${records} records of a tool not marked yet, ${split.name}`,
      figure: 'detection of its other records',
      value,
      unit: 'share',
    };
  });
}

function badSideFindings(task: Task, split: Split, seed: number): Finding[] {
  const everyday = sampled(split.learn.filter(isGood), EVERYDAY_NAMES, seededRandom(seed));
  const [bad, good] = [split.held.filter(isBad), split.held.filter(isGood)];
  return [0, ...FLOODS].flatMap((records): Finding[] => {
    const flood = flooded(everyday, 'bad', 'flood', records);
    const scorer = fittedScorer(lessonsOf([...split.learn, ...flood]), seed);
    // By scores, not by z: alarms go by them, and a fit moves what z means.
    const alarmed = (cases: readonly Case[]) =>
      shareAtLeast(
        scorer.scoresOf(lessonsOf(cases).map(({ observations }) => observations)).map(({ score }) => score),
        ALARM,
      );
    const common = {
      attack: 'flood of the bad side',
      task: task.name,
      variant: `${records} records of ${EVERYDAY_NAMES} everyday names, ${split.name}`,
      unit: 'share',
    } as const;
    return [
      { ...common, figure: `good that score ${ALARM} or more`, value: alarmed(good) },
      { ...common, figure: 'those names themselves', value: alarmed(everyday) },
      {
        ...common,
        figure: 'detection at 1 %',
        value: shareAbove(logitsOf(scorer, bad), alarmThreshold(logitsOf(scorer, good))),
      },
    ];
  });
}

const shareAtLeast = (scores: readonly number[], least: number) =>
  scores.filter(score => score >= least).length / scores.length;

export function floods(seed: number): Finding[] {
  return [dnsTunnels, generatedDomains].flatMap(task => {
    const split = task.splits(seed)[0];
    if (split === undefined) return [];
    return [beaconFindings, goodSideFindings, badSideFindings].flatMap(of => of(task, split, seed));
  });
}
