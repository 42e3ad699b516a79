/**
 * What attackers do to be missed, or to make others look bad: `npm run bench:adversarial` writes
 * results/accuracy-adversarial.jsonl and .md. Arguments name attacks (padding, repetition, floods, disguises), by prefix, and
 * then nothing is written.
 */
import { IS_WHOLE_RUN, WANTED, writeResults } from '../experiment.ts';
import { meanOf } from '../metrics.ts';
import { FITTED_TASKS } from '../tasks/tasks.ts';
import type { Attack, Finding } from './attack.ts';
import { disguises } from './disguises.ts';
import { floods } from './floods.ts';
import { padding } from './padding.ts';
import { repetition } from './repetition.ts';

const SEEDS = [1, 2];
const ATTACKS: Readonly<Record<string, Attack>> = { padding, repetition, floods, disguises };

/** A figure over the seeds that told it. */
interface Row extends Finding {
  seeds: number[];
  /** Of any seed. */
  highest: number;
}

function rowsOf(attack: Attack): Row[] {
  const bySeed = SEEDS.flatMap(seed => attack(seed).map(finding => ({ seed, finding })));
  const keyOf = ({ attack, task, variant, figure }: Finding) =>
    JSON.stringify([attack, task, variant, figure]);
  return [...new Set(bySeed.map(({ finding }) => keyOf(finding)))].flatMap(key => {
    const own = bySeed.filter(({ finding }) => keyOf(finding) === key);
    const [first] = own;
    const values = own.map(({ finding }) => finding.value);
    return first === undefined
      ? []
      : {
          ...first.finding,
          value: meanOf(values),
          highest: Math.max(...values),
          seeds: own.map(one => one.seed),
        };
  });
}

function lineOf({ value, highest, seeds, ...row }: Row): string {
  const rounded = { value: Number(value.toFixed(4)), highest: Number(highest.toFixed(4)) };
  return JSON.stringify({ ...row, ...rounded, seed: seeds.join(','), node: process.version });
}

/** As it is written: sums that are taken in another order differ in their last bits. */
const holds = ({ value, atMost }: Row) => atMost === undefined || Number(value.toFixed(4)) <= atMost;

function pageOf(rows: readonly Row[]): string {
  const attacks = [...new Set(rows.map(row => row.attack))];
  const barOf = (row: Row) =>
    row.atMost === undefined ? '' : `≤ ${row.atMost}: ${holds(row) ? 'held' : '**not held**'}`;
  const table = (attack: string) => `## ${attack}

| task | how | figure | mean | highest | bar |
| --- | --- | --- | --- | --- | --- |
${rows
  .filter(row => row.attack === attack)
  .map(
    row =>
      `| ${row.task} | ${row.variant} | ${row.figure} | ${row.value.toFixed(3)} | ${row.highest.toFixed(3)} | ${barOf(row)} |`,
  )
  .join('\n')}
`;
  return `# Attacks on the model

Written by \`npm run bench:adversarial\`; each file in bench/accuracy/adversarial says what its attack is. Means over held parts
and two seeds (peers: one), shares or nats; a bar is held by the mean over seeds.

${attacks.map(table).join('\n')}`;
}

if (FITTED_TASKS.every(task => task.available())) {
  const wanted = Object.entries(ATTACKS).filter(
    ([name]) => IS_WHOLE_RUN || WANTED.some(prefix => name.startsWith(prefix)),
  );
  const rows = wanted.flatMap(([, attack]) => {
    const own = rowsOf(attack);
    for (const row of own) console.log(lineOf(row));
    return own;
  });
  writeResults('accuracy-adversarial.jsonl', `${rows.map(lineOf).join('\n')}\n`);
  writeResults('accuracy-adversarial.md', pageOf(rows));
} else {
  console.error('skipped: the developer data are not beside the checkout');
}
