/** Two workers and one site, in time that the test lets pass. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LEASE_MS, SiteLeases } from '../../src/services/site-leases.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

let store: SqliteStore;
let nowMs: number;
let waits: { untilMs: number; end: () => void }[];
let errors: string[];
beforeEach(() => {
  store = new SqliteStore(':memory:');
  nowMs = 0;
  waits = [];
  errors = [];
});
afterEach(() => store.close());

function leasesOf(holder: string): SiteLeases {
  return new SiteLeases({
    store,
    clock: { monotonicMs: () => nowMs },
    holder,
    wait: (ms, signal) =>
      new Promise(resolve => {
        if (signal.aborted) return resolve();
        const end = () => {
          signal.removeEventListener('abort', end);
          resolve();
        };
        signal.addEventListener('abort', end, { once: true });
        waits.push({ untilMs: nowMs + ms, end });
      }),
    onError: (_, what) => errors.push(what),
  });
}

/** Lets time pass in steps, and everything that follows from it happen. */
async function pass(ms: number): Promise<void> {
  for (const endMs = nowMs + ms; nowMs < endMs; ) {
    nowMs = Math.min(endMs, nowMs + 250);
    for (const wait of waits) if (wait.untilMs <= nowMs) wait.end();
    waits = waits.filter(wait => wait.untilMs > nowMs);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Work that goes on until the test ends it. */
function held(leases: SiteLeases, site = 'a') {
  let end = () => {};
  const state = { isRunning: false, end: () => end() };
  const done = leases.hold(site, () => {
    state.isRunning = true;
    return new Promise<void>(resolve => {
      end = resolve;
    });
  });
  return Object.assign(state, { done });
}

it('one works while the other one waits, however long it takes, and then the other one works', async () => {
  const one = held(leasesOf('one'));
  await settled();
  expect(one.isRunning).toBe(true);
  const two = held(leasesOf('two'));
  await pass(10 * LEASE_MS);
  expect(two.isRunning).toBe(false);
  one.end();
  await one.done;
  await pass(1_000);
  expect(two.isRunning).toBe(true);
  two.end();
  await two.done;
  expect((await store.lastLease('a'))?.holder).toBeNull();
});

it('who could not let go of a site takes it again at once, and only the others wait until that has run out', async () => {
  const { putLease } = store;
  const leases = leasesOf('one');
  const first = held(leases);
  await settled();
  store.putLease = async () => {
    throw new Error('the store is away');
  };
  first.end();
  await first.done;
  expect(errors).toEqual(['letting go of site a']);
  store.putLease = putLease;
  const other = held(leasesOf('two'));
  await pass(1_000);
  expect(other.isRunning).toBe(false);
  const [second, third] = [held(leases), held(leases)];
  await settled();
  expect([second.isRunning, third.isRunning]).toEqual([true, false]);
  second.end();
  await second.done;
  await pass(1_000);
  expect(other.isRunning !== third.isRunning).toBe(true);
  for (const each of [other, third]) each.end();
  await pass(1_000);
  for (const each of [other, third]) each.end();
  await Promise.all([other.done, third.done]);
});

it('another site waits for nobody', async () => {
  const leases = leasesOf('one');
  const one = held(leases, 'a');
  const two = held(leases, 'b');
  await settled();
  expect([one.isRunning, two.isRunning]).toEqual([true, true]);
});

it('who was not heard of for so long has a successor, and does no harm when it is back', async () => {
  await store.putLease('a', { epoch: 7, holder: 'dead' });
  const two = held(leasesOf('two'));
  await pass(LEASE_MS - 1_000);
  expect(two.isRunning).toBe(false);
  await pass(2_000);
  expect(two.isRunning).toBe(true);
  const back = leasesOf('dead');
  const late = held(back);
  await pass(LEASE_MS);
  expect(late.isRunning).toBe(false);
  two.end();
  await two.done;
  await pass(1_000);
  expect(late.isRunning).toBe(true);
});

it('a holder that finds its site taken over beats no more and lets nothing go that is not its own', async () => {
  const one = held(leasesOf('one'));
  await settled();
  await store.putLease('a', { epoch: 2, holder: 'two' });
  await pass(5_000);
  one.end();
  await one.done;
  expect(await store.lastLease('a')).toEqual({ epoch: 2, holder: 'two' });
});

it('the site is let go where the work fails', async () => {
  const failing = leasesOf('one').hold('a', () => Promise.reject(new Error('no luck')));
  await expect(failing).rejects.toThrow('no luck');
  expect((await store.lastLease('a'))?.holder).toBeNull();
});

it('beats that the store does not take are told of, and the work goes on', async () => {
  const one = held(leasesOf('one'));
  await settled();
  store.putLease = () => Promise.reject(new Error('away'));
  await pass(5_000);
  expect(errors).toEqual(['saying that site a is worked on']);
  store.putLease = SqliteStore.prototype.putLease;
  one.end();
  await one.done;
  expect((await store.lastLease('a'))?.holder).toBeNull();
});

it('waits no longer where the process stops', async () => {
  held(leasesOf('one'));
  await settled();
  const leases = leasesOf('two');
  const two = held(leases);
  await settled();
  leases.close();
  await expect(two.done).rejects.toMatchObject({ code: 'stopping' });
});
