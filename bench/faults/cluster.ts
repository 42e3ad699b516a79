/**
 * What befalls several processes as one installation (test/cluster), at length: two that answer and two that learn, on a
 * MongoDB and a Redis of their own, beside one process that nobody disturbs and that is told the same.
 */
import { newsMs, post } from '../../test/cluster/acts.ts';
import { Cluster } from '../../test/cluster/cluster.ts';
import { befall, FAULTS, type Fault } from '../../test/cluster/faults.ts';
import { killWorkerAt } from '../../test/cluster/killed-worker.ts';
import { NoServer } from '../../test/servers/provision.ts';
import { seededRandom } from '../accuracy/seeded.ts';
import { type Figure, figureOf, printFigures, writeFigures } from './figures.ts';

/** As many as make a result. */
export const CLUSTER_SEEDS = 50;
/** How long servers are away and processes sleep: three times as long as a worker's lease lasts. */
const AWAY_MS = 30_000;
/** So often what takes no time of its own: it is cut, or raced for, elsewhere each time. */
const BRIEF_TIMES = 3;
const NEWS = 50;
const WAITS: ReadonlySet<string> = new Set(
  Object.keys(FAULTS).filter(what => /Redis|MongoDB|sleeps/.test(what) && !what.includes('stopped while')),
);

/** @returns whether every promise was kept */
export async function disturbClusters(seeds: number, firstSeed: number): Promise<boolean> {
  try {
    const run = new ClusterRun(firstSeed);
    try {
      return await run.all(seeds);
    } finally {
      await run.close();
    }
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return true;
  }
}

class ClusterRun {
  readonly #firstSeed: number;
  readonly #figures: Figure[] = [];
  #cluster: Cluster | null = null;
  #clusters = 0;
  #broken = 0;

  constructor(firstSeed: number) {
    this.#firstSeed = firstSeed;
  }

  async close(): Promise<void> {
    const cluster = this.#cluster;
    this.#cluster = null;
    await cluster?.close();
  }

  async all(seeds: number): Promise<boolean> {
    await this.#news();
    for (const [what, fault] of Object.entries(FAULTS)) await this.#befall(what, fault);
    // What is stored by now makes each of them take longer, and shows nothing more.
    await this.close();
    await this.#killWorkers(seeds);
    const told = [figureOf('broken promises', this.#broken, 'promises'), ...this.#figures];
    printFigures(told);
    if (this.#firstSeed === 1 && seeds >= CLUSTER_SEEDS) writeFigures('faults-cluster.jsonl', told);
    return this.#broken === 0;
  }

  async #news(): Promise<void> {
    const passedMs: number[] = [];
    await this.#try('news', async cluster => {
      while (passedMs.length < NEWS) passedMs.push(await newsMs(cluster));
      return [];
    });
    const name = 'from the answer to a mark until another process serves the model with it';
    this.#figure(`${name}, median`, middleOf(passedMs), 'ms', passedMs.length);
    this.#figure(`${name}, slowest`, Math.max(...passedMs), 'ms', passedMs.length);
  }

  async #befall(what: string, fault: Fault): Promise<void> {
    const times = WAITS.has(what) ? 1 : BRIEF_TIMES;
    const settledMs: number[] = [];
    for (let time = 0; time < times; time++)
      await this.#try(what, async cluster => {
        const { problems, settledMs: ms } = await befall(cluster, fault, AWAY_MS);
        settledMs.push(ms);
        return problems;
      });
    this.#figure(`${what}: came to the model of the undisturbed`, settledMs.length, 'times', times);
    this.#figure(`${what}: until then, slowest`, Math.max(...settledMs), 'ms', times);
  }

  /** Before and after calls that are spread evenly over those that learning a window takes, one a seed. */
  async #killWorkers(seeds: number): Promise<void> {
    let points: { call: number; when: 'before' | 'after' }[] = [];
    await this.#try('the calls of a worker', async cluster => {
      const calls = (await killWorkerAt(cluster, null)) ?? [];
      points = calls.flatMap((_, at) => [
        { call: at + 1, when: 'before' as const },
        { call: at + 1, when: 'after' as const },
      ]);
      return [];
    });
    const killedAt = new Map<string, number>();
    let settled = 0;
    for (let seed = this.#firstSeed; seed < this.#firstSeed + seeds; seed++) {
      const random = seededRandom(seed);
      const place = (seed - this.#firstSeed + random()) / seeds;
      const point = points[Math.floor(place * points.length)];
      if (point === undefined) break;
      await this.#try(`a worker is killed ${point.when} call ${point.call}, seed ${seed}`, async cluster => {
        const calls = await killWorkerAt(cluster, point);
        settled += 1;
        const last = calls?.at(-1);
        if (last !== undefined) killedAt.set(last, (killedAt.get(last) ?? 0) + 1);
        return [];
      });
    }
    const killed = [...killedAt.values()].reduce((sum, times) => sum + times, 0);
    this.#figure(
      'calls of the store that a worker makes for a window and some records',
      points.length / 2,
      'calls',
      1,
    );
    this.#figure('workers killed before or after one of them', killed, 'kills', seeds);
    this.#figure('kinds of calls among them', killedAt.size, 'kinds', killed);
    this.#figure('came to the model of the undisturbed', settled, 'times', seeds);
  }

  /** On a cluster that goes on as long as nothing is broken. */
  async #try(what: string, work: (cluster: Cluster) => Promise<string[]>): Promise<void> {
    const beganMs = performance.now();
    const cluster = await this.#open();
    const problems = await work(cluster)
      .then(async found => [...found, ...(await cluster.examine())])
      .catch((error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)]);
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    process.stderr.write(`${what}: ${problems.length} problems in ${seconds} s\n`);
    for (const problem of problems.slice(0, 10)) process.stderr.write(`  ${problem.slice(0, 1_500)}\n`);
    this.#broken += problems.length;
    if (problems.length > 0) await this.close();
  }

  async #open(): Promise<Cluster> {
    if (this.#cluster !== null) return this.#cluster;
    const random = seededRandom(this.#firstSeed * 1_000 + this.#clusters++);
    const cluster = await Cluster.open({ apis: 2, workers: 2, random });
    this.#cluster = cluster;
    await post(cluster, cluster.input.corpus(200, 'good'));
    await post(cluster, cluster.input.batch(300));
    return cluster;
  }

  #figure(name: string, value: number, unit: string, n: number): void {
    this.#figures.push(figureOf(name, Math.round(value), unit, { n, seed: String(this.#firstSeed) }));
  }
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
