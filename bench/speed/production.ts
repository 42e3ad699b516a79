/**
 * What the shape of production costs beside the embedded one: scoring and storing over REST with one and two api processes,
 * learning a window with one and two workers, each process' CPU time by itself. `npm run bench:production [records stored]`.
 *
 * Everything runs on one machine, which has fewer cores than processes: so rates on the wall tell how the shapes compare
 * here, and CPU time a record tells what more machines would do (docs/scaling.md).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBuilt } from './built.ts';
import { DrawnNames } from './drawn-names.ts';
import { rounded, thousands } from './figures.ts';
import { FIRST_AT_MS, type LabelledName, nameLines, STEP_MS, sensorLines } from './names.ts';
import { Report } from './report.ts';
import { openEmbedded, openProduction, type Shape } from './shape.ts';
import { chunksOf, PARTS, POSTED_RECORDS, post, type Step, stepOf } from './shape-work.ts';

const SEED = 1;
const RECORDS = Number(process.argv[2] ?? 60_000);
const SCORED_RECORDS = 200_000;
/** Of each site; a stretch of as many before it warms the program up. */
const WINDOW_RECORDS = 5_000;
/** Learnt before, so that there is a model to score by. */
const LEARNT_NAMES = 2_000;

interface MeasuredStep extends Step {
  name: string;
  title: string;
  /** Of the records that it is about. */
  count: number;
}

async function learnWindow(server: Shape['apis'][number]['a'], first: number): Promise<void> {
  const { id } = await server.model();
  const [fromMs, toMs] = [first, first + WINDOW_RECORDS].map(record => FIRST_AT_MS + record * STEP_MS);
  await server.untilApplied(await server.mark(fromMs ?? 0, toMs ?? 0));
  await server.untilModelIsNot(id);
}

/** Half of the records are of one site, half of the other: two workers have something to do. */
async function measure(shape: Shape): Promise<MeasuredStep[]> {
  const names = new DrawnNames(SEED);
  const [api] = shape.apis;
  if (api === undefined) throw new Error('a shape without an api');
  const corpus = names.next(LEARNT_NAMES);
  for (const site of ['a', 'b'] as const) await api[site].learn(corpus);
  const half = Math.ceil(RECORDS / 2);
  const score = (count: number) => post(shape, '/v1/score', 'a', chunksOf(count, names, nameLines));
  await score(SCORED_RECORDS);
  const scored = await stepOf(shape, () => score(SCORED_RECORDS));
  const linesOf = (some: LabelledName[], first: number) => sensorLines(some, FIRST_AT_MS + first * STEP_MS);
  const stored = await stepOf(shape, async () => {
    for (const site of ['a', 'b'] as const)
      await post(shape, '/v1/records', site, chunksOf(half, names, linesOf));
  });
  const learnBoth = (first: number) => Promise.all([learnWindow(api.a, first), learnWindow(api.b, first)]);
  await learnBoth(0);
  const learnt = await stepOf(shape, () => learnBoth(WINDOW_RECORDS));
  return [
    { name: 'score', title: 'score', count: SCORED_RECORDS, ...scored },
    { name: 'store', title: 'score and store', count: 2 * half, ...stored },
    { name: 'learn', title: 'learn a window of each of two sites', count: 2 * WINDOW_RECORDS, ...learnt },
  ];
}

const SHAPES: readonly ((folder: string) => Promise<Shape>)[] = [
  openEmbedded,
  () => openProduction(1, 1),
  () => openProduction(2, 2),
];
const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await loadBuilt();
  const report = new Report(SEED);
  const rows: string[] = [];
  const sizes: string[] = [];
  for (const open of SHAPES) {
    const shape = await open(mkdtempSync(join(scratch, 'data-')));
    try {
      for (const { name, title, count, seconds, cpu } of await measure(shape)) {
        const what = `${name}: ${shape.name}`;
        report.add(what, count / seconds, 'records/s', count);
        for (const part of PARTS)
          report.add(`${what}, ${part}`, (cpu[part] / count) * 1e6, 'µs CPU a record', count);
        const cells = PARTS.map(part => rounded((cpu[part] / count) * 1e6));
        rows.push(`| ${title} | ${shape.name} | ${thousands(count / seconds)} | ${cells.join(' | ')} |`);
      }
      const bytes = await shape.bytesPerRecord(RECORDS);
      report.add(`bytes: ${shape.name}`, bytes, 'bytes a record', RECORDS);
      sizes.push(`${rounded(bytes)} (${shape.name})`);
    } finally {
      await shape.close();
    }
  }
  report.write('speed-production', 'Speed of many processes', 'npm run bench:production', [
    `${thousands(SCORED_RECORDS)} records scored, ${thousands(RECORDS)} of two sites stored, in bodies of ${thousands(POSTED_RECORDS)}; windows of ${thousands(WINDOW_RECORDS)}. The client, MongoDB (a stand-in in Java, all in memory, where there is no \`mongod\`) and Redis run on the same machine.`,
    '',
    '| what | shape | records/s | api (µs CPU a record) | worker | MongoDB | Redis |',
    '|---|---|---|---|---|---|---|',
    ...rows.toSorted(),
    '',
    `Bytes a stored record: ${sizes.join(', ')}. The file holds indexes and what was learnt, too; a document is told without indexes and before MongoDB compresses it.`,
  ]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
