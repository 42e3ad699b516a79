/** Which windows taught a token: what people asked to be learnt, told again, whatever has happened to it since. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { Learner } from '../../src/services/learner.ts';
import { Ledger } from '../../src/services/learning/ledger.ts';
import { taughtBy } from '../../src/services/taught-by.ts';
import { KNOWN_TOKENIZERS, type Tokenizers } from '../../src/tokenize/tokenizers.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, type World } from '../world.ts';
import { laterTokenizersOf } from './learning/versions.ts';

const { site } = CALLER;

const dns = (name: string, source: string, atMs: number, type = 'A') =>
  JSON.stringify({
    '@timestamp': new Date(atMs).toISOString(),
    source: { ip: source },
    dns: { question: { name, type } },
  });

async function opened(): Promise<World> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  return world;
}

const tunnel = (source: string, hour: number, count = 3) =>
  received(
    'ecs',
    Array.from({ length: count }, (_, index) =>
      dns(`x${index}.evil.test`, source, NOON_MS - hour * HOUR_MS + index * 300_000, 'TXT'),
    ),
  );

async function mark(world: World, source: string, label: 'bad' | 'good' = 'bad'): Promise<string> {
  const scope = { fromMs: NOON_MS - DAY_MS, toMs: NOON_MS + DAY_MS, where: { source } };
  const { id } = await world.services.markWindow(CALLER, { ...scope, label });
  await world.jobs.idle();
  return id;
}

const TXT = { field: 'dns.question.type', token: 'TXT' };
const NGRAM = { field: 'dns.question.name', token: 'evil' };
const NEVER = { field: 'dns.question.type', token: 'HINFO' };

/** By the newest entries, or those up to one. */
async function teachersOf({ store }: World, tokens = [TXT], upTo?: number) {
  const ledger = new Ledger(store);
  const last = upTo ?? (await ledger.read(site)).last;
  const { windows, isComplete } = await taughtBy(
    { store, ledger, breathe: async () => {} },
    site,
    tokens,
    last,
  );
  expect(isComplete).toBe(true);
  return windows;
}

describe('a token', () => {
  it('was taught by each window whose records hold it, those that taught most first, n-grams too', async () => {
    const world = await opened();
    await ingest(world, [...tunnel('10.9.9.1', 2, 2), ...tunnel('10.9.9.2', 3, 4)]);
    await ingest(world, received('ecs', [dns('www.example.org', '10.0.0.1', NOON_MS)]));
    const small = await mark(world, '10.9.9.1');
    const large = await mark(world, '10.9.9.2');
    const other = await mark(world, '10.0.0.1', 'good');
    const both = [
      { id: large, label: 'bad', episodes: 4 },
      { id: small, label: 'bad', episodes: 2 },
    ];
    const type = { field: 'dns.question.type', token: 'A' };
    expect(await teachersOf(world, [TXT, NGRAM, type, NEVER])).toEqual([
      both,
      both,
      [{ id: other, label: 'good', episodes: 1 }],
      [],
    ]);
  });

  it('is not told of a window that was taken back, nor of one that the model does not count', async () => {
    const world = await opened();
    await ingest(world, [...tunnel('10.9.9.1', 2), ...tunnel('10.9.9.2', 3)]);
    const first = await mark(world, '10.9.9.1');
    const { entry } = await world.services.getModel(site);
    const second = await mark(world, '10.9.9.2');
    expect(await teachersOf(world, [TXT], entry)).toEqual([[{ id: first, label: 'bad', episodes: 3 }]]);
    await world.services.retractWindow(CALLER, first);
    await world.jobs.idle();
    expect(await teachersOf(world)).toEqual([[{ id: second, label: 'bad', episodes: 3 }]]);
    // As it was before that was taken back.
    expect(await teachersOf(world, [TXT], entry)).toEqual([[{ id: first, label: 'bad', episodes: 3 }]]);
  });

  it('was taught by a labelled corpus, and by a window that late records came into', async () => {
    const world = await opened();
    await ingest(world, tunnel('10.9.9.1', 2), { corpus: { label: 'bad', name: 'tunnels' } });
    await world.jobs.idle();
    const corpus = (await world.services.listWindows(site, { limit: 9 })).items[0]?.id;
    const window = await mark(world, '10.9.9.2');
    await ingest(world, tunnel('10.9.9.2', 3, 5));
    await world.jobs.idle();
    expect(await teachersOf(world)).toEqual([
      [
        { id: window, label: 'bad', episodes: 5 },
        { id: corpus, label: 'bad', episodes: 3 },
      ],
    ]);
  });

  it('of late records of two windows, learnt at once, is told of both as shared', async () => {
    const world = await opened();
    const windows = [await mark(world, '10.9.9.1'), await mark(world, '10.9.9.2')];
    await ingest(world, [...tunnel('10.9.9.1', 2, 2), ...tunnel('10.9.9.2', 2, 2)]);
    await world.jobs.idle();
    const [told] = await teachersOf(world);
    expect(told?.map(({ id }) => id).sort()).toEqual(windows.sort());
    for (const each of told ?? []) expect(each).toMatchObject({ label: 'bad', episodes: 4, shared: true });
  });

  it('that a single judgement taught, or time, has no window', async () => {
    const world = await opened();
    const [first] = await ingest(world, tunnel('10.9.9.1', 2));
    await mark(world, '10.0.0.99');
    const id = first !== undefined && 'id' in first ? first.id : '';
    await world.services.judgeRecords(CALLER, [{ id, label: 'bad' }]);
    await world.jobs.idle();
    expect((await world.services.getModel(site)).totals.badRecords).toBe(1);
    expect(await teachersOf(world)).toEqual([[]]);
  });
});

/** Another learner on the store of a world, by its clock. */
function learnerOn({ store, clock }: World, tokenizers: Tokenizers, retentionDays: number) {
  let ids = 0;
  let runningMs = 0;
  const learner = new Learner({
    store,
    clock: { ...clock, monotonicMs: () => runningMs },
    newId: () => `other-${ids++}`,
    policyOf: async () => ({ ...POLICY, retentionDays }),
    tokenizers,
  });
  return {
    learn: async () => {
      for (let step = 0; step < 4; step++) {
        runningMs += 30 * 60_000;
        clock.advance(30 * 60_000);
        await learner.advance(site);
      }
    },
  };
}

describe('what was counted again, or sealed', () => {
  it('is told of the windows that it was learnt from, also where a newer tokenizer has counted all', async () => {
    const world = await opened();
    await ingest(world, [...tunnel('10.9.9.1', 2), ...tunnel('10.9.9.2', 5)]);
    const [first, second] = [await mark(world, '10.9.9.1'), await mark(world, '10.9.9.2')];
    await learnerOn(world, laterTokenizersOf(2), 36_500).learn();
    const [told] = await teachersOf(world);
    expect(told?.map(({ id }) => id).sort()).toEqual([first, second].sort());
    for (const each of told ?? []) expect(each).toEqual({ id: each.id, label: 'bad', episodes: 3 });
  });

  it('is told where its records are gone, window by window', async () => {
    const world = await opened();
    await ingest(world, [...tunnel('10.9.9.1', 2, 2), ...tunnel('10.9.9.2', 2, 3)]);
    const [first, second] = [await mark(world, '10.9.9.1'), await mark(world, '10.9.9.2')];
    const { learn } = learnerOn(world, KNOWN_TOKENIZERS, 10);
    await learn();
    world.clock.advance(20 * DAY_MS);
    await learn();
    expect(await world.store.listSlices(site, { type: 'all' })).toEqual([]);
    expect(await teachersOf(world)).toEqual([
      [
        { id: second, label: 'bad', episodes: 3 },
        { id: first, label: 'bad', episodes: 2 },
      ],
    ]);
  });
});
