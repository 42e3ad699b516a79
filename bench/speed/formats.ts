/**
 * What reading a line costs in each format, beside JSON.parse of the same record as ECS: `npx tsx bench/speed/formats.ts`. The
 * lines are those of the fixtures, over and over, the hostile ones left out. One core, in turn, medians of rounds.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Format } from '../../src/ingest/format.ts';
import { loadBuilt } from './built.ts';
import { costOf } from './cost.ts';
import { inTurn, median, rounded } from './figures.ts';
import { Report } from './report.ts';

const SEED = 1;
const LINES = 20_000;
const ROUNDS = 7;
const FIXTURES = join(import.meta.dirname, '../../test/fixtures/ingest');
/** After every date in the fixtures. */
const RECEIVED_AT_MS = Date.UTC(2030, 0, 1);
/** Names of cases that no sensor sends. */
const isHostile = (name: string) => /hostile|broken|bad|reject/.test(name);

/** A file of one format, cut into lines, as often as makes LINES of them. */
interface Sample {
  format: Format;
  files: string[][];
}

function sampleOf(format: Format): Sample {
  const folder = join(FIXTURES, format.name);
  const files = readdirSync(folder)
    .filter(name => !isHostile(name))
    .map(name => readFileSync(join(folder, name, 'input.log'), 'utf8').split('\n'));
  return { format, files };
}

const { FORMATS, toEcs } = await loadBuilt();
const report = new Report(SEED);
const rows: string[] = [];
for (const format of Object.values(FORMATS)) {
  const { files } = sampleOf(format);
  const read = files.map(lines => ({ lines, records: 0 }));
  const ecs: string[] = [];
  for (const file of read) {
    const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
    for (const line of file.lines) {
      const parsed = parser.parse(line);
      if (parsed === null || 'rejected' in parsed) continue;
      file.records++;
      ecs.push(JSON.stringify(toEcs(parsed.record)));
    }
  }
  const records = read.reduce((sum, file) => sum + file.records, 0);
  if (records === 0) throw new Error(`no record is in the fixtures of ${format.name}`);
  const times = Math.ceil(LINES / records);
  const ours: number[] = [];
  const theirs: number[] = [];
  const parse = async (into: number[]) => {
    const cost = await costOf(async () => {
      for (let round = 0; round < times; round++) {
        for (const { lines } of read) {
          const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
          for (const line of lines) parser.parse(line);
        }
      }
    });
    into.push((cost.cpuSeconds * 1e6) / (times * records));
  };
  const parseJson = async (into: number[]) => {
    const cost = await costOf(async () => {
      for (let round = 0; round < times; round++) for (const text of ecs) JSON.parse(text);
    });
    into.push((cost.cpuSeconds * 1e6) / (times * records));
  };
  await parse([]);
  await parseJson([]);
  for (let round = 0; round < ROUNDS; round++)
    await inTurn(round, [() => parse(ours), () => parseJson(theirs)]);
  const ratio = median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
  report.add(`parse ${format.name}`, median(ours), 'µs CPU a record', records * times);
  report.add(`parse ${format.name}`, ratio, '× JSON.parse of it as ECS', records * times);
  rows.push(
    `| ${[format.name, records, rounded(median(ours)), rounded(median(theirs)), rounded(ratio)].join(' | ')} |`,
  );
}
report.write('speed-formats', 'Speed of formats', 'npx tsx bench/speed/formats.ts', [
  `${LINES} records of each format, read from lines to records, checks and all; medians of ${ROUNDS} rounds in turn. The lines are those of the fixtures, opened anew for each file, with their headers.`,
  '',
  '| format | lines of fixtures | µs CPU a record | JSON.parse of it as ECS | ratio |',
  '|---|---|---|---|---|',
  ...rows,
]);
