/** A shape in which the program is run, as real processes: one with its data folder, or several over MongoDB and Redis. */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, MongoClient } from 'mongodb';
import { startMongoServer } from '../../test/servers/mongodb.ts';
import { startRedisServer } from '../../test/servers/redis.ts';
import { cpuSecondsOf } from './cost.ts';
import { Server } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');
/** All documents are in the memory of the stand-in. */
const HEAP_MEGABYTES = 10_240;

const SAMPLED_RECORDS = 1_000;

/** CPU seconds of each kind of process until now. */
export type CpuByPart = Record<'api' | 'worker' | 'mongodb' | 'redis', number>;

export interface Shape {
  name: string;
  /** Those that answer; each as an administrator of each of two sites. */
  apis: readonly { a: Server; b: Server }[];
  cpuSeconds(): CpuByPart;
  /** What a stored record takes: its share of the file, or its document in BSON, before the server compresses it. */
  bytesPerRecord(records: number): Promise<number>;
  close(): Promise<void>;
}

/** The admin key of the second site, made by the command that makes lost keys. */
function keyOfSiteB(env: Readonly<Record<string, string>>): string {
  const args = ['dist/cli/main.js', 'keys', 'create', '--role', 'admin', '--site', 'b', '--name', 'bench'];
  const told = execFileSync(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const key = /bw_\w+/.exec(told)?.[0];
  if (key === undefined) throw new Error(`no key was made: ${told}`);
  return key;
}

export async function openEmbedded(folder: string): Promise<Shape> {
  const server = await Server.start(folder);
  const b = server.withKey(keyOfSiteB({ BAYESWATCH_DATA: folder }));
  return {
    name: 'one process, SQLite',
    apis: [{ a: server, b }],
    cpuSeconds: () => ({ api: server.cpuSeconds(), worker: 0, mongodb: 0, redis: 0 }),
    async bytesPerRecord(records) {
      const names = readdirSync(folder).filter(name => name.startsWith('bayeswatch.'));
      return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / records;
    },
    close: () => server.stop(),
  };
}

export async function openProduction(apiCount: number, workerCount: number): Promise<Shape> {
  const mongodb = await startMongoServer({ heapMegabytes: HEAP_MEGABYTES });
  const redis = await startRedisServer();
  const env = {
    MONGODB_URL: `${mongodb.url}/${randomUUID()}`,
    REDIS_URL: redis.url,
    BAYESWATCH_ADMIN_KEY: randomBytes(24).toString('base64url'),
  };
  const start = (count: number, command: 'api' | 'worker') =>
    Promise.all(Array.from({ length: count }, () => Server.start('', command, env)));
  const [apis, workers] = [await start(apiCount, 'api'), await start(workerCount, 'worker')];
  const key = keyOfSiteB(env);
  const sum = (servers: readonly Server[]) =>
    servers.reduce((total, server) => total + server.cpuSeconds(), 0);
  return {
    name: `${apiCount} api, ${workerCount} worker`,
    apis: apis.map(a => ({ a, b: a.withKey(key) })),
    cpuSeconds: () => ({
      api: sum(apis),
      worker: sum(workers),
      mongodb: cpuSecondsOf(mongodb.pid),
      redis: cpuSecondsOf(redis.pid),
    }),
    async bytesPerRecord() {
      const client = await MongoClient.connect(env.MONGODB_URL);
      try {
        const sample = await client.db().collection('records').find().limit(SAMPLED_RECORDS).toArray();
        return sample.reduce((sum, record) => sum + BSON.calculateObjectSize(record), 0) / sample.length;
      } finally {
        await client.close();
      }
    },
    async close() {
      await Promise.all([...apis, ...workers].map(server => server.stop()));
      await redis.stop();
      await mongodb.kill();
    },
  };
}
