/**
 * Windows while learning fails: whoever waits for one learns that it did, and that it is done once learning works. And
 * what they cover while records go.
 */
import { expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { SLICE_MS, sliceOf } from '../../src/domain/identity.ts';
import { inventoryOf } from '../../src/services/inventory.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received } from '../world.ts';

const { site } = CALLER;
const dns = (name: string) =>
  JSON.stringify({ '@timestamp': NOON_MS, source: { ip: '10.0.0.1' }, dns: { question: { name } } });

it.each([
  ['a defect', new Error('a negative count of secret.example.org'), 'the log of the server says why'],
  ['the store', new AppError('store-unavailable', 'the disk is full'), 'the disk is full'],
])(
  'fails for %s, says what may be told of it, and is applied once that is mended',
  async (_, failure, reason) => {
    const world = await openWorld({ onError: () => undefined });
    const { services, store, jobs } = world;
    await ingest(world, received('ecs', [dns('a.example.org')]));
    const request = { fromMs: NOON_MS, toMs: NOON_MS + 1_000, label: 'bad', where: {} } as const;
    const { id: before } = await services.markWindow(CALLER, request);
    await jobs.idle();
    store.putDone = async () => {
      throw failure;
    };
    const { id, status } = await services.markWindow(CALLER, request);
    expect(status).toBe('queued');
    await expect(jobs.idle()).rejects.toBe(failure);
    expect(await services.getWindow(site, id)).toMatchObject({ status: 'failed', reason });
    expect((await services.listWindows(site, { limit: 9 })).items).toMatchObject([
      { id, status: 'failed', reason },
      { id: before, status: 'applied' },
    ]);
    store.putDone = (...done) => SqliteStore.prototype.putDone.apply(store, done);
    jobs.wake(site);
    expect(await services.getWindow(site, id)).toMatchObject({ status: 'failed', reason });
    await jobs.idle();
    const applied = await services.getWindow(site, id);
    expect(applied).toMatchObject({ status: 'applied' });
    expect(applied.reason).toBeUndefined();
    await world.close();
  },
);

it('covers what is left of a slice of which a part is purged', async () => {
  const world = await openWorld();
  const { services, store } = world;
  await ingest(world, received('ecs', [dns('a.example.org'), dns('b.example.org')]));
  world.clock.advance(1_000);
  await ingest(world, received('ecs', [dns('c.example.org')], world.clock.nowMs()));
  const { id } = await services.markWindow(CALLER, {
    ...{ fromMs: NOON_MS, toMs: NOON_MS + 1_000, label: 'bad', where: {} },
  });
  const matched = async () => (await services.getWindow(site, id)).matched;
  expect(await matched()).toBe(3);
  await store.purgeRecords(site, { slice: sliceOf(NOON_MS, ''), receivedUntilMs: NOON_MS, limit: 9 });
  expect(await matched()).toBe(1);
  expect(await inventoryOf(store, async () => POLICY)).toMatchObject([{ site, records: 1 }]);
  await world.close();
});

it.each([
  ['whole hours', { fromMs: NOON_MS - SLICE_MS, toMs: NOON_MS + 2 * SLICE_MS }, {}, 7],
  ['an hour up to the first moment of the next', { fromMs: NOON_MS, toMs: NOON_MS + SLICE_MS }, {}, 5],
  ['an hour but its last millisecond', { fromMs: NOON_MS, toMs: NOON_MS + SLICE_MS - 1 }, {}, 4],
  ['an hour but its first millisecond', { fromMs: NOON_MS + 1, toMs: NOON_MS + SLICE_MS }, {}, 3],
  ['an hour with a filter', { fromMs: NOON_MS, toMs: NOON_MS + SLICE_MS }, { domain: 'a.example.org' }, 2],
  [
    'an hour with a filter of nothing',
    { fromMs: NOON_MS, toMs: NOON_MS + SLICE_MS },
    { domain: undefined },
    5,
  ],
])('covers %s', async (_, range, where, matched) => {
  const world = await openWorld();
  const at = (name: string, atMs: number) => dns(name).replace(String(NOON_MS), String(atMs));
  const lines = [
    at('a.example.org', NOON_MS - 1),
    at('a.example.org', NOON_MS),
    at('a.example.org', NOON_MS + 1_000),
    at('b.example.org', NOON_MS + 2_000),
    at('c.example.org', NOON_MS + SLICE_MS - 1),
    at('a.example.org', NOON_MS + SLICE_MS),
    // Received at noon, and in no slice of an hour.
    JSON.stringify({ source: { ip: '10.0.0.1' }, dns: { question: { name: 'undated.example.org' } } }),
  ];
  await ingest(world, received('ecs', lines));
  const request = { ...range, where, label: 'bad' } as const;
  expect(await world.services.previewWindow(site, request)).toEqual({ matched });
  const { id } = await world.services.markWindow(CALLER, request);
  expect(await world.services.getWindow(site, id)).toMatchObject({ matched });
  await world.close();
});

it('is counted seldom where counting takes long, however often is asked', async () => {
  const world = await openWorld();
  const { services, store } = world;
  await ingest(world, received('ecs', [dns('a.example.org')]));
  const request = { fromMs: NOON_MS, toMs: NOON_MS + 1_000, label: 'bad', where: {} } as const;
  const { id } = await services.markWindow(CALLER, request);
  await world.jobs.idle();
  let listed = 0;
  store.listSlices = async (...query) => {
    listed += 1;
    world.clock.advance(100);
    return SqliteStore.prototype.listSlices.apply(store, query);
  };
  const matched = async () => (await services.getWindow(site, id)).matched;
  expect(await matched()).toBe(1);
  await ingest(world, received('ecs', [dns('b.example.org')]));
  listed = 0;
  world.clock.advance(1_000);
  expect(await matched()).toBe(1);
  expect(listed).toBe(0);
  world.clock.advance(1_000);
  expect(await matched()).toBe(2);
  expect(listed).toBe(1);
  await world.close();
});
