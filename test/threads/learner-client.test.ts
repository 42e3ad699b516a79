/** The learner's thread on a MongoDB that goes away; what ends in a thread of any kind is in kept-thread.test.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openMongoStore } from '../../src/store/mongo/open.ts';
import { openLearnerThread } from '../../src/threads/learner-client.ts';
import { type MongoServer, startMongoServer } from '../servers/mongodb.ts';
import { findServer } from '../servers/servers.ts';
import { CALLER, POLICY } from '../world.ts';

// Where one can be had, one of its own can be started, unless a person named it.
const canStart = (await findServer('MongoDB')) !== null && !process.env['MONGODB_URL'];
const WAITS_MS = [10];
/** Until a start fails, and long enough for a server that is there, on a busy machine. */
const SELECTION_MS = 1_500;

describe.skipIf(!canStart)('a learner that dies while MongoDB is away', () => {
  let folder: string;
  let server: MongoServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bayeswatch-learner-'));
    server = await startMongoServer({ folder });
    // The first one who comes to it waits longest.
    await (await openMongoStore({ url: server.url })).close();
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it('is started again until it finds it, however often that takes, and learns on', async () => {
    const workers: Worker[] = [];
    const remember = (worker: Worker) => workers.push(worker);
    process.on('worker', remember);
    onTestFinished(() => void process.off('worker', remember));
    const told: unknown[] = [];
    const url = `${server.url}/learner?serverSelectionTimeoutMS=${SELECTION_MS}`;
    const learner = await openLearnerThread(
      { store: { type: 'mongo', url }, policy: POLICY, waitsForClock: false },
      { waitsMs: WAITS_MS, onEnd: error => told.push(error) },
    );
    try {
      // A ledger begins with the tokenizers that it is counted by.
      expect(await learner.advance(CALLER.site)).toBe(1);
      const { port } = server;
      await server.stop();
      workers[0]?.postMessage(null);
      const fails = async () => expect(told.length).toBeGreaterThan(WAITS_MS.length + 1);
      await vi.waitFor(fails, { timeout: 25_000, interval: 20 });
      expect(learner.health().ended).toContain('times in a row and is started again');
      await expect(learner.advance(CALLER.site)).rejects.toMatchObject({ code: 'store-unavailable' });
      server = await startMongoServer({ folder, port });
      const isBack = () => expect(learner.health().ended).toBeNull();
      await vi.waitFor(isBack, { timeout: 25_000, interval: 20 });
      expect(await learner.advance(CALLER.site)).toBe(1);
    } finally {
      await learner.close();
    }
  }, 60_000);
});
