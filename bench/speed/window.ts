/**
 * What scoring feels of learning: latency of single requests while a window of a million stored records is learnt, beside
 * the same server idle before and after. `npm run bench:window [records]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBuilt } from './built.ts';
import { DrawnNames } from './drawn-names.ts';
import { median, quantile, rounded, thousands } from './figures.ts';
import { FIRST_AT_MS, type LabelledName, STEP_MS, sensorLines } from './names.ts';
import { PacedClient } from './paced.ts';
import { Report } from './report.ts';
import { Server } from './server.ts';

const SEED = 1;
const RECORDS = Number(process.argv[2] ?? 1_000_000);
const POSTED_RECORDS = 50_000;
/** Learnt before, so that there is a model to score by. */
const LEARNT_NAMES = 20_000;
const BODIES = 1_000;
const REQUESTS_PER_SECOND = 200;
const IDLE_SECONDS = 30;
/** A quantile is the median of those of stretches so long: a neighbour's burst spoils a few of them, not the figure. */
const STRETCH_SECONDS = 5;

/** Real sites ask for the same names again and again: each of these is asked for ten times. */
async function store(server: Server, names: DrawnNames): Promise<void> {
  for (let first = 0; first < RECORDS; first += POSTED_RECORDS) {
    const count = Math.min(POSTED_RECORDS, RECORDS - first);
    const some = names.next(Math.ceil(count / 10));
    const asked = Array.from({ length: count }, (_, index) => some[index % some.length] as LabelledName);
    const lines = sensorLines(asked, FIRST_AT_MS + first * STEP_MS);
    await server.postLines('/v1/records?score=false', lines, count);
  }
}

/** Marks all that was stored, and resolves when the model that serves counts it. @returns seconds that it took */
async function learnWindow(server: Server): Promise<number> {
  const startMs = performance.now();
  const { id } = await server.model();
  await server.untilApplied(await server.mark(FIRST_AT_MS, FIRST_AT_MS + RECORDS * STEP_MS));
  await server.untilModelIsNot(id);
  return (performance.now() - startMs) / 1_000;
}

async function measure(server: Server): Promise<void> {
  const report = new Report(SEED);
  const names = new DrawnNames(SEED);
  await server.learn(names.next(LEARNT_NAMES));
  const storeStartMs = performance.now();
  await store(server, names);
  const storeSeconds = (performance.now() - storeStartMs) / 1_000;
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${await server.createKey()}`,
  };
  const bodies = names
    .next(BODIES)
    .map(({ name }) =>
      JSON.stringify({ dns: { question: { name, type: 'A' } }, source: { ip: '10.0.0.7' } }),
    );
  const client = new PacedClient({ url: new URL('/v1/score', server.url).href, headers, bodies }, SEED);
  try {
    const stretch = () => client.sendFor(REQUESTS_PER_SECOND, STRETCH_SECONDS);
    const idle: number[][] = [];
    const idleFor = async () => {
      for (let second = 0; second < IDLE_SECONDS; second += STRETCH_SECONDS) idle.push(await stretch());
    };
    await stretch();
    await idleFor();
    const learning: number[][] = [];
    let isLearnt = false;
    const learnt = learnWindow(server).finally(() => {
      isLearnt = true;
    });
    const sending = (async () => {
      while (!isLearnt) learning.push(await stretch());
    })();
    const [learnSeconds] = await Promise.all([learnt, sending]);
    // The last stretch is part idle.
    if (learning.length > 1) learning.pop();
    await idleFor();

    report.add('store', RECORDS / storeSeconds, 'records/s', RECORDS);
    report.add('learn the window', learnSeconds, 's', RECORDS);
    const shares = { p50: 0.5, p90: 0.9, p99: 0.99, max: 1 };
    const rows = Object.entries(shares).map(([name, share]) => {
      const of = (stretches: readonly number[][]) => median(stretches.map(ms => quantile(ms, share)));
      const [ours, theirs] = [of(learning), of(idle)];
      report.add(`idle, ${name}`, theirs, 'ms', idle.flat().length);
      report.add(`learning, ${name}`, ours, 'ms', learning.flat().length);
      report.add(`learning, ${name}`, ours / theirs, '× idle', learning.flat().length);
      const isBudgeted = name === 'p99';
      const ratio = isBudgeted ? `**${rounded(ours / theirs)}**` : rounded(ours / theirs);
      return `| ${name} | ${rounded(theirs)} | ${rounded(ours)} | ${ratio} | ${isBudgeted ? '2' : ''} |`;
    });
    report.write('speed-window', 'Scoring while a window is learnt', 'npm run bench:window', [
      `A window of ${thousands(RECORDS)} records, learnt in ${rounded(learnSeconds)} s (they were stored at ${thousands(RECORDS / storeSeconds)} a second). ${REQUESTS_PER_SECOND} requests a second of one record each, at random moments; idle is ${IDLE_SECONDS} s before and ${IDLE_SECONDS} s after. Each figure is the median of those of stretches of ${STRETCH_SECONDS} s.`,
      '',
      '| POST /v1/score | idle (ms) | learning (ms) | × idle | budget |',
      '|---|---|---|---|---|',
      ...rows,
    ]);
  } finally {
    client.close();
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await loadBuilt();
  const server = await Server.start(scratch);
  try {
    await measure(server);
  } finally {
    await server.stop();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
