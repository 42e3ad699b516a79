/**
 * What scores of good traffic come to where known hosts do new things every day: `npx tsx bench/accuracy/known-senders.ts` writes
 * results/known-senders.jsonl. Made traffic without any habit, two hundred hosts that ask one resolver for thirty names and go to
 * twenty servers at random, so that what a host never did before tells nothing; held are later records of these hosts, and of new
 * ones. Nothing is marked, or command channels of break-ins. Told by the calibration of a site, and by one of models that
 * never saw the sender of what they are asked for, with the weights that sites are born with.
 */
import { calibrationOf } from '../../src/bayes/fit/calibration.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { writeResults } from './experiment.ts';
import { heldRecordsOf } from './held-records.ts';
import { learntModel, lessonsOf, PARAMETERS } from './learnt-model.ts';
import { meanOf } from './metrics.ts';
import { SHIPPED_BOUNDS, sampleOf } from './sample-of.ts';
import { seededRandom } from './seeded.ts';
import type { Case } from './task.ts';
import { commandChannels } from './tasks/command-channels.ts';

const SEEDS = [1, 2, 3];
const LEARNT = 6_000;
const HELD = 4_000;
const DAY_MS = 86_400_000;
const BEGIN_MS = Date.UTC(2026, 0, 5);

/** @param hostOf an address, of a random number in [0, 1) */
function traffic(count: number, day: number, random: () => number, hostOf: (at: number) => string): Case[] {
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const ip = hostOf(random());
    const atMs = BEGIN_MS + day * DAY_MS + below(DAY_MS / 2);
    const record: TrafficRecord =
      below(10) < 8
        ? {
            ...{ kind: 'dns', source: { ip }, destination: { ip: '10.0.0.1', port: 53 } },
            dns: { question: { name: `h${below(30)}.example.com`, type: 'A' } },
          }
        : {
            ...{ kind: 'flow', source: { ip, bytes: 100 + below(5_000) }, network: { transport: 'tcp' } },
            destination: { ip: `93.184.216.${1 + below(20)}`, port: 443, bytes: 1_000 + below(50_000) },
          };
    return { record, label: 'good', incident: `host ${ip}`, witness: { source: ip, atMs } };
  });
}

const known = (at: number) => `10.1.0.${1 + Math.floor(at * 200)}`;
const unknown = (at: number) => `10.77.${Math.floor(at * 200)}.${Math.floor((at * 50_000) % 250)}`;

interface Figures {
  /** Of scores of good records. */
  mean: number;
  above: number;
}

function figuresOf(seed: number): Map<string, Figures> {
  const random = seededRandom(seed);
  const good = traffic(LEARNT, 0, random, known);
  const later = { known: traffic(HELD, 1, random, known), new: traffic(HELD, 1, random, unknown) };
  const marked = commandChannels.available()
    ? (commandChannels.splits(seed)[0]?.learn ?? []).filter(({ label }) => label === 'bad')
    : [];
  const figures = new Map<string, Figures>();
  for (const [marks, bad] of Object.entries({ none: [], 'command channels': marked })) {
    const lessons = lessonsOf([...good, ...bad]);
    const sample = sampleOf(lessons, SHIPPED_BOUNDS, seed);
    for (const way of ['as it looks worse', 'without their sender'] as const) {
      const { records, unknownThreat } = heldRecordsOf(sample, seed, way);
      const calibration = calibrationOf(records, bad.length);
      const scorer = new Scorer(learntModel(lessons, { ...PARAMETERS, unknownThreat, calibration }));
      for (const [hosts, cases] of Object.entries(later)) {
        const scores = scorer
          .scoresOf(lessonsOf(cases).map(one => one.observations))
          .map(({ score }) => score);
        const above = scores.filter(score => score > 0.1).length / scores.length;
        figures.set([marks, hosts, way, calibration?.method].join(), { mean: meanOf(scores), above });
      }
    }
  }
  return figures;
}

const bySeed = SEEDS.map(figuresOf);
const lines = [...(bySeed[0]?.keys() ?? [])].map(key => {
  const [marks, hosts, told, method] = key.split(',');
  const mean = (name: keyof Figures) =>
    Number(meanOf(bySeed.map(figures => figures.get(key)?.[name] ?? Number.NaN)).toPrecision(3));
  return JSON.stringify({
    ...{ marks, hosts, good: told, method, score: mean('mean'), above10Percent: mean('above') },
    ...{ baseRate: PARAMETERS.baseRate, seeds: SEEDS, node: process.version },
  });
});
for (const line of lines) console.log(line);
writeResults('known-senders.jsonl', `${lines.join('\n')}\n`);
