/** The end of a composition: in order, and within a time whatever learning is at. */
import { expect, it } from 'vitest';
import { CALLER, ingest, NOON_MS, openWorld, received } from './world.ts';

it('closing does not wait for learning that gets nowhere, and does not report what that meets then', async () => {
  const failures: unknown[] = [];
  const world = await openWorld({ onError: error => failures.push(error) });
  const held: (() => void)[] = [];
  const { putPlan } = Object.getPrototypeOf(world.store);
  world.store.putPlan = async (site, plan) => {
    await new Promise<void>(resolve => held.push(resolve));
    return putPlan.call(world.store, site, plan);
  };
  await ingest(world, received('text', ['a line']), { corpus: { label: 'bad', name: 'b' } });
  await world.services.markWindow(CALLER, { fromMs: NOON_MS - 1, toMs: NOON_MS, label: 'bad', where: {} });
  await expect.poll(() => held.length).toBe(1);
  await world.close();
  for (const resolve of held) resolve();
  await world.jobs.idle().catch(() => undefined);
  expect(failures).toEqual([]);
  await expect(world.store.ping()).rejects.toMatchObject({ code: 'store-unavailable' });
});
