/** When all sites are looked at for work that nobody was told of. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BusEvent } from '../../src/bus/port.ts';
import { SitePoll } from '../../src/services/site-poll.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const state = { isAway: false, looks: 0, woken: [] as string[], told: 0 };
  const listeners = new Set<(event: BusEvent) => void>();
  const poll = new SitePoll({
    store: {
      async listSites() {
        state.looks += 1;
        if (state.isAway) throw new Error('the store is away');
        return ['a', 'b'];
      },
    },
    jobs: { wake: site => state.woken.push(site) },
    bus: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    onError: () => {
      state.told += 1;
    },
  });
  const hear = (event: BusEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { state, poll, hear, listeners };
}

it('wakes all sites at the start, every minute, and after a gap in the news', async () => {
  const { state, poll, hear, listeners } = open();
  await poll.start();
  expect(state.woken).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.woken).toHaveLength(4);
  hear({ type: 'learnt', site: 'a', entry: 1 });
  await vi.advanceTimersByTimeAsync(0);
  expect(state.woken).toHaveLength(4);
  hear({ type: 'gap' });
  await vi.advanceTimersByTimeAsync(0);
  expect(state.woken).toHaveLength(6);
  poll.stop();
  expect(listeners.size).toBe(0);
  poll.look();
  await vi.advanceTimersByTimeAsync(300_000);
  expect(state.woken).toHaveLength(6);
});

it('looks again within seconds while the store is away, and tells of it once', async () => {
  const { state, poll, hear } = open();
  await poll.start();
  state.isAway = true;
  hear({ type: 'gap' });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(state).toMatchObject({ looks: 4, told: 1 });
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.woken).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(state.woken).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.woken).toHaveLength(6);
  state.isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.told).toBe(2);
  poll.stop();
});

it('does not start where the sites cannot be listed', async () => {
  const { state, poll } = open();
  state.isAway = true;
  await expect(poll.start()).rejects.toThrow('the store is away');
  poll.stop();
});
