/** What is told to wait, at every moment between a record's being stored and its being learnt: whoever waits goes by it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { getProgress, type ModelView } from '../../src/services/get-model.ts';
import { DoneEntries } from '../../src/services/learning/done-entries.ts';
import { Ledger } from '../../src/services/learning/ledger.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { CALLER, ingest, NOON_MS, openWorld, received, type World } from '../world.ts';

const NEVER_MS = 2_000_000_000;
const RECORDS = 20;
const records = received(
  'ecs',
  Array.from({ length: RECORDS }, (_, index) =>
    JSON.stringify({
      '@timestamp': NOON_MS,
      event: { id: String(index) },
      dns: { question: { name: `${index}.example.org` } },
    }),
  ),
);
const corpus = { label: 'good', name: 'good' } as const;

let world: World;
beforeEach(async () => {
  world = await openWorld({ learnAfterMs: NEVER_MS });
});
afterEach(() => world.close());

const model = () => world.services.getModel(CALLER.site);
const nothingWaits = ({ backlog }: ModelView) => backlog.records === 0 && backlog.windows === 0;

it('nothing is told to wait by a model that is not yet the one to come, at no write of learning', async () => {
  await learntRecord();
  // A list that is there: these records wait by nothing but their intents, and a late entry.
  const more = received('ecs', [
    JSON.stringify({ '@timestamp': NOON_MS, host: { name: 'a' }, message: 'b' }),
  ]);
  await ingest(world, more, { corpus });
  const seen: ModelView[] = [await model()];
  const look = async <T>(write: Promise<T>): Promise<T> => {
    const answer = await write;
    seen.push(await model());
    return answer;
  };
  const { putEntry, deleteIntents, putDone } = SqliteStore.prototype;
  const store = world.store;
  store.putEntry = (...args) => look(putEntry.apply(store as SqliteStore, args));
  store.deleteIntents = (...args) => look(deleteIntents.apply(store as SqliteStore, args));
  store.putDone = (...args) => look(putDone.apply(store as SqliteStore, args));
  await world.jobs.idle();
  const settled = await model();
  expect(nothingWaits(settled)).toBe(true);
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.filter(view => nothingWaits(view) && view.id !== settled.id)).toEqual([]);
});

/** The id of the first of them, once they are learnt. */
async function learntRecord(): Promise<string> {
  const [first] = await ingest(world, records, { corpus });
  await world.jobs.idle();
  if (first === undefined || 'rejected' in first) throw new Error('it was not stored');
  return first.id;
}

it.each(['before', 'after'])('nor where it is learnt %s intents are looked at', async when => {
  await learntRecord();
  const { countIntents } = SqliteStore.prototype;
  const store = world.store;
  store.countIntents = async site => {
    if (when === 'before') await world.jobs.idle();
    const counted = await countIntents.call(store as SqliteStore, site);
    if (when === 'after') await world.jobs.idle();
    return counted;
  };
  await ingest(world, received('ecs', ['{"host":{"name":"a"},"message":"b"}']), { corpus });
  const seen = await model();
  const settled = await model();
  expect(seen.id).not.toBe(settled.id);
  expect(nothingWaits(seen)).toBe(false);
  expect(nothingWaits(settled)).toBe(true);
});

it('a judgement waits until it is counted', async () => {
  await world.services.judgeRecords(CALLER, [{ id: await learntRecord(), label: 'bad' }]);
  expect((await model()).backlog).toEqual({ records: 1, windows: 0 });
  await world.jobs.idle();
  expect((await model()).backlog).toEqual({ records: 0, windows: 0 });
});

it('a process that has no model tells it by what others have counted', async () => {
  await learntRecord();
  const { store } = world;
  const deps = { store, ledger: new Ledger(store), models: new DoneEntries(store) };
  const { entry } = await model();
  expect(await getProgress(deps, CALLER.site)).toEqual({ entry, backlog: { records: 0, windows: 0 } });
  await world.services.markWindow(CALLER, { fromMs: NOON_MS, toMs: NOON_MS + 1, label: 'bad', where: {} });
  expect(await getProgress(deps, CALLER.site)).toEqual({ entry, backlog: { records: 0, windows: 1 } });
});
