/** Who says that good records are good: as the ledger rules of each, however often and in whatever state it is asked. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Label } from '../../src/domain/label.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { type GoodBy, GoodRecords } from '../../src/services/good-by.ts';
import type { ImportLine } from '../../src/services/import-tokens.ts';
import { Learner } from '../../src/services/learner.ts';
import { dueOfHeads } from '../../src/services/learning/due.ts';
import { Ledger } from '../../src/services/learning/ledger.ts';
import { sliceHeads } from '../../src/services/learning/slice-heads.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, type World } from '../world.ts';

const { site } = CALLER;

const lines = (source: string, count: number, hours = 1) =>
  received(
    'ecs',
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        '@timestamp': new Date(NOON_MS - (index % hours) * HOUR_MS - index * 1_000).toISOString(),
        source: { ip: source },
        dns: { question: { name: `n${index}.example`, type: 'A' } },
      }),
    ),
  );

async function opened(): Promise<World> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  return world;
}

async function learn(world: World): Promise<void> {
  await world.services.runLearning(CALLER);
  await world.jobs.idle();
}

async function mark(world: World, source: string, label: Label): Promise<string> {
  const scope = { fromMs: NOON_MS - DAY_MS, toMs: NOON_MS + DAY_MS, where: { source } };
  return (await world.services.markWindow(CALLER, { ...scope, label })).id;
}

/** What the ledger rules of every record that is stored. */
async function ruled({ store }: World): Promise<GoodBy> {
  const ledger = new Ledger(store);
  const told = { time: 0, windows: 0, judgements: 0, imports: 0 };
  for (const { slice } of await store.listSlices(site, { type: 'all' })) {
    for await (const heads of sliceHeads(store, site, { slice })) {
      const { records, state } = await dueOfHeads(store, ledger, site, heads);
      for (const { ruling } of records) {
        if (ruling.class !== 'good') continue;
        if (ruling.decidedBy === 0) told.time += 1;
        else told[state.isMark(ruling.decidedBy) ? 'windows' : 'judgements'] += 1;
      }
    }
  }
  return told;
}

const told = async (world: World) => (await world.services.getModel(site)).goodBy;

describe('good records', () => {
  it('are told as the ledger rules of them, step by step', async () => {
    const world = await opened();
    expect(await told(world)).toEqual({ time: 0, windows: 0, judgements: 0, imports: 0 });
    const outcomes = await ingest(world, lines('10.0.0.1', 12, 4));
    await ingest(world, lines('10.0.0.2', 7, 4));
    await ingest(world, lines('10.0.0.3', 5), { corpus: { label: 'good', name: 'vouched' } });
    const ids = outcomes.flatMap(outcome => ('id' in outcome ? [outcome.id] : []));
    let window = '';
    const steps: [what: string, act: () => Promise<unknown>, expected: Partial<GoodBy>][] = [
      ['a corpus', async () => {}, { windows: 5 }],
      ['a good window', async () => (window = await mark(world, '10.0.0.2', 'good')), { windows: 12 }],
      [
        'judgements',
        () =>
          world.services.judgeRecords(
            CALLER,
            ids.slice(0, 3).map(id => ({ id, label: 'good' })),
          ),
        { windows: 12, judgements: 3 },
      ],
      ['time', async () => world.clock.advance(2 * DAY_MS), { time: 9, windows: 12, judgements: 3 }],
      ['late records', () => ingest(world, lines('10.0.0.2', 9, 4)), { time: 9, windows: 14, judgements: 3 }],
      [
        'a judgement taken back',
        () => world.services.judgeRecords(CALLER, [{ id: ids[0] ?? '', label: null }]),
        { time: 10, windows: 14, judgements: 2 },
      ],
      ['a bad window over it', () => mark(world, '10.0.0.1', 'bad'), { windows: 14, judgements: 2 }],
      [
        'the good window taken back',
        () => world.services.retractWindow(CALLER, window),
        { time: 7, windows: 5, judgements: 2 },
      ],
    ];
    for (const [what, act, expected] of steps) {
      await act();
      await learn(world);
      const goodBy = await told(world);
      expect(goodBy, what).toEqual({ time: 0, windows: 0, judgements: 0, imports: 0, ...expected });
      expect(goodBy, what).toEqual(await ruled(world));
    }
  });

  it('of an import are told as such, weighed', async () => {
    const world = await opened();
    await ingest(world, lines('10.0.0.3', 5), { corpus: { label: 'good', name: 'vouched' } });
    await learn(world);
    const exported: ImportLine[] = [];
    for await (const page of world.services.exportTokens(CALLER)) {
      for (const { field, token, goodRecords, goodEpisodes, badRecords, badEpisodes } of page) {
        const counts = { goodRecords, goodEpisodes, badRecords, badEpisodes };
        exported.push({ line: exported.length + 1, field, token, counts });
      }
    }
    const other = await opened();
    await ingest(other, lines('10.0.0.4', 2), { corpus: { label: 'good', name: 'own' } });
    await other.services.importTokens(
      CALLER,
      { trust: 0.6 },
      (async function* () {
        yield exported;
      })(),
    );
    await learn(other);
    expect(await told(other)).toEqual({ time: 0, windows: 2, judgements: 0, imports: 3 });
  });

  it('whose records are gone are told by window; those of judgements go with time', async () => {
    const world = await opened();
    const outcomes = await ingest(world, lines('10.0.0.1', 6));
    await ingest(world, lines('10.0.0.2', 4));
    await mark(world, '10.0.0.2', 'good');
    const [id = ''] = outcomes.flatMap(outcome => ('id' in outcome ? [outcome.id] : []));
    await world.services.judgeRecords(CALLER, [{ id, label: 'good' }]);
    await learn(world);
    let runningMs = 0;
    let ids = 0;
    const { store, clock } = world;
    const learner = new Learner({
      store,
      clock: { ...clock, monotonicMs: () => runningMs },
      newId: () => `other-${ids++}`,
      policyOf: async () => ({ ...POLICY, retentionDays: 10 }),
      tokenizers: KNOWN_TOKENIZERS,
    });
    const learnFor = async (days: number) => {
      clock.advance(days * DAY_MS);
      for (let step = 0; step < 4; step++) {
        runningMs += 30 * 60_000;
        clock.advance(30 * 60_000);
        await learner.advance(site);
      }
      const { entry, model } = await learner.refresh(site);
      return learner.goodBy(site, entry, model?.totals.goodRecords ?? 0);
    };
    expect(await learnFor(2)).toEqual({ time: 5, windows: 4, judgements: 1, imports: 0 });
    expect(await learnFor(20)).toEqual({ time: 6, windows: 4, judgements: 0, imports: 0 });
    expect(await store.listSlices(site, { type: 'all' })).toEqual([]);
  });

  it('of more slices than one question reads are told by those that follow', async () => {
    const world = await opened();
    await ingest(world, lines('10.0.0.3', 5, 5), { corpus: { label: 'good', name: 'vouched' } });
    await learn(world);
    const { store } = world;
    const counter = new GoodRecords({ store, ledger: new Ledger(store), breathe: async () => {} }, 2);
    const { entry } = await world.services.getModel(site);
    const answers = [];
    for (let asked = 0; asked < 4; asked++) answers.push(await counter.by(site, entry, 5));
    const all = { time: 0, windows: 5, judgements: 0, imports: 0 };
    expect(answers).toEqual([null, null, all, all]);
  });
});
