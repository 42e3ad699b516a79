/**
 * What a floor takes from large models, and what it costs to see that beforehand: `npx tsx bench/speed/pruning.ts [sizes …]`.
 * Names are drawn, so the share that is kept is that of a stream whose names mostly come once; docs/adr/0014-pruning.md has
 * real ones.
 */
import type { CompiledModel } from '../../src/bayes/model.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { loadBuilt } from './built.ts';
import { costOf } from './cost.ts';
import { DrawnNames } from './drawn-names.ts';
import { inTurn, median, rounded, thousands } from './figures.ts';
import { grow, ngramsIn } from './grown-models.ts';
import { automataBytes, ngramsOf, tableBytes } from './model-bytes.ts';
import { Report } from './report.ts';

const SEED = 1;
const ROUNDS = 5;
const FLOORS = [0, 2, 5];
const SCORED_NAMES = 20_000;
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e6, 1e7];

const built = await loadBuilt();
const shipped = built.modelParametersOf(built.configOf({}).policy, TOKENIZER_VERSION);
const names = new DrawnNames(SEED);
const settled = new built.SettledCounts();
const report = new Report(SEED);
const rows: string[] = [];
let learnt = 0;

for (const size of SIZES) {
  learnt += grow(built, settled, names, size);
  const ngrams = ngramsIn(settled);
  const scored = names
    .next(SCORED_NAMES)
    .map(({ name }) => built.tokenize({ kind: 'dns', dns: { question: { name } } }));
  const floors = FLOORS.map(floor => ({
    ...{ floor, preview: [] as number[], compile: [] as number[], score: [] as number[] },
    models: [] as CompiledModel[],
  }));
  const secondsOf = async (work: () => unknown) => (await costOf(async () => work())).cpuSeconds;
  for (let round = 0; round < ROUNDS; round++) {
    await inTurn(
      round,
      floors.map(({ floor, preview, compile, score, models }) => async () => {
        const parameters = { ...shipped, pruneBelow: floor > 0 ? floor : undefined };
        preview.push(await secondsOf(() => built.pruningBy(settled, floor)));
        const made = { id: String(floor), entry: learnt };
        compile.push(
          await secondsOf(() => models.splice(0, 1, built.compileModel(settled, parameters, made))),
        );
        const [model] = models;
        if (model === undefined) throw new Error('no model was compiled');
        const scorer = new built.Scorer(model);
        score.push(await secondsOf(() => scorer.scoresOf(scored)));
      }),
    );
  }
  for (const { floor, preview, compile, score, models } of floors) {
    const [model] = models as [CompiledModel];
    const mebibytes = (automataBytes(model) + tableBytes(model)) / 2 ** 20;
    const told: [string, number, string][] = [
      ['n-grams kept', (100 * ngramsOf(model)) / ngrams, '%'],
      ['compiled model', mebibytes, 'MiB'],
      ['preview', median(preview), 's CPU'],
      ['compile', median(compile), 's CPU'],
      ['score', (1e6 * median(score)) / SCORED_NAMES, 'µs CPU a name'],
    ];
    for (const [name, value, unit] of told) report.add(`${name}, floor ${floor}`, value, unit, ngrams);
    rows.push(`| ${thousands(ngrams)} | ${floor} | ${told.map(([, value]) => rounded(value)).join(' | ')} |`);
  }
}
report.write('speed-pruning', 'Speed of pruning', 'npx tsx bench/speed/pruning.ts', [
  `Medians of ${ROUNDS} rounds in turn; ${thousands(learnt)} drawn names learnt for the largest.`,
  '',
  '| n-grams | floor | kept, % | MiB | preview, s CPU | compile, s CPU | score, µs CPU a name |',
  '|---|---|---|---|---|---|---|',
  ...rows,
]);
