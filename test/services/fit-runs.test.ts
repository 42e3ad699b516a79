/** When fits are made: at once, then seldom, and again where one failed. */
import { expect, it } from 'vitest';
import { FIT_VERSION } from '../../src/bayes/fit/site-fit.ts';
import type { StoredFit } from '../../src/domain/fit.ts';
import { FitRuns } from '../../src/services/fit-runs.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

const SITE = 'default';

/** Fits that take a second each, of an entry that rises; time goes as told. */
function runsUnderTest() {
  let nowMs = 0;
  let entry = 0;
  const waiting: { work: () => void; atMs: number }[] = [];
  const told: string[] = [];
  const failures: string[] = [];
  /** What each fit was told to have been examined before. */
  const examined: number[] = [];
  const fit = { fails: false, content: '{"weights":{}}' };
  const store = new SqliteStore(':memory:');
  return {
    fit,
    told,
    failures,
    examined,
    store,
    runs: new FitRuns({
      fitting: {
        async fit(_, before): Promise<StoredFit | null> {
          nowMs += 1_000;
          examined.push(before);
          if (fit.fails) throw new Error('the store is away');
          entry += 1;
          return { version: FIT_VERSION, entry, content: fit.content };
        },
        close: () => Promise.resolve(),
      },
      store,
      onFitted: async (_, of) => told.push(`fitted ${of}`),
      monotonicMs: () => nowMs,
      later: (work, ms) => {
        const item = { work, atMs: nowMs + ms };
        waiting.push(item);
        return () => {
          waiting.splice(waiting.indexOf(item), waiting.includes(item) ? 1 : 0);
        };
      },
      onError: (_, what) => failures.push(what),
    }),
    async pass(ms: number) {
      nowMs += ms;
      for (const item of waiting.splice(0)) {
        if (item.atMs <= nowMs) item.work();
        else waiting.push(item);
      }
      await new Promise(setImmediate);
    },
  };
}

it('a storm of marks is one fit and one more, after a rest of three times as long', async () => {
  const { runs, store, pass } = runsUnderTest();
  for (let mark = 0; mark < 5; mark++) runs.wake(SITE);
  await pass(0);
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(1);
  await pass(2_000);
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(1);
  await pass(1_000);
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(2);
  await pass(3_600_000);
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(2);
});

it('who waits for all to be fitted waits for no rest', async () => {
  const { runs, store, pass } = runsUnderTest();
  runs.wake(SITE);
  await pass(0);
  runs.wake(SITE);
  await runs.settled();
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(2);
  await runs.settled();
  expect((await store.lastFit(SITE, FIT_VERSION))?.entry).toBe(2);
});

it('the newest fit is served, the one before goes, and one of nothing is not kept where there was none', async () => {
  const world = runsUnderTest();
  world.fit.content = '{}';
  world.runs.wake(SITE);
  await world.runs.settled();
  expect(await world.store.lastFit(SITE, FIT_VERSION)).toBeNull();
  for (const content of ['{"weights":{"surprise":1}}', '{"weights":{"surprise":1}}', '{}', '{}']) {
    world.fit.content = content;
    world.runs.wake(SITE);
    await world.runs.settled();
  }
  expect(world.told).toEqual(['fitted 2', 'fitted 3', 'fitted 4', 'fitted 5']);
  expect(world.examined).toEqual([0, 1, 2, 3, 4]);
  expect(await world.store.lastFit(SITE, FIT_VERSION)).toEqual({
    version: FIT_VERSION,
    entry: 5,
    content: '{}',
  });
  // Gone, so that it may come again.
  const before = { version: FIT_VERSION, entry: 4, content: '{}' };
  expect(await world.store.putFit(SITE, before)).toBe('inserted');
});

it('a fit that failed is told and tried again after a minute', async () => {
  const world = runsUnderTest();
  world.fit.fails = true;
  world.runs.wake(SITE);
  await world.runs.settled();
  expect(world.failures).toEqual(['fitting the evidence of site default']);
  expect(world.runs.health()).toEqual({ failures: 1, failingSites: 1 });
  world.fit.fails = false;
  await world.pass(59_000);
  expect(await world.store.lastFit(SITE, FIT_VERSION)).toBeNull();
  await world.pass(1_000);
  expect((await world.store.lastFit(SITE, FIT_VERSION))?.entry).toBe(1);
  expect(world.examined).toEqual([0, 0]);
  expect(world.runs.health()).toEqual({ failures: 1, failingSites: 0 });
  world.runs.stop();
});
