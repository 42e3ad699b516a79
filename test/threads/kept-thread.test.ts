/** Threads that end by themselves: real workers, made to die, and what takes their place. */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import type { Later } from '../../src/domain/clock.ts';
import { recount } from '../../src/services/recount.ts';
import { type KeepOptions, KeptThread } from '../../src/threads/kept-thread.ts';
import { remote } from '../../src/threads/rpc.ts';
import { openStoreThread } from '../../src/threads/store-client.ts';
import { failWithWorker } from '../../src/threads/worker-end.ts';
import { dnsRecord, SITE } from '../contract/store/builders.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { CALLER, ingest, NOON_MS, openWorld, received } from '../world.ts';

/** Every worker that this process has started, in order: Node tells of each. */
let workers: Worker[];
const remember = (worker: Worker) => workers.push(worker);
beforeEach(() => {
  workers = [];
  process.on('worker', remember);
});
afterEach(() => {
  process.off('worker', remember);
});

const UNAVAILABLE = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });

interface Echo {
  echo(text: string): Promise<string>;
  never(): Promise<void>;
  die(): Promise<void>;
}

const ECHO = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, method, args }) => {
    if (method === 'die') throw new Error('out of luck');
    if (method === 'echo') parentPort.postMessage({ id, result: args[0] });
  });
`;
const STILLBORN = "throw new Error('no memory')";
/** Stands for a start that throws before there is a worker. */
const NO_THREAD = '';

/** @param codes what the first, second, … thread runs; the last one stands for all after it */
async function openEcho(codes: readonly string[], options: KeepOptions = {}) {
  const echo = remote<Echo>();
  let starts = 0;
  const start = () => {
    const code = codes[Math.min(starts++, codes.length - 1)] ?? ECHO;
    if (code === NO_THREAD) throw new Error('no thread');
    const worker = new Worker(code, { eval: true });
    echo.connect(worker);
    failWithWorker(worker, [echo]);
    return { worker, ready: echo.proxy.echo('there?').then(() => undefined) };
  };
  const thread = await KeptThread.open(start, options);
  return { thread, echo: echo.proxy, starts: () => starts };
}

/**
 * Ends a thread of ours between two of its calls: a message that is none is a defect, and a defect ends a thread. (To be
 * stopped amid a call of the driver of SQLite may end the whole process; test/store/sqlite/durability.test.ts kills that.)
 */
function end(worker: Worker | undefined): void {
  worker?.postMessage(null);
}

/** Starts that wait, until a test does them. */
function manualTimer() {
  const waiting = new Set<() => void>();
  const waitedMs: number[] = [];
  const later: Later = (work, ms) => {
    waitedMs.push(ms);
    const start = () => {
      waiting.delete(start);
      work();
    };
    waiting.add(start);
    return () => waiting.delete(start);
  };
  return { later, waiting, waitedMs };
}

/** Resolves once it holds; what it waits for is done by another thread. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(2);
}

describe('a kept thread', () => {
  test.each([
    ['is stopped', () => workers[0]?.terminate(), 'the thread has ended by itself'],
    ['throws', (echo: Echo) => echo.die().catch(() => undefined), 'out of luck'],
  ] as const)(
    'that %s rejects what is in flight, and another one takes its place',
    async (_, kill, reason) => {
      const told: unknown[] = [];
      let restarts = 0;
      const { thread, echo } = await openEcho([ECHO], {
        waitsMs: [20],
        onEnd: error => told.push(error),
        onRestart: () => restarts++,
      });
      const inFlight = echo.never();
      const rejected = expect(inFlight).rejects.toEqual(UNAVAILABLE);
      await kill(echo);
      await rejected;
      await until(() => thread.health().ended !== null);
      const ended = 'the thread has ended and is started again: the log of the server says why';
      expect(thread.health()).toEqual({ restarts: 0, ended });
      await expect(echo.echo('now')).rejects.toEqual(UNAVAILABLE);
      await until(() => restarts === 1);
      expect(await echo.echo('again')).toBe('again');
      expect(thread.health()).toEqual({ restarts: 1, ended: null });
      expect(told.map(error => (error as Error).message)).toEqual([reason]);
      await thread.close(async () => {});
    },
  );

  test('that cannot start again is tried for as long as it takes, at the last wait, and says so', async () => {
    const { later, waiting, waitedMs } = manualTimer();
    const told: unknown[] = [];
    const { thread, echo } = await openEcho([ECHO, ...Array<string>(5).fill(STILLBORN), ECHO], {
      waitsMs: [1, 2, 3],
      later,
      onEnd: error => told.push(error),
    });
    await workers[0]?.terminate();
    while (told.length < 6) {
      const ends = told.length;
      for (const start of [...waiting]) start();
      await until(() => told.length > ends);
    }
    expect(waitedMs).toEqual([1, 2, 3, 3, 3, 3]);
    const ended =
      'the thread has ended 6 times in a row and is started again: the log of the server says why';
    expect(thread.health()).toEqual({ restarts: 5, ended });
    expect(told.slice(1)).toEqual(Array(5).fill(expect.objectContaining({ message: 'no memory' })));
    await expect(echo.echo('now')).rejects.toEqual(UNAVAILABLE);
    for (const start of [...waiting]) start();
    await until(() => thread.health().ended === null);
    expect(await echo.echo('again')).toBe('again');
    await thread.close(async () => {});
  });

  test('that fails once to start again is there after the next try', async () => {
    const { thread, echo } = await openEcho([ECHO, STILLBORN, ECHO], { waitsMs: [1, 1] });
    await workers[0]?.terminate();
    await until(() => thread.health().restarts === 2 && thread.health().ended === null);
    expect(await echo.echo('again')).toBe('again');
    await thread.close(async () => {});
  });

  test('that never was there is not kept', async () => {
    const { later, waiting } = manualTimer();
    await expect(openEcho([STILLBORN], { later })).rejects.toThrow('no memory');
    expect(workers).toHaveLength(1);
    expect(waiting.size).toBe(0);
  });

  test('that is closed is not replaced, neither at once nor while another one waits to start', async () => {
    const { later, waiting } = manualTimer();
    const first = await openEcho([ECHO], { later });
    await first.thread.close(async () => {});
    expect(waiting.size).toBe(0);
    const second = await openEcho([ECHO], { later });
    await workers[1]?.terminate();
    expect(waiting.size).toBe(1);
    await second.thread.close(async () => {});
    expect(waiting.size).toBe(0);
    expect([first.starts(), second.starts()]).toEqual([1, 1]);
  });

  test('that the system gives no thread for is tried again, and it is told', async () => {
    const { later, waiting } = manualTimer();
    const told: unknown[] = [];
    const { thread, echo } = await openEcho([ECHO, NO_THREAD, ECHO], { later, onEnd: e => told.push(e) });
    await workers[0]?.terminate();
    for (const start of [...waiting]) start();
    expect(thread.health()).toMatchObject({ restarts: 1, ended: expect.stringContaining('started again') });
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ message: 'no thread' });
    for (const start of [...waiting]) start();
    await until(() => thread.health().ended === null);
    expect(await echo.echo('again')).toBe('again');
    expect(thread.health().restarts).toBe(2);
    await thread.close(async () => {});
  });
});

describe('the store, whose thread dies again and again while it writes', () => {
  test('has each acknowledged batch, each other one whole or not at all, and writes on', async () => {
    await inScratchFolder(async folder => {
      const store = await openStoreThread(join(folder, 'a.sqlite'), { waitsMs: [1, 1, 1] });
      const batchOf = (number: number) => Array.from({ length: 50 }, (_, i) => dnsRecord(number * 50 + i));
      const acknowledged: number[] = [];
      const rejected: number[] = [];
      let batches = 0;
      /** Writes batch after batch until one is rejected. */
      const write = async (): Promise<void> => {
        for (;;) {
          const number = batches++;
          try {
            await store.putRecords(SITE, batchOf(number));
            acknowledged.push(number);
          } catch (error) {
            expect(error).toEqual(UNAVAILABLE);
            rejected.push(number);
            return;
          }
        }
      };
      for (const round of [1, 2, 3]) {
        const writers = [write(), write(), write()];
        await until(() => acknowledged.length > 5 * round);
        end(workers.at(-1));
        await Promise.all(writers);
        await until(() => store.health().ended === null && store.health().restarts === round);
      }
      const storedOf = async (number: number) =>
        (await store.findHeads(SITE, batchOf(number))).filter(head => head !== null).length;
      for (const number of acknowledged) expect(await storedOf(number)).toBe(50);
      for (const number of rejected) expect([0, 50]).toContain(await storedOf(number));
      for (const number of rejected) await store.putRecords(SITE, batchOf(number));
      const slices = await store.listSlices(SITE, { type: 'all' });
      expect(slices.reduce((sum, { records }) => sum + records, 0)).toBe(batches * 50);
      await store.close();
    });
  });
});

describe('the whole program, whose learner or store dies', () => {
  const lines = (prefix: string) =>
    received(
      'ecs',
      Array.from({ length: 50 }, (_, index) =>
        JSON.stringify({
          '@timestamp': NOON_MS,
          source: { ip: '10.0.0.1' },
          dns: { question: { name: `${prefix}${index}.example.org` } },
        }),
      ),
    );

  test('closes its store although its learner dies while it is told to close', async () => {
    await inScratchFolder(async dataFolder => {
      const world = await openWorld({ dataFolder, onError: () => undefined });
      const [store, learner] = workers;
      end(learner);
      await expect(world.close()).rejects.toEqual(UNAVAILABLE);
      expect([store?.threadId, learner?.threadId]).toEqual([-1, -1]);
    });
  });

  test.each(['store', 'learner'])('%s: says so, and learns on what it had and what comes', async name => {
    await inScratchFolder(async dataFolder => {
      const failures: string[] = [];
      // The learner's thread has a clock of its own.
      const clock = SYSTEM_CLOCK;
      const world = await openWorld({ dataFolder, clock, onError: (_, what) => failures.push(what) });
      const [store, learner] = workers;
      const partNow = async () =>
        (await world.services.readiness()).parts[name === 'store' ? 'store' : 'learning'];
      try {
        await world.startLearning();
        await ingest(world, lines('a'), { corpus: { label: 'good', name: 'good' } });
        await world.jobs.idle();
        const before = await world.services.getModel(CALLER.site);
        end(name === 'store' ? store : learner);
        await until(async () => (await partNow()).detail?.includes('is started again') === true);
        expect((await world.services.readiness()).ready).toBe(false);
        await until(async () => (await partNow()).ok);
        expect(await partNow()).toMatchObject({ restarts: 1 });
        expect((await world.services.getModel(CALLER.site)).id).toBe(before.id);
        await ingest(world, lines('b'), { corpus: { label: 'bad', name: 'lab' } });
        await world.jobs.idle();
        const { totals } = await world.services.getModel(CALLER.site);
        expect(totals).toMatchObject({ goodRecords: 50, badRecords: 50 });
        expect((await recount(world.store, CALLER.site)).differences).toEqual([]);
        expect((await world.services.readiness()).ready).toBe(true);
        expect(failures).toContain(`the thread of the ${name} has ended`);
      } finally {
        await world.close();
      }
    });
  });
});
