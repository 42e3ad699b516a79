/**
 * What a new segment costs a node that follows a large model: compiling it from nothing, beside compiling with the fields of
 * before, where the segment is of the large field and where it is of another one. `npx tsx bench/speed/follow.ts [sizes …]`.
 */
import type { CompiledFields } from '../../src/bayes/compiled-fields.ts';
import type { SettledCounts } from '../../src/bayes/settled-counts.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import { type Built, loadBuilt } from './built.ts';
import { costOf } from './cost.ts';
import { DrawnNames } from './drawn-names.ts';
import { inTurn, median, rounded, thousands } from './figures.ts';
import { ngramsIn } from './grown-models.ts';
import { Report } from './report.ts';

const SEED = 1;
const ROUNDS = 5;
const SEGMENT_RECORDS = 1_000;
const SEGMENTS_A_DAY = 10;
const HALF_LIFE_DAYS = 30;
const FIRST_DAY = 20_000;
const SIZES = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e6, 3e6];
const MADE = { id: '0'.repeat(32), entry: 1 };

function segmentOf(built: Built, day: number, names: DrawnNames, recordOf: (name: string) => TrafficRecord) {
  const counter = new built.EpisodeCounter();
  for (const { name, label } of names.next(SEGMENT_RECORDS)) {
    counter.beginEpisode(day);
    counter.addRecord(built.tokenize(recordOf(name)), 'none', label);
    counter.endEpisode();
  }
  return counter.finish().counts;
}

const question = (name: string): TrafficRecord => ({ kind: 'dns', dns: { question: { name } } });
const message = (text: string): TrafficRecord => ({ kind: 'log', message: text });

const built = await loadBuilt();
const parameters = {
  ...built.modelParametersOf(built.configOf({}).policy, TOKENIZER_VERSION),
  halfLifeDays: HALF_LIFE_DAYS,
};
const names = new DrawnNames(SEED);
const settled: SettledCounts = new built.SettledCounts(HALF_LIFE_DAYS);
const kept: CompiledFields = new built.CompiledFields();
const report = new Report(SEED);
const rows: string[] = [];
let segments = 0;
const dayOfLast = () => FIRST_DAY + Math.floor((segments - 1) / SEGMENTS_A_DAY);

for (const size of SIZES) {
  while (ngramsIn(settled) < size) {
    segments++;
    settled.addSegment(segmentOf(built, dayOfLast(), names, question));
  }
  built.compileModel(settled, parameters, MADE, kept);
  const seconds = { anew: [] as number[], sameField: [] as number[], otherField: [] as number[] };
  const compile = async (into: number[], fields?: CompiledFields) => {
    const cost = await costOf(async () => {
      built.compileModel(settled, parameters, MADE, fields);
    });
    into.push(cost.cpuSeconds);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await inTurn(round, [
      () => compile(seconds.anew),
      () => {
        settled.addSegment(segmentOf(built, dayOfLast(), names, question));
        return compile(seconds.sameField, kept);
      },
      () => {
        // What a round before left uncompiled is not this segment's.
        built.compileModel(settled, parameters, MADE, kept);
        settled.addSegment(segmentOf(built, dayOfLast(), names, message));
        return compile(seconds.otherField, kept);
      },
    ]);
  }
  const ngrams = ngramsIn(settled);
  const cells = Object.entries(seconds).map(([name, values]) => {
    report.add(`compile ${name}, ${size} n-grams`, median(values), 's CPU', ngrams);
    return rounded(median(values));
  });
  rows.push(`| ${thousands(ngrams)} | ${cells.join(' | ')} |`);
}
report.write('speed-follow', 'Speed of following a model', 'npx tsx bench/speed/follow.ts', [
  `CPU seconds to compile after a segment of ${SEGMENT_RECORDS} records, medians of ${ROUNDS} rounds in turn. Counts of ${SEGMENTS_A_DAY} segments a day, half-life ${HALF_LIFE_DAYS} days.`,
  '',
  '| n-grams | from nothing | after a segment of the same field | after one of another field |',
  '|---|---|---|---|',
  ...rows,
]);
