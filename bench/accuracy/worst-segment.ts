/**
 * The experiment behind docs/adr/0006: how far the means of the worst segment are drawn to 0. `npx tsx
 * bench/accuracy/worst-segment.ts` writes results/worst-segment.jsonl. Evidence is the product's own but for that one
 * number; for each, weights are fitted anew on the evidence of all tasks here, without a floor but 0.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVIDENCE_KINDS, EvidenceScale, WHOLE_KIND_COUNT } from '../../src/bayes/evidence.ts';
import { KINDS, kindsOf } from '../../src/bayes/fit/evidence-kinds.ts';
import { fitLogistic } from '../../src/bayes/fit/logistic.ts';
import type { CompiledModel } from '../../src/bayes/model.ts';
import { SequenceReader, SUM_COUNT } from '../../src/bayes/sequence.ts';
import { Scorer } from '../../src/bayes/suspicion.ts';
import type { Observations } from '../../src/domain/observation.ts';
import { examplesOf, type HeldFeatures } from './evidence-kinds.ts';
import { learntModel, lessonsOf } from './learnt-model.ts';
import { splitQuality } from './split-quality.ts';
import type { Split } from './task.ts';
import { dnsTunnels } from './tasks/dns-tunnels.ts';
import { generatedDomains, malwareDomains } from './tasks/listed-names.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';

const SEED = 1;
const SHRINKAGES = [0, 2, 4, 8, 16];
const TASKS = [generatedDomains, malwareDomains, dnsTunnels, webAttacks, webAttacksMasked];
const RIDGE = 0.01;

interface Held extends HeldFeatures {
  split: string;
}

/** The worst segments' evidence of a record's texts, by group, with another shrinkage. */
function worstOf(model: CompiledModel, { sequences }: Observations, shrinkage: number): Map<string, number> {
  const worst = new Map<string, number>();
  for (const { field, text } of sequences) {
    const automaton = model.sequences[field];
    if (automaton === undefined) continue;
    const reader = new SequenceReader(field, automaton);
    const scale = new EvidenceScale(automaton, model.parameters.epsilon);
    const kinds = new Float64Array(WHOLE_KIND_COUNT);
    const most = new Float64Array(WHOLE_KIND_COUNT).fill(Number.NEGATIVE_INFINITY);
    for (let segments = reader.read(text), segment = 0; segment < segments; segment++) {
      scale.write(reader.sums, segment * SUM_COUNT, kinds, 0, shrinkage);
      for (const [kind, value] of kinds.entries()) most[kind] = Math.max(most[kind] ?? value, value);
    }
    for (const [kind, value] of most.entries()) {
      const group = `${field}.${EVIDENCE_KINDS[WHOLE_KIND_COUNT + kind]}`;
      worst.set(group, (worst.get(group) ?? 0) + value);
    }
  }
  return worst;
}

/** Evidence of the held records of a split, once for each shrinkage. */
function heldOf(task: string, split: Split): Held[][] {
  const model = learntModel(lessonsOf(split.learn));
  const scorer = new Scorer(model);
  const held = SHRINKAGES.map((): Held[] => []);
  for (const { observations, bad, incident } of lessonsOf(split.held)) {
    const evidence = scorer.evidenceOf(observations);
    for (const [index, shrinkage] of SHRINKAGES.entries()) {
      const features = kindsOf(new Map([...evidence, ...worstOf(model, observations, shrinkage)]));
      held[index]?.push({ task, split: split.name, features, bad, incident });
    }
  }
  return held;
}

const held = SHRINKAGES.map((): Held[] => []);
for (const task of TASKS) {
  if (!task.available()) throw new Error(`the data of ${task.name} are not beside the checkout`);
  for (const split of task.splits(SEED)) {
    for (const [index, some] of heldOf(task.name, split).entries()) held[index]?.push(...some);
  }
}
const lines: string[] = [];
for (const [index, shrinkage] of SHRINKAGES.entries()) {
  const all = held[index] ?? [];
  const fit = fitLogistic(examplesOf(all), {
    prior: KINDS.map(() => 0.2),
    floor: 0,
    ridge: RIDGE,
    intercept: 0,
  });
  for (const { name } of TASKS) {
    const own = all.filter(one => one.task === name);
    const quality = splitQuality(own, fit);
    const rounded = (metric: keyof typeof quality) => Number(quality[metric].toFixed(4));
    const figure = {
      ...{ shrinkage, task: name, auc: rounded('auc') },
      ...{ at1: rounded('detectionAt1Percent'), at01: rounded('detectionAt01Percent') },
      ...{ seed: SEED, node: process.version },
    };
    lines.push(JSON.stringify(figure));
    console.log(lines.at(-1));
  }
}
writeFileSync(join(import.meta.dirname, '../results/worst-segment.jsonl'), `${lines.join('\n')}\n`);
