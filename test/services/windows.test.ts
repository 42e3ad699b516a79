/** Windows while learning fails: whoever waits for one learns that it did, and that it is done once learning works. */
import { expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { CALLER, ingest, NOON_MS, openWorld, received } from '../world.ts';

const { site } = CALLER;
const LINE = JSON.stringify({
  '@timestamp': NOON_MS,
  source: { ip: '10.0.0.1' },
  dns: { question: { name: 'a.example.org' } },
});

it.each([
  ['a defect', new Error('a negative count of secret.example.org'), 'the log of the server says why'],
  ['the store', new AppError('store-unavailable', 'the disk is full'), 'the disk is full'],
])(
  'fails for %s, says what may be told of it, and is applied once that is mended',
  async (_, failure, reason) => {
    const world = await openWorld({ onError: () => undefined });
    const { services, store, jobs } = world;
    await ingest(world, received('ecs', [LINE]));
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
    expect(await services.getWindow(site, id)).toMatchObject({ status: 'learning' });
    await jobs.idle();
    const applied = await services.getWindow(site, id);
    expect(applied).toMatchObject({ status: 'applied' });
    expect(applied.reason).toBeUndefined();
    await world.close();
  },
);
