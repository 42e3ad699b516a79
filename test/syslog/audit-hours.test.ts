/** What the audit is told of an hour in which storing fails, or nothing can be scored. */
import { expect, it, onTestFinished } from 'vitest';
import type { AuditEntry } from '../../src/domain/audit.ts';
import { AppError, type ErrorCode } from '../../src/domain/errors.ts';

import type { Services } from '../../src/services/services.ts';
import { AuditHours } from '../../src/syslog/audit-hours.ts';
import { CALLER, openWorld, received, type World } from '../world.ts';

const at = '2026-01-15T11:59:00Z';
const recordOf = (id: string) =>
  received('ecs', [JSON.stringify({ '@timestamp': at, event: { id }, message: 'started' })]);

interface HoursUnderTest {
  world: World;
  hours: AuditHours;
  /** What was told of entries, and of scores. */
  told: string[];
  /** Newest first. */
  entries(): Promise<AuditEntry[]>;
}

async function openHours(
  openIngest: (world: World) => Services['openIngest'] = world => world.services.openIngest,
): Promise<HoursUnderTest> {
  const world = await openWorld({ onError: () => undefined });
  onTestFinished(() => world.close());
  const told: string[] = [];
  const hours = new AuditHours({
    services: { openIngest: openIngest(world) },
    site: CALLER.site,
    hourMs: 3_600_000,
    onError: (_error, what) => told.push(what),
  });
  return {
    world,
    hours,
    told,
    async entries() {
      return (await world.services.listAudit(CALLER.site, { limit: 100, by: 'syslog' })).items;
    },
  };
}

/** Sessions whose batches fail while there are failures left. */
function failing(failures: Error[]) {
  return (world: World): Services['openIngest'] =>
    async (caller, options) => {
      const session = await world.services.openIngest(caller, options);
      return {
        get model() {
          return session.model;
        },
        async add(batch, isLast) {
          const outcomes = await session.add(batch, isLast);
          const failure = failures.shift();
          if (failure !== undefined) throw failure;
          return outcomes;
        },
        close: (...how) => session.close(...how),
      };
    };
}

it('an hour in which storing fails five times has two entries, and the last names the last failure', async () => {
  const away = (code: ErrorCode) => new AppError(code, 'it is away');
  const failures = [...Array.from({ length: 4 }, () => away('store-unavailable')), away('store-full')];
  const { hours, entries } = await openHours(failing(failures));
  for (let tries = 0; tries < 5; tries++)
    await expect(hours.add(recordOf('a'), ['192.0.2.7'])).rejects.toThrow('it is away');
  expect(await hours.add(recordOf('b'), ['192.0.2.7'])).toHaveLength(1);
  await hours.close();
  expect(await entries()).toMatchObject([
    { outcome: 'store-full', details: { accepted: 1, duplicates: 0, rejected: 0 } },
    { outcome: 'begun' },
  ]);
});

it('an hour whose begin was not written goes on, and is begun, when the store is back', async () => {
  const { world, hours, entries } = await openHours();
  const { putAuditEntries } = world.store;
  world.store.putAuditEntries = () => Promise.reject(new AppError('store-unavailable', 'it is away'));
  await expect(hours.add(recordOf('a'), ['192.0.2.7'])).rejects.toThrow('it is away');
  world.store.putAuditEntries = putAuditEntries;
  expect(await hours.add(recordOf('a'), ['192.0.2.7'])).toMatchObject([{ duplicate: true }]);
  await hours.close();
  const [end, begin, ...others] = await entries();
  expect(end).toMatchObject({ outcome: 'store-unavailable', begin: begin?.number });
  expect(begin?.outcome).toBe('begun');
  expect(others).toEqual([]);
});

it('what nothing can score is stored without a score, and told of once', async () => {
  const asked: boolean[] = [];
  const { world, hours, told } = await openHours(({ services }) => async (caller, options) => {
    asked.push(options.score);
    if (options.score) throw new AppError('tokenizer-unknown', 'it is of another version');
    return services.openIngest(caller, options);
  });
  for (const id of ['a', 'b', 'c']) expect(await hours.add(recordOf(id), ['192.0.2.7'])).toHaveLength(1);
  await hours.close();
  expect(asked).toEqual([true, false]);
  expect(told).toEqual(['an hour of syslog is stored without scores']);
  const { items } = await world.services.searchRecords(CALLER.site, { sort: 'time', limit: 9 });
  expect(items.map(({ stored }) => stored.score)).toEqual([undefined, undefined, undefined]);
});

it('what was rejected before an hour is open, or while none opens, is told of with it, once', async () => {
  let isAway = true;
  const { hours, entries } = await openHours(({ services }) => async (caller, options) => {
    if (isAway) throw new AppError('store-unavailable', 'it is away');
    return services.openIngest(caller, options);
  });
  hours.countRejected(3);
  await expect(hours.add(recordOf('a'), ['192.0.2.7'])).rejects.toThrow('it is away');
  isAway = false;
  hours.countRejected(2);
  await hours.add(recordOf('a'), ['192.0.2.7']);
  hours.countRejected(1);
  await hours.close();
  const [end] = await entries();
  expect(end).toMatchObject({ outcome: 'done', details: { accepted: 1, rejected: 6 } });
});
