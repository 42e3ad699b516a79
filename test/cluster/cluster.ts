/**
 * An installation of several processes with a MongoDB and a Redis of its own, and its twin: one process with a data folder,
 * which nobody disturbs and which is told the same. Both must come to the same model.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RecountReport, recount } from '../../src/services/recount.ts';
import { openMongoStore } from '../../src/store/mongo/open.ts';
import type { Store } from '../../src/store/port.ts';
import { type MongoServer, startMongoServer } from '../servers/mongodb.ts';
import { type RedisServer, startRedisServer } from '../servers/redis.ts';
import { Input } from './input.ts';
import { ClusterNode, type NodeStart } from './node.ts';
import { Witness } from './witness.ts';

/** Until what was told is learnt and served everywhere, also by a job that a dead worker held. */
/** A fit that took long on a busy machine is followed by a rest of three times as long, and then by the one that is waited for. */
const SETTLE_MS_MAX = 240_000;
const LOOK_MS = 50;
/** In a row that must see the same: an entry may be appended between two looks. */
const SETTLED_LOOKS = 4;
export const SITE = 'default';

export interface ModelAnswer {
  id: string;
  entry: number;
  backlog: { records: number; windows: number };
}

export interface ClusterOptions {
  apis: number;
  workers: number;
  random: () => number;
  /** Variables of all processes beside those of every cluster. */
  env?: Record<string, string>;
}

export class Cluster {
  readonly apis: ClusterNode[] = [];
  readonly workers: ClusterNode[] = [];
  readonly twin: ClusterNode;
  readonly input: Input;
  readonly told = new Witness();
  readonly toldTwin = new Witness();
  readonly random: () => number;
  readonly folder: string;
  mongo: MongoServer;
  redis: RedisServer;
  readonly #key: string;
  readonly #env: Record<string, string>;

  private constructor(
    options: ClusterOptions,
    made: { folder: string; key: string; twin: ClusterNode; mongo: MongoServer; redis: RedisServer },
  ) {
    this.random = options.random;
    this.input = new Input(options.random);
    this.folder = made.folder;
    this.twin = made.twin;
    this.mongo = made.mongo;
    this.redis = made.redis;
    this.#key = made.key;
    this.#env = options.env ?? {};
  }

  /** @throws NoServer where MongoDB or Redis cannot be had */
  static async open(options: ClusterOptions): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'bayeswatch-cluster-'));
    const key = randomBytes(24).toString('base64url');
    const twinEnv = { BAYESWATCH_DATA: join(folder, 'twin'), BAYESWATCH_ADMIN_KEY: key };
    const [mongo, redis, twin] = await Promise.all([
      startMongoServer({ folder }),
      startRedisServer(),
      ClusterNode.start({ part: 'serve', env: twinEnv, key }),
    ]);
    const cluster = new Cluster(options, { folder, key, twin, mongo, redis });
    // All at once, so that they race for the first start of an installation.
    await Promise.all([
      ...Array.from({ length: options.apis }, () => cluster.startApi()),
      ...Array.from({ length: options.workers }, () => cluster.startWorker()),
    ]);
    return cluster;
  }

  async close(): Promise<void> {
    const nodes = [...this.apis, ...this.workers, this.twin];
    await Promise.all(nodes.map(node => node.kill()));
    await Promise.all([this.mongo.stop(), this.redis.stop()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** How a process of this cluster is started. */
  startOf(part: NodeStart['part'], env: Record<string, string> = {}): NodeStart {
    const MONGODB_URL = `${this.mongo.url}/cluster`;
    const REDIS_URL = this.redis.url;
    const ofAll = { MONGODB_URL, REDIS_URL, BAYESWATCH_ADMIN_KEY: this.#key, ...this.#env };
    return { part, env: { ...ofAll, ...env }, key: this.#key };
  }

  async startApi(): Promise<ClusterNode> {
    const node = await ClusterNode.start(this.startOf('api'));
    this.apis.push(node);
    return node;
  }

  async startWorker(start: NodeStart = this.startOf('worker')): Promise<ClusterNode> {
    const node = await ClusterNode.start(start);
    this.workers.push(node);
    return node;
  }

  /** Takes ended processes off the list. */
  forgetEnded(): void {
    for (const nodes of [this.apis, this.workers])
      nodes.splice(0, nodes.length, ...nodes.filter(({ isRunning }) => isRunning));
  }

  /** One of the processes that answer, drawn. */
  anApi(): ClusterNode {
    const api = this.apis[this.input.below(this.apis.length)];
    if (api === undefined) throw new Error('no process answers');
    return api;
  }

  /** Those that answer, another one first each time. */
  someApis(): ClusterNode[] {
    const first = this.input.below(this.apis.length);
    return this.apis.map((_, index) => this.apis[(first + index) % this.apis.length] ?? this.anApi());
  }

  async modelOf(node: ClusterNode): Promise<ModelAnswer> {
    const { id, entry, backlog } = await node.json<ModelAnswer>('GET', '/v1/model');
    return { id, entry, backlog };
  }

  /**
   * Waits until the twin has learnt all, and every process that answers serves the same model as it.
   * @throws Error where that takes too long
   */
  async settle(): Promise<void> {
    const endMs = performance.now() + SETTLE_MS_MAX;
    for (let looks = 0; looks < SETTLED_LOOKS; ) {
      const asked = [this.twin, ...this.apis].map(node => this.modelOf(node));
      const models = await Promise.all(asked).catch((error: unknown) => String(error));
      looks = typeof models !== 'string' && areSettled(models) ? looks + 1 : 0;
      if (performance.now() > endMs) {
        const said = [...this.apis, ...this.workers].flatMap(node => node.errors()).slice(-5);
        throw new Error(`not settled in ${SETTLE_MS_MAX} ms: ${JSON.stringify(models)}\n${said.join('\n')}`);
      }
      await sleep(LOOK_MS);
    }
  }

  /** What was acknowledged is there, by every process that answers; the counts are a recount's. @returns what is not */
  async examine(): Promise<string[]> {
    await this.told.verify(this.anApi());
    const { differences, negative, records } = await this.recount();
    const { told, toldTwin } = this;
    const problems = [...told.problems.splice(0), ...toldTwin.problems.splice(0)];
    if (differences.length + negative > 0)
      problems.push(`the recount differs: ${JSON.stringify(differences.slice(0, 3))}, ${negative} negative`);
    if (records !== told.acknowledged || records !== toldTwin.acknowledged)
      problems.push(`${records} records, ${told.acknowledged} and ${toldTwin.acknowledged} acknowledged`);
    return problems;
  }

  recount(): Promise<RecountReport> {
    return this.withStore(store => recount(store, SITE));
  }

  async withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await openMongoStore({ url: `${this.mongo.url}/cluster` });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }
}

/**
 * Whether all have the model of the first one, which nobody disturbs. What a killed writer had announced stays announced for
 * a while: of the others only windows are waited for.
 */
function areSettled([twin, ...others]: readonly ModelAnswer[]): boolean {
  if (twin === undefined || twin.backlog.records + twin.backlog.windows > 0) return false;
  return others.every(({ id, backlog }) => id === twin.id && backlog.windows === 0);
}
