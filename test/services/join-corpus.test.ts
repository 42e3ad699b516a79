/** Corpora of one name that are posted at the same moment, and what a request leaves that goes no further. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Label } from '../../src/domain/label.ts';
import { recount } from '../../src/services/recount.ts';
import { addAll, CALLER, ingest, NOON_MS, openWorld, received, type World } from '../world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const namesOf = (prefix: string) =>
  received(
    'ecs',
    Array.from({ length: 5 }, (_, index) =>
      JSON.stringify({
        '@timestamp': NOON_MS,
        source: { ip: '10.0.0.1' },
        dns: { question: { name: `${prefix}${index}.test` } },
      }),
    ),
  );
const post = (label: Label, prefix: string) =>
  ingest(world, namesOf(prefix), { corpus: { label, name: 'lab' } });
const windows = async () => (await world.services.listWindows(CALLER.site, { limit: 10 })).items;
const badAndGood = async () => {
  await world.jobs.idle();
  expect((await recount(world.store, CALLER.site)).differences).toEqual([]);
  const { badRecords, goodRecords } = (await world.services.getModel(CALLER.site)).totals;
  return [badRecords, goodRecords];
};

describe('corpora of one name that are posted at the same moment', () => {
  it('with two labels: the one whose mark is first stands, the other is refused and leaves nothing', async () => {
    const outcomes = await Promise.allSettled([post('bad', 'x'), post('good', 'y')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'window-name-taken' } });
    expect(await windows()).toMatchObject([{ taught: { mark: { label: 'bad' } } }]);
    expect(await badAndGood()).toEqual([5, 0]);
  });

  it('with one label: all records are in one window, each once', async () => {
    await Promise.all([post('bad', 'x'), post('bad', 'y'), post('bad', 'x')]);
    const [corpus, ...others] = await windows();
    expect(others).toEqual([]);
    expect((await world.services.getWindow(CALLER.site, corpus?.id ?? '')).matched).toBe(10);
    expect(await badAndGood()).toEqual([10, 0]);
  });

  it('leave the name free for either label once the one window is retracted', async () => {
    await Promise.allSettled([post('bad', 'x'), post('good', 'y')]);
    for (const { id } of await windows()) await world.services.retractWindow(CALLER, id);
    await post('good', 'z');
    await world.jobs.idle();
    expect(await windows()).toMatchObject([{ status: 'applied' }, { status: 'retracted' }]);
    expect(await badAndGood()).toEqual([0, 5]);
  });
});

describe('a request that ends after its mark and before its first record', () => {
  it('leaves an empty list, which the next post joins', async () => {
    const session = await world.services.openIngest(CALLER, {
      explain: 0,
      score: true,
      corpus: { label: 'bad', name: 'lab' },
    });
    await post('bad', 'x');
    expect(await windows()).toHaveLength(1);
    await addAll(session, namesOf('y'));
    expect(await badAndGood()).toEqual([10, 0]);
  });
});
