/**
 * One record a request: POST /v1/score beside an Express app that reads the same body and answers a constant, in turns.
 * `npm run bench:single [seconds a round]`: as many requests as ten connections get answered (autocannon), then latency
 * at half of what ours got.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { loadBuilt } from './built.ts';
import { ConstantServer } from './constant-server.ts';
import { DrawnNames } from './drawn-names.ts';
import { inTurn, median, quantile, rounded } from './figures.ts';
import { PacedClient } from './paced.ts';
import { Report } from './report.ts';
import { Server } from './server.ts';

const SEED = 1;
const LEARNT_NAMES = 40_000;
const BODIES = 1_000;
const CONNECTIONS = 10;
const ROUNDS = 5;
const SECONDS = Number(process.argv[2] ?? 5);

interface Contender {
  title: string;
  url: string;
  cpuSeconds: () => number;
  perSecond: number[];
  perCoreSecond: number[];
  p50: number[];
  p99: number[];
  /** At half load: the median and the 99th percentile of each round. */
  half: { p50: number[]; p99: number[] };
}

function contenderOf(title: string, server: { url: string; cpuSeconds(): number }): Contender {
  return {
    title,
    url: new URL('/v1/score', server.url).href,
    cpuSeconds: () => server.cpuSeconds(),
    perSecond: [],
    perCoreSecond: [],
    p50: [],
    p99: [],
    half: { p50: [], p99: [] },
  };
}

async function flood(
  contender: Contender,
  headers: Record<string, string>,
  bodies: readonly string[],
): Promise<void> {
  const cpuBefore = contender.cpuSeconds();
  const result = await autocannon({
    url: contender.url,
    method: 'POST',
    headers,
    requests: bodies.map(body => ({ body })),
    connections: CONNECTIONS,
    duration: SECONDS,
  });
  const cpuSeconds = contender.cpuSeconds() - cpuBefore;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${contender.title}: ${result.non2xx} refused, ${result.errors} failed`);
  contender.perSecond.push(result['2xx'] / result.duration);
  contender.perCoreSecond.push(result['2xx'] / cpuSeconds);
  contender.p50.push(result.latency.p50);
  contender.p99.push(result.latency.p99);
}

const ratio = (ours: readonly number[], theirs: readonly number[]) =>
  median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));

async function compare(server: Server, constant: ConstantServer, names: DrawnNames): Promise<void> {
  const report = new Report(SEED);
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${await server.createKey()}`,
  };
  const bodies = names
    .next(BODIES)
    .map(({ name }) =>
      JSON.stringify({ dns: { question: { name, type: 'A' } }, source: { ip: '10.0.0.7' } }),
    );
  const ours = contenderOf('POST /v1/score', server);
  const theirs = contenderOf('Express, a constant', constant);
  const both = [ours, theirs];
  // Once for the compilers, then what counts.
  for (const contender of both) await flood(contender, headers, bodies);
  for (const { perSecond, perCoreSecond, p50, p99 } of both) {
    for (const values of [perSecond, perCoreSecond, p50, p99]) values.length = 0;
  }
  for (let round = 0; round < ROUNDS; round++) {
    await inTurn(
      round,
      both.map(contender => () => flood(contender, headers, bodies)),
    );
  }
  const halfLoad = median(ours.perSecond) / 2;
  const clients = both.map(({ url }) => new PacedClient({ url, headers, bodies }, SEED));
  for (const client of clients) await client.sendFor(halfLoad, 1);
  let requests = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await inTurn(
      round,
      both.map(({ half }, index) => async () => {
        const latenciesMs = (await clients[index]?.sendFor(halfLoad, SECONDS)) ?? [];
        requests += latenciesMs.length;
        half.p50.push(quantile(latenciesMs, 0.5));
        half.p99.push(quantile(latenciesMs, 0.99));
      }),
    );
  }
  for (const client of clients) client.close();

  const answered = Math.round(median(ours.perSecond) * SECONDS * ROUNDS);
  const rows: string[] = [];
  for (const { title, perSecond, perCoreSecond, p50, p99, half } of both) {
    report.add(title, median(perSecond), 'requests/s', answered);
    report.add(title, median(perCoreSecond), 'requests/core-s', answered);
    report.add(`${title}, full load, p50`, median(p50), 'ms', answered);
    report.add(`${title}, full load, p99`, median(p99), 'ms', answered);
    report.add(`${title}, half load, p50`, median(half.p50), 'ms', requests);
    report.add(`${title}, half load, p99`, median(half.p99), 'ms', requests);
    const cells = [perSecond, perCoreSecond, p50, p99, half.p50, half.p99].map(values =>
      rounded(median(values)),
    );
    rows.push(`| ${[title, ...cells].join(' | ')} |`);
  }
  const ratios = [ratio(ours.perSecond, theirs.perSecond), ratio(ours.perCoreSecond, theirs.perCoreSecond)];
  report.add('POST /v1/score', ratios[0] ?? Number.NaN, '× Express, a constant, wall', answered);
  report.add('POST /v1/score', ratios[1] ?? Number.NaN, '× Express, a constant, CPU', answered);
  report.write('speed-single', 'Speed of single requests', 'npm run bench:single', [
    `${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s; medians of the rounds. Half load is ${rounded(halfLoad)} requests/s to each, at random moments.`,
    '',
    '| what | requests/s | requests/core-s | p50, full load (ms) | p99, full load (ms) | p50, half load (ms) | p99, half load (ms) |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    `| ratio (budget: 0.8; p99 at half load under 10 ms) | **${rounded(ratios[0] ?? Number.NaN)}** | **${rounded(ratios[1] ?? Number.NaN)}** | | | | |`,
  ]);
}

const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await loadBuilt();
  const names = new DrawnNames(SEED);
  const server = await Server.start(scratch);
  const constant = await ConstantServer.start();
  try {
    await server.learn(names.next(LEARNT_NAMES));
    await compare(server, constant, names);
  } finally {
    await constant.stop();
    await server.stop();
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
