/**
 * What it costs to see what is in a record, by kind and by version of the tokenizers, beside JSON.parse of the same record as
 * ECS: `npx tsx bench/speed/tokenizers.ts`. Records are those of real sensors beside the checkout, and log lines those of the set
 * of logs where that was made (bench/accuracy/log-set). One core, in turn, medians of rounds.
 */

import type { TrafficRecord } from '../../src/domain/record.ts';
import type { Format } from '../../src/ingest/format.ts';
import { hasLogSet, logSetLines } from '../accuracy/log-set/folder.ts';
import { hasSharedData, listSharedData, sharedLines } from '../accuracy/shared-data.ts';
import { loadBuilt } from './built.ts';
import { costOf } from './cost.ts';
import { inTurn, median, rounded } from './figures.ts';
import { Report } from './report.ts';

const SEED = 1;
const RECORDS_MAX = 20_000;
/** Before the rounds that count, so that none is of code that is not compiled yet. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 9;
const COMMAND = 'npx tsx bench/speed/tokenizers.ts';
const RECEIVED_AT_MS = Date.UTC(2030, 0, 1);

const { FORMATS, toEcs, tokenizerOf, TOKENIZER_VERSION } = await loadBuilt();

/** Where records of a kind come from: lines, and the format that they are in. */
interface Source {
  kind: TrafficRecord['kind'];
  format: Format;
  lines: () => string[];
}

/** Lines of the files of a folder whose names begin so; none where the data is absent. */
const shared = (folder: string, start: string) => () =>
  hasSharedData(folder)
    ? listSharedData(folder)
        .filter(name => name.startsWith(start))
        .flatMap(name => sharedLines(`${folder}/${name}`))
    : [];
const DAY = 'breakin-rita-missing-host/2024-04-19';
const SOURCES: readonly Source[] = [
  { kind: 'dns', format: FORMATS['dns-table'], lines: shared('dns', 'browsing-dns.dev.tsv') },
  { kind: 'flow', format: FORMATS['zeek-tsv'], lines: shared(DAY, 'conn.') },
  { kind: 'http', format: FORMATS.combined, lines: shared('http', 'apache_logs.log') },
  { kind: 'log', format: FORMATS.syslog, lines: () => (hasLogSet() ? logSetLines('auth.log') : []) },
];

/** The first records of the source's kind, in the order in which they came: what recurs, recurs as it does in life. */
function recordsOf({ kind, format, lines }: Source): TrafficRecord[] {
  const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
  const records = lines().flatMap(line => {
    const parsed = parser.parse(line);
    return parsed !== null && 'record' in parsed && parsed.record.kind === kind ? [parsed.record] : [];
  });
  return records.slice(0, RECORDS_MAX);
}

const versions = Array.from({ length: TOKENIZER_VERSION }, (_, index) => index + 1);
const tokenizers = versions.map(version => tokenizerOf(version));
const kinds = SOURCES.map(source => {
  const records = recordsOf(source);
  const ecs = records.map(record => JSON.stringify(toEcs(record)));
  const contenders = [
    () => {
      for (const text of ecs) JSON.parse(text);
    },
    ...tokenizers.map(tokenize => () => {
      for (const record of records) tokenize(record);
    }),
  ];
  return {
    kind: source.kind,
    records: records.length,
    contenders,
    costs: contenders.map((): number[] => []),
  };
}).filter(({ kind, records }) => {
  if (records === 0) process.stderr.write(`no records of kind ${kind} are here: it is left out\n`);
  return records > 0;
});

// Kinds take turns, too, so that no tokenizer is compiled for records of one kind, which no site has alone.
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const { records, contenders, costs } of kinds) {
    const measured = contenders.map((run, index) => async () => {
      const { cpuSeconds } = await costOf(async () => run());
      if (round >= 0) costs[index]?.push((cpuSeconds * 1e6) / records);
    });
    await inTurn(round, measured);
  }
}

const report = new Report(SEED);
const rows: string[] = [];
for (const { kind, records, costs } of kinds) {
  const [theirs = [], ...ours] = costs;
  const cells: (string | number)[] = [kind, records, rounded(median(theirs))];
  for (const [index, version] of versions.entries()) {
    const microseconds = ours[index] ?? [];
    const ratio = median(microseconds.map((value, round) => value / (theirs[round] ?? Number.NaN)));
    report.add(`tokenize ${kind}, version ${version}`, median(microseconds), 'µs CPU a record', records);
    report.add(`tokenize ${kind}, version ${version}`, ratio, '× JSON.parse of it as ECS', records);
    cells.push(`${rounded(median(microseconds))} (${rounded(ratio)})`);
  }
  rows.push(`| ${cells.join(' | ')} |`);
}
report.write('speed-tokenizers', 'Speed of tokenizers', COMMAND, [
  `At most ${RECORDS_MAX} records of a kind; µs of CPU a record, in brackets × JSON.parse of it as ECS; medians of ${ROUNDS} rounds in turn.`,
  '',
  `| kind | records | JSON.parse | ${versions.map(version => `version ${version}`).join(' | ')} |`,
  `|---|---|---|${versions.map(() => '---|').join('')}`,
  ...rows,
]);
