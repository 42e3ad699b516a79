/**
 * What a record costs to score by how much was learnt, and by how long it is.
 * `npm run bench:growth [largest size, in n-grams]`; the plot in docs/ is made of what it writes (plot-growth.ts).
 * All models are in memory at once and take turns, so that each is read with the caches full of the others.
 */

import { LINE_BYTES_MAX } from '../../src/domain/limits.ts';
import type { Line } from '../../src/ingest/lines.ts';
import type { ServedModel } from '../../src/services/models.ts';
import { type Built, loadBuilt } from './built.ts';
import { costOf } from './cost.ts';
import { DrawnNames } from './drawn-names.ts';
import { inTurn, median, rounded } from './figures.ts';
import { grownModels } from './grown-models.ts';
import { chunksOf } from './in-process.ts';
import { automataBytes, ngramsOf, tableBytes } from './model-bytes.ts';
import { type LabelledName, nameLines } from './names.ts';
import { plotGrowth } from './plot-growth.ts';
import { Report } from './report.ts';
import { CONTEXT } from './stages.ts';

const SEED = 1;
const SIZES = [1e5, 3e5, 1e6, 3e6, 1e7].filter(size => size <= Number(process.argv[2] ?? 1e7));
/** The model that lengths are compared on. */
const LENGTHS_SIZE = 1e6;
const LENGTHS = [10, 25, 50, 100, 150, 200, 250];
const SCORED_NAMES = 40_000;
const SCORED_OF_LENGTH = 8_000;
const ROUNDS = 9;

/** Microseconds of CPU a record: its score alone (evidence and weights), and all from bytes to answer. */
interface Costs {
  score: number[];
  whole: number[];
}

class Path {
  readonly costs: Costs = { score: [], whole: [] };
  readonly #built: Built;
  readonly #served: ServedModel;
  readonly #batches: Line[][];
  readonly #count: number;

  private constructor(built: Built, served: ServedModel, batches: Line[][], count: number) {
    this.#built = built;
    this.#served = served;
    this.#batches = batches;
    this.#count = count;
  }

  static async of(built: Built, model: ServedModel['model'], names: readonly LabelledName[]): Promise<Path> {
    const { Scorer, tokenize, splitLines } = built;
    const { policy } = built.configOf({});
    const served = { model, scorer: new Scorer(model), tokenize, policy, entry: 0, doneTo: 0, loadedAtMs: 0 };
    const batches: Line[][] = [];
    for await (const lines of splitLines(chunksOf(nameLines(names)), LINE_BYTES_MAX)) batches.push(lines);
    return new Path(built, served, batches, names.length);
  }

  async measure(): Promise<void> {
    const observed = this.#batches.map(lines => this.#observe(lines).map(({ observations }) => observations));
    const score = await costOf(async () => {
      for (const observations of observed) this.#served.scorer.scoresOf(observations);
    });
    const whole = await costOf(async () => this.#answer());
    this.costs.score.push((score.cpuSeconds / this.#count) * 1e6);
    this.costs.whole.push((whole.cpuSeconds / this.#count) * 1e6);
  }

  forget(): void {
    this.costs.score.length = 0;
    this.costs.whole.length = 0;
  }

  #observe(lines: readonly Line[]) {
    const { RecordReader, Identities, observeRecord } = this.#built;
    const reader = new RecordReader({
      format: undefined,
      isJson: true,
      lineBytesMax: LINE_BYTES_MAX,
      receivedAtMs: 0,
    });
    const identities = new Identities();
    return reader.read(lines).map(read => {
      if ('rejected' in read) throw new Error(`line ${read.line}: ${read.rejected.detail}`);
      const { received } = read;
      return observeRecord(received, identities.next(received), 0, CONTEXT, this.#served.tokenize);
    });
  }

  #answer(): void {
    const shape = this.#built.linesShape({ minimal: false });
    for (const lines of this.#batches) {
      const results = this.#built.resultsOf(this.#served, this.#observe(lines));
      const text = results.map((result, index) => shape.accepted(index, result)).join('');
      if (Buffer.from(text).length === 0) throw new Error('an answer is empty');
    }
  }
}

/** Measures all in turns, after a round that is forgotten. */
async function measureAll(paths: readonly Path[]): Promise<void> {
  for (let round = -1; round < ROUNDS; round++) {
    await inTurn(
      round,
      paths.map(path => () => path.measure()),
    );
    if (round < 0) for (const path of paths) path.forget();
  }
}

/** How many times dearer than the first one: the median of the rounds' ratios. */
function ratioTo(first: readonly number[] | undefined, costs: readonly number[]): number {
  return median(costs.map((cost, round) => cost / (first?.[round] ?? Number.NaN)));
}

const built = await loadBuilt();
const report = new Report(SEED);
const names = new DrawnNames(SEED);
const grown = grownModels(built, names, SIZES);

const scored = names.next(SCORED_NAMES);
const bySize = await Promise.all(grown.map(({ model }) => Path.of(built, model, scored)));
await measureAll(bySize);
const sizeRows = grown.map(({ model, names: learnt }, index) => {
  const { score = [], whole = [] } = bySize[index]?.costs ?? {};
  const ngrams = ngramsOf(model);
  const ratios = {
    score: ratioTo(bySize[0]?.costs.score, score),
    whole: ratioTo(bySize[0]?.costs.whole, whole),
  };
  const bytes = (automataBytes(model) + tableBytes(model)) / ngrams;
  report.add('score, by n-grams', median(score), 'µs CPU/record', ngrams);
  report.add('bytes to answer, by n-grams', median(whole), 'µs CPU/record', ngrams);
  report.add('score, against the smallest model', ratios.score, '×', ngrams);
  report.add('bytes to answer, against the smallest model', ratios.whole, '×', ngrams);
  report.add('compiled model', bytes, 'bytes/n-gram', ngrams);
  const cells = [
    ngrams.toLocaleString('en'),
    learnt.toLocaleString('en'),
    rounded(median(score)),
    rounded(median(whole)),
  ];
  return `| ${cells.join(' | ')} | ${rounded(ratios.score)} | **${rounded(ratios.whole)}** | ${rounded(bytes)} |`;
});

const ofLengths = grown.find(({ model }) => ngramsOf(model) >= LENGTHS_SIZE) ?? grown.at(-1);
if (ofLengths === undefined) throw new Error('no model was learnt');
const byLength = await Promise.all(
  LENGTHS.map(length => Path.of(built, ofLengths.model, names.ofLength(length, SCORED_OF_LENGTH))),
);
await measureAll(byLength);
const lengthRows = LENGTHS.map((length, index) => {
  const { score = [], whole = [] } = byLength[index]?.costs ?? {};
  report.add('score, by characters', median(score), 'µs CPU/record', length);
  report.add('bytes to answer, by characters', median(whole), 'µs CPU/record', length);
  return `| ${[length, rounded(median(score)), rounded(median(whole)), rounded((median(score) / length) * 1_000)].join(' | ')} |`;
});

report.write('speed-growth', 'Speed by what was learnt and by length', 'npm run bench:growth', [
  `${SCORED_NAMES.toLocaleString('en')} drawn names scored by every model, ${SCORED_OF_LENGTH.toLocaleString('en')} of each length by the one of ${ngramsOf(ofLengths.model).toLocaleString('en')} n-grams; medians of ${ROUNDS} rounds. Budget: at most twice the time from 10⁵ to 10⁷ n-grams, and time in proportion to the length.`,
  '',
  '![cost by n-grams learnt and by length](../../docs/speed-growth.svg)',
  '',
  '| n-grams learnt | names learnt | score (µs CPU) | bytes to answer (µs CPU) | × the smallest, score | × the smallest, bytes to answer | bytes an n-gram |',
  '|---|---|---|---|---|---|---|',
  ...sizeRows,
  '',
  '| characters of the name | score (µs CPU) | bytes to answer (µs CPU) | score, ns a character |',
  '|---|---|---|---|',
  ...lengthRows,
]);
plotGrowth(report.figures);
