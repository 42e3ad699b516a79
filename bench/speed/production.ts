/**
 * What the shape of production costs beside the embedded one: scoring and storing over REST with one and two api processes,
 * learning a window with one and two workers, each process' CPU time by itself. `npm run bench:production [records]`.
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
import { type CpuByPart, openEmbedded, openProduction, type Shape } from './shape.ts';

const SEED = 1;
const RECORDS = Number(process.argv[2] ?? 100_000);
const POSTED_RECORDS = 25_000;
/** Learnt before, so that there is a model to score by. */
const LEARNT_NAMES = 2_000;
/** Real sites ask for the same names again and again. */
const ASKED_TIMES = 10;

const PARTS = ['api', 'worker', 'mongodb', 'redis'] as const;

interface Step {
  seconds: number;
  cpu: CpuByPart;
}

async function stepOf(shape: Shape, work: () => Promise<unknown>): Promise<Step> {
  const before = shape.cpuSeconds();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const after = shape.cpuSeconds();
  const cpu = { api: 0, worker: 0, mongodb: 0, redis: 0 };
  for (const part of PARTS) cpu[part] = after[part] - before[part];
  return { seconds, cpu };
}

/** Chunks of the records of a site, each posted by the next api that has nothing to do. */
async function post(shape: Shape, path: string, site: 'a' | 'b', chunks: Iterable<[Buffer, number]>) {
  const waiting = chunks[Symbol.iterator]();
  const sendAll = async (api: Shape['apis'][number]) => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next())
      await api[site].postLines(path, ...next.value);
  };
  await Promise.all(shape.apis.map(sendAll));
}

function* chunksOf(
  count: number,
  names: DrawnNames,
  linesOf: (names: LabelledName[], first: number) => Buffer,
) {
  for (let first = 0; first < count; first += POSTED_RECORDS) {
    const some = Math.min(POSTED_RECORDS, count - first);
    const drawn = names.next(Math.ceil(some / ASKED_TIMES));
    const asked = Array.from({ length: some }, (_, index) => drawn[index % drawn.length] as LabelledName);
    yield [linesOf(asked, first), some] as [Buffer, number];
  }
}

async function learnWindow(server: Shape['apis'][number]['a'], records: number): Promise<void> {
  const { id } = await server.model();
  await server.untilApplied(await server.mark(FIRST_AT_MS, FIRST_AT_MS + records * STEP_MS));
  await server.untilModelIsNot(id);
}

/** Half of the records are of one site, half of the other: two workers have something to do. */
async function measure(shape: Shape): Promise<Record<'score' | 'store' | 'learn', Step>> {
  const names = new DrawnNames(SEED);
  const [api] = shape.apis;
  if (api === undefined) throw new Error('a shape without an api');
  const corpus = names.next(LEARNT_NAMES);
  for (const site of ['a', 'b'] as const) await api[site].learn(corpus);
  const half = Math.ceil(RECORDS / 2);
  const score = await stepOf(shape, () =>
    post(shape, '/v1/score', 'a', chunksOf(RECORDS / 4, names, nameLines)),
  );
  const stored = (some: LabelledName[], first: number) => sensorLines(some, FIRST_AT_MS + first * STEP_MS);
  const store = await stepOf(shape, async () => {
    for (const site of ['a', 'b'] as const)
      await post(shape, '/v1/records', site, chunksOf(half, names, stored));
  });
  const learn = await stepOf(shape, () => Promise.all([learnWindow(api.a, half), learnWindow(api.b, half)]));
  return { score, store, learn };
}

const SHAPES: readonly ((folder: string) => Promise<Shape>)[] = [
  openEmbedded,
  () => openProduction(1, 1),
  () => openProduction(2, 2),
];
const TITLES = { score: 'score', store: 'score and store', learn: 'learn a window of each of two sites' };

const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await loadBuilt();
  const report = new Report(SEED);
  const rows: string[] = [];
  for (const open of SHAPES) {
    const shape = await open(mkdtempSync(join(scratch, 'data-')));
    try {
      for (const [what, { seconds, cpu }] of Object.entries(await measure(shape))) {
        const count = what === 'score' ? RECORDS / 4 : RECORDS;
        const name = `${what}: ${shape.name}`;
        report.add(name, count / seconds, 'records/s', count);
        for (const part of PARTS)
          report.add(`${name}, ${part}`, (cpu[part] / count) * 1e6, 'µs CPU a record', count);
        const cells = PARTS.map(part => rounded((cpu[part] / count) * 1e6));
        const title = TITLES[what as keyof typeof TITLES];
        rows.push(`| ${title} | ${shape.name} | ${thousands(count / seconds)} | ${cells.join(' | ')} |`);
      }
    } finally {
      await shape.close();
    }
  }
  report.write('speed-production', 'Speed of many processes', 'npm run bench:production', [
    `${thousands(RECORDS)} records of two sites, in bodies of ${thousands(POSTED_RECORDS)}. The client, MongoDB (a stand-in in Java, all in memory, where there is no \`mongod\`) and Redis run on the same machine.`,
    '',
    '| what | shape | records/s | api (µs CPU a record) | worker | MongoDB | Redis |',
    '|---|---|---|---|---|---|---|',
    ...rows.toSorted(),
  ]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
