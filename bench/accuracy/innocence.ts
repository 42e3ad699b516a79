/**
 * The experiment behind docs/adr/0021: what evidence for the good is worth that is held against marked threats alone.
 * `npx tsx bench/accuracy/innocence.ts` writes results/innocence.jsonl. For each pair of credits (evidence.ts) the weights are fitted
 * anew, once on all tasks and once without the capture that is then judged, as a threat is that nobody has seen.
 */
import { CORE_CREDIT, LIKELIHOOD_CREDIT } from '../../src/bayes/evidence.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import type { Fit } from '../../src/bayes/fit/logistic.ts';
import { writeResults } from './experiment.ts';
import { fitOf, fitWithout, heldOf } from './shipped-weights.ts';
import { type HeldOfSplit, splitQuality } from './split-quality.ts';

const SEEDS = [1, 2, 3];
/** What counts of likelihood, and of the traits of cores, where they speak for the good. */
const CREDITS: readonly (readonly [number, number])[] = [
  [1, 1],
  [0.5, 1],
  [1, 0.25],
  [0.5, 0.5],
  [LIKELIHOOD_CREDIT, CORE_CREDIT],
  [0.25, 0.25],
  [0, 0],
];
const TASKS = [
  'dns-tunnels',
  'generated-domains',
  'malware-domains',
  'web-attacks',
  'web-attacks-no-user-agent',
  'http-parameters',
];

const LIKELIHOOD = KINDS.indexOf('likelihood');
const CORE = KINDS.indexOf('core');

/** Kinds, and behind them what was counted of likelihood and of cores where they speak for the good. */
function withInnocence(evidence: ReadonlyMap<string, number>): Float64Array {
  let likelihood = 0;
  for (const [group, nats] of evidence) if (group.endsWith('.likelihood')) likelihood += Math.min(0, nats);
  const core = Math.min(0, evidence.get('core') ?? 0);
  return Float64Array.of(...kindsOf(evidence), likelihood, core);
}

/** The same records, as if other credits had been given. */
function credited(held: readonly HeldOfSplit[], likelihoodCredit: number, coreCredit: number): HeldOfSplit[] {
  return held.map(one => {
    const features = one.features.slice(0, KINDS.length);
    const [likelihood = 0, core = 0] = one.features.subarray(KINDS.length);
    features[LIKELIHOOD] =
      (features[LIKELIHOOD] as number) + (likelihoodCredit / LIKELIHOOD_CREDIT - 1) * likelihood;
    features[CORE] = (features[CORE] as number) + (coreCredit / CORE_CREDIT - 1) * core;
    return { ...one, features };
  });
}

function qualityBy(held: readonly HeldOfSplit[], fit: Fit) {
  const { auc, detectionAt1Percent, detectionAt01Percent } = splitQuality(held, fit);
  const rounded = (figure: number) => Number(figure.toFixed(4));
  return { auc: rounded(auc), at1: rounded(detectionAt1Percent), at01: rounded(detectionAt01Percent) };
}

const [marked, unmarked] = [
  heldOf(false, SEEDS, withInnocence),
  heldOf(true, SEEDS.slice(0, 1), withInnocence),
];
const lines: string[] = [];
for (const [likelihood, core] of CREDITS) {
  const held = credited(marked, likelihood, core);
  const alone = credited(unmarked, likelihood, core);
  const fit = fitOf(held, alone);
  for (const task of TASKS) {
    const own = held.filter(one => one.task === task);
    if (own.length === 0) continue;
    const without = fitWithout(task, held, alone);
    const figures = { fitted: qualityBy(own, fit), leftOut: qualityBy(own, without) };
    lines.push(
      JSON.stringify({ task, credit: { likelihood, core }, ...figures, seeds: SEEDS, node: process.version }),
    );
    console.log(lines.at(-1));
  }
}
writeResults('innocence.jsonl', `${lines.join('\n')}\n`);
