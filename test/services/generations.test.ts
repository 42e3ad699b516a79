/**
 * A newer tokenizer: all is counted again while the old model scores with the old tokenizer, and a program that does not know
 * the tokenizer of what is learnt says so. Two releases work on one store here; test/services/learning interleaves them.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/domain/errors.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { getModel } from '../../src/services/get-model.ts';
import { inventoryOf } from '../../src/services/inventory.ts';
import { Learner } from '../../src/services/learner.ts';
import { Ledger } from '../../src/services/learning/ledger.ts';
import { Models } from '../../src/services/models.ts';
import { recount } from '../../src/services/recount.ts';
import { openScoring } from '../../src/services/score-records.ts';
import type { Store } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { KNOWN_TOKENIZERS, type Tokenizers } from '../../src/tokenize/tokenizers.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { addAll, CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';
import { ALL_LATER_VERSIONS, laterTokenizersOf } from './learning/versions.ts';

const { site } = CALLER;
const NEXT_VERSION = TOKENIZER_VERSION + 1;
const HOUR_MS = 3_600_000;
const WHOLE_DAY = { fromMs: NOON_MS - 12 * HOUR_MS, toMs: NOON_MS + 12 * HOUR_MS, where: {} };

const dns = (name: string, hour: number, source = '10.0.0.1') =>
  JSON.stringify({
    '@timestamp': new Date(NOON_MS - hour * HOUR_MS).toISOString(),
    source: { ip: source },
    dns: { question: { name, type: 'A' } },
  });
const lines = Array.from({ length: 24 }, (_, index) =>
  dns(`host${index}.example.org`, index % 3, `10.0.0.${index % 4}`),
);
const suspect = received('ecs', [dns('host99.example.org', 1, '10.0.0.2')]);

/** Another program on the same store: what it learns, and what it scores with. */
function releaseOn(store: Store, tokenizers: Tokenizers) {
  const clock = { nowMs: () => NOON_MS, monotonicMs: () => 0 };
  let ids = 0;
  const learner = new Learner({
    store,
    clock,
    newId: () => `release-${tokenizers.newest}-${ids++}`,
    policyOf: async () => POLICY,
    tokenizers,
  });
  const models = new Models(learner, clock, tokenizers);
  const context = { ...localClock('UTC'), countryOf: () => undefined, asnOf: () => undefined };
  const deps = { models, source: learner, clock, contextOf: () => context };
  return {
    learner,
    models,
    view: () => getModel({ store, ledger: new Ledger(store), models, source: learner }, site),
    score: async () => addAll(await openScoring(deps, site, { explain: 3 }), suspect),
  };
}

async function openLearntWorld(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(options);
  await ingest(world, received('ecs', lines), { corpus: { label: 'good', name: 'good' } });
  await ingest(
    world,
    received('ecs', [dns('x1.evil.test', 1, '10.0.0.3'), dns('x2.evil.test', 2, '10.0.0.3')]),
  );
  await world.services.markWindow(CALLER, { ...WHOLE_DAY, label: 'bad', where: { source: '10.0.0.3' } });
  await world.startLearning();
  await world.jobs.idle();
  return world;
}

const fieldsOf = async (learner: Learner) => Object.keys(await learner.fieldsOf(site));

describe('a newer tokenizer', () => {
  it('leaves the counts of an earlier version that is served, until it is not', async () => {
    const world = await openLearntWorld();
    const { learner } = releaseOn(world.store, laterTokenizersOf(2));
    const ledger = new Ledger(world.store);
    let decisions = 0;
    const activate = async (version?: number) => {
      const draft = { type: 'activate', ...(version === undefined ? {} : { version }) } as const;
      await ledger.append(site, { ...draft, id: `decision ${decisions++}`, appendedAtMs: NOON_MS });
    };
    const before = await learner.refresh(site);
    await activate(before.entry);
    await learner.advance(site);
    const held = await learner.refresh(site);
    expect(held).toMatchObject({
      id: before.id,
      entry: before.entry,
      model: { totals: before.model?.totals },
    });
    expect(held.doneTo).toBeGreaterThan(before.entry);

    await activate();
    await learner.advance(site);
    const newest = await learner.refresh(site);
    expect(newest.model?.parameters.tokenizerVersion).toBe(NEXT_VERSION);
    expect(newest.entry).toBe(newest.doneTo);
    // Its segments are gone by now: whoever decided before could know it serves the newest.
    await activate(before.entry);
    const after = await learner.refresh(site);
    expect([after.id, after.entry]).toEqual([newest.id, after.doneTo]);
    await world.close();
  });

  it('leaves the model as it is until all is counted again, and then counts all by the new one', async () => {
    const world = await openLearntWorld();
    const [before] = await score(world, suspect, 3);
    const entriesBefore = await world.store.lastEntryNumber(site);
    const { learner, models, score: scoreByNext, view } = releaseOn(world.store, laterTokenizersOf(2));

    // The entry is there and its slices are half counted: the thread of the learner died.
    const dying = new Proxy(world.store, {
      get: (store, method) =>
        method === 'putDone'
          ? () => Promise.reject(new Error('the learner died'))
          : Reflect.get(store, method).bind(store),
    });
    await expect(releaseOn(dying, laterTokenizersOf(2)).learner.advance(site)).rejects.toThrow('died');
    expect(await world.store.listSegmentKeys(site, entriesBefore + 1)).not.toEqual([]);
    expect(await scoreByNext()).toEqual([before]);
    const plan = await world.store.findPlan(site, entriesBefore + 1);
    const total = plan?.slices.reduce((sum, { parts }) => sum + parts, 0);
    expect(total).toBeGreaterThan(2);
    expect(await view()).toMatchObject({
      parameters: { tokenizerVersion: TOKENIZER_VERSION },
      recount: { tokenizerVersion: NEXT_VERSION, parts: { done: total, total } },
    });
    expect(await fieldsOf(learner)).not.toContain('test.half');

    expect(await learner.advance(site)).toBe(entriesBefore + 1);
    const { model } = await models.refresh(site);
    expect(model.parameters.tokenizerVersion).toBe(NEXT_VERSION);
    expect(await scoreByNext()).toMatchObject([{ model: model.id }]);
    expect((await view()).recount).toBeUndefined();
    expect(model.id).not.toBe(before?.model);
    expect(await fieldsOf(learner)).toContain('test.half');
    expect(await fieldsOf(learner)).not.toContain('dns.question.name#length');
    const tokenizers = ALL_LATER_VERSIONS;
    expect(await recount(world.store, site, { tokenizers })).toMatchObject({ differences: [], negative: 0 });
    expect(await inventoryOf(world.store, async () => POLICY)).toMatchObject([{ site, model: model.id }]);
    await world.close();
  });

  it('gives the counts of a site that it has learnt from the beginning, and removes what it replaces', async () => {
    const { store, close } = await openLearntWorld();
    const upgraded = releaseOn(store, laterTokenizersOf(2));
    const entry = await upgraded.learner.advance(site);
    for (let number = 1; number < entry; number++)
      expect(await store.listSegmentKeys(site, number)).toEqual([]);

    const fresh = new SqliteStore(':memory:');
    const entries = (await store.listEntries(site, 0, 100)).filter(({ type }) => type !== 'tokenizer');
    for (const [index, old] of entries.entries()) await fresh.putEntry(site, { ...old, number: index + 2 });
    const first = { number: 1, id: 't', appendedAtMs: 0 };
    await fresh.putEntry(site, { ...first, type: 'tokenizer', version: NEXT_VERSION });
    for (const { slice } of await store.listSlices(site, { type: 'all' })) {
      const heads = await store.listHeads(site, { slice, limit: 100 });
      const records = await store.findRecords(site, heads);
      await fresh.putRecords(
        site,
        records.filter(record => record !== null),
      );
      await fresh.putMemberships(site, await store.findMemberships(site, heads));
    }
    const anew = releaseOn(fresh, laterTokenizersOf(2));
    await anew.learner.advance(site);
    expect((await anew.models.current(site)).model.id).toBe((await upgraded.models.current(site)).model.id);
    await fresh.close();
    await close();
  });

  it('is not begun by a program that does not know the one in use: a release was skipped', async () => {
    const { store, close } = await openLearntWorld();
    const before = await store.lastEntryNumber(site);
    const { learner, score: scoreByLater } = releaseOn(store, laterTokenizersOf(3));
    await expect(learner.advance(site)).rejects.toMatchObject({ code: 'tokenizer-unknown' });
    await expect(scoreByLater()).rejects.toMatchObject({ code: 'tokenizer-unknown' });
    expect(await store.lastEntryNumber(site)).toBe(before);
    await close();
  });
});

describe('a program that does not know the tokenizer of what is learnt', () => {
  it('goes on scoring with the model that it has, learns no more and says why', async () => {
    const failures: unknown[] = [];
    const world = await openLearntWorld({ onError: error => failures.push(error) });
    const before = await score(world, suspect, 3);
    await releaseOn(world.store, laterTokenizersOf(2)).learner.advance(site);
    await ingest(world, received('ecs', [dns('late.example.org', 1)]), {
      corpus: { label: 'good', name: 'good' },
    });
    await expect(world.jobs.idle()).rejects.toMatchObject({ code: 'tokenizer-unknown' });
    expect(await score(world, suspect, 3)).toEqual(before);
    const { ready, parts } = await world.services.readiness();
    expect(ready).toBe(false);
    expect(parts.model.ok).toBe(true);
    expect(parts.learning.detail).toContain(
      `version ${NEXT_VERSION} of the tokenizers, and this program knows 1, 2, 3, 4, ${TOKENIZER_VERSION}`,
    );
    await expect(world.services.getModel(site)).rejects.toMatchObject({ code: 'tokenizer-unknown' });
    expect(failures).toMatchObject([{ code: 'tokenizer-unknown' }]);
    await world.close();
  });

  it('starts, stores what needs no score and refuses what does', async () => {
    await inScratchFolder(async dataFolder => {
      await (await openLearntWorld({ dataFolder })).close();
      const store = new SqliteStore(join(dataFolder, 'bayeswatch.sqlite'));
      const next = releaseOn(store, laterTokenizersOf(2));
      await next.learner.advance(site);

      const failures: unknown[] = [];
      const world = await openWorld({ dataFolder, onError: error => failures.push(error) });
      await world.startLearning();
      await expect(world.jobs.idle()).rejects.toMatchObject({ code: 'tokenizer-unknown' });
      await expect(score(world, suspect)).rejects.toMatchObject({ code: 'tokenizer-unknown' });
      await expect(ingest(world, suspect)).rejects.toMatchObject({ code: 'tokenizer-unknown' });
      const corpus = { label: 'good', name: 'good' } as const;
      expect(await ingest(world, suspect, { score: false, corpus })).toEqual([
        { id: expect.any(String), kind: 'dns' },
      ]);
      const { parts } = await world.services.readiness();
      expect([parts.store.ok, parts.model.ok, parts.learning.ok]).toEqual([true, false, false]);
      expect(failures.every(failure => isAppError(failure, 'tokenizer-unknown'))).toBe(true);
      await world.close();

      await next.learner.advance(site);
      expect((await next.models.current(site)).model.totals).toMatchObject({ goodRecords: 19 });
      expect(await recount(store, site, { tokenizers: ALL_LATER_VERSIONS })).toMatchObject({
        differences: [],
      });
      await store.close();
    });
  });
});

describe('whoever sleeps while a newer tokenizer is counted, and what it replaces is removed, begins anew:', () => {
  /** The store as one sees it who has just read what is done: all is counted again before the first segment is read. */
  const sleepingOn = (store: Store): Store => {
    const { learner } = releaseOn(store, laterTokenizersOf(2));
    return new Proxy(store, {
      get: (_, method) =>
        method === 'listSegments'
          ? async (...args: Parameters<Store['listSegments']>) => {
              await learner.advance(site);
              return store.listSegments(...args);
            }
          : Reflect.get(store, method).bind(store),
    });
  };

  it('a reader', async () => {
    const { store, models, close } = await openLearntWorld();
    const before = await models.current(site);
    const slept = await releaseOn(sleepingOn(store), laterTokenizersOf(2)).models.current(site);
    expect(slept.model.parameters.tokenizerVersion).toBe(NEXT_VERSION);
    expect(slept.model.totals).toEqual(before.model.totals);
    await close();
  });

  it('a recount', async () => {
    const { store, close } = await openLearntWorld();
    const report = await recount(sleepingOn(store), site, { tokenizers: ALL_LATER_VERSIONS });
    expect(report).toMatchObject({ differences: [], negative: 0, entry: await store.lastEntryNumber(site) });
    await close();
  });
});

it('a model is not made of segments of which one is missing', async () => {
  const { store, close } = await openLearntWorld();
  // Entry 1 is the tokenizer; 2 is the mark of the corpus.
  const [key] = await store.listSegmentKeys(site, 2);
  if (key === undefined) throw new Error('nothing was counted');
  await store.deleteSegments(site, [key]);
  const { models } = releaseOn(store, KNOWN_TOKENIZERS);
  await expect(models.current(site)).rejects.toThrow(/segments up to entry \d+ are not those/);
  await close();
});
