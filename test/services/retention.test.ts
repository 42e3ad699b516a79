/** Retention: what is old is sealed and goes, what was learnt of it stays, and can be taken back by the mark. */
import { describe, expect, it } from 'vitest';
import type { ComposeOptions } from '../../src/compose.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { Learner } from '../../src/services/learner.ts';
import { addEncoded, PlainCounts } from '../../src/services/plain-counts.ts';
import { recount } from '../../src/services/recount.ts';
import type { Outcome } from '../../src/services/result.ts';
import { scopeOf } from '../../src/services/windows.ts';
import type { Store } from '../../src/store/port.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, type World } from '../world.ts';

const { site } = CALLER;

const dns = (name: string, atMs: number | null, source = '10.0.0.1') =>
  JSON.stringify({
    ...(atMs === null ? {} : { '@timestamp': new Date(atMs).toISOString() }),
    source: { ip: source },
    dns: { question: { name, type: 'A' } },
  });

/** A world whose learner goes by its clock, with ten days of retention. `learn` is called once the clock has settled. */
async function openRetention(
  options: Partial<ComposeOptions> = {},
): Promise<World & { learn: () => Promise<void>; look: () => Promise<void> }> {
  const world = await openWorld(options);
  let ids = 0;
  let runningMs = 0;
  const learner = new Learner({
    store: world.store,
    clock: { ...world.clock, monotonicMs: () => runningMs },
    newId: () => `learner-${ids++}`,
    policyOf: async () => ({ ...POLICY, quarantineHours: 24, retentionDays: 10 }),
    tokenizers: KNOWN_TOKENIZERS,
  });
  const look = async () => {
    await learner.advance(site);
  };
  const learn = async () => {
    await look();
    for (let minutes = 0; minutes <= 60; minutes += 30) {
      runningMs += 30 * 60_000;
      world.clock.advance(30 * 60_000);
      await look();
    }
  };
  return { ...world, learn, look };
}

async function settled(store: Store): Promise<PlainCounts> {
  const counts = new PlainCounts();
  for (const segment of await store.listSegments(site, { untilEntry: 1_000, limit: 10_000 }))
    addEncoded(counts, segment.counts);
  for (const [token, of] of counts) if (Object.values(of).every(count => count === 0)) counts.delete(token);
  return counts;
}

describe('a slice that is older than the retention', () => {
  it('loses its records and keeps what they taught', async () => {
    const world = await openRetention();
    const { store, clock, learn } = world;
    const lines = ['a.example', 'b.example', 'c.test'].map((name, n) => dns(name, NOON_MS - 1_000 * (n + 1)));
    await ingest(world, received('ecs', lines));
    clock.advance(2 * DAY_MS);
    await learn();
    const before = await settled(store);
    expect(before.get(`${Math.floor(NOON_MS / DAY_MS)}\trecord\t`)).toMatchObject({ goodRecords: 3 });

    clock.advance(7 * DAY_MS);
    await learn();
    expect(await store.listSlices(site, { type: 'all' })).not.toEqual([]);
    clock.advance(2 * DAY_MS);
    await learn();
    expect(await store.listSlices(site, { type: 'all' })).toEqual([]);
    expect(await settled(store)).toEqual(before);
    expect(await recount(store, site)).toMatchObject({ differences: [], records: 0 });
  });

  it('refuses late lines of its hour, and a judgement', async () => {
    const world = await openRetention();
    const { services, clock, learn } = world;
    const [stored] = await ingest(world, received('ecs', [dns('a.example', NOON_MS - 1_000)]));
    clock.advance(11 * DAY_MS);
    await learn();
    const session = await services.openIngest(CALLER, { score: true, explain: 0 });
    const late = received(
      'ecs',
      [dns('late.example', NOON_MS - 2_000), dns('now.example', clock.nowMs())],
      clock.nowMs(),
    );
    const outcomes = await session.add(late);
    expect(outcomes[0]).toMatchObject({ rejected: { code: 'slice-sealed' } });
    const slices = await world.store.listSlices(site, { type: 'all' });
    expect(slices.map(({ records }) => records)).toEqual([1]);
    expect(outcomes[1]).toMatchObject({ kind: 'dns' });
    const id = stored !== undefined && 'id' in stored ? stored.id : '';
    await expect(services.judgeRecords(CALLER, [{ id, label: 'bad' }])).rejects.toMatchObject({
      code: 'record-not-found',
    });
  });

  it('gives a mark’s share back when the mark is retracted, and says that it is not exact', async () => {
    const world = await openRetention();
    const { services, store, clock, learn } = world;
    const good = received('ecs', [dns('good.example', NOON_MS - 9_000)]);
    await ingest(world, good, { corpus: { label: 'good', name: 'good' } });
    await learn();
    const before = await settled(store);
    await ingest(world, received('ecs', [dns('evil.test', NOON_MS - 1_000, '10.0.0.66')]));
    const window = await services.markWindow(CALLER, {
      fromMs: NOON_MS - 60_000,
      toMs: NOON_MS,
      label: 'bad',
      where: { source: '10.0.0.66' },
    });
    await learn();
    expect(await settled(store)).not.toEqual(before);
    clock.advance(11 * DAY_MS);
    await learn();
    expect(await store.listSlices(site, { type: 'all' })).toEqual([]);
    expect(await services.retractWindow(CALLER, window.id)).toMatchObject({ exact: false });
    await learn();
    expect(await settled(store)).toEqual(before);
    expect(await recount(store, site)).toMatchObject({ differences: [], negative: 0 });
  });

  it('goes on in the next generation where it holds records without a time', async () => {
    const world = await openRetention();
    const { services, store, clock, learn } = world;
    const [line] = received('ecs', [dns('undated.example', null)]);
    if (line === undefined) throw new Error('the line is no record');
    const options = { score: false, explain: 0, corpus: { label: 'good' as const, name: 'list' } };
    const [first] = await (await services.openIngest(CALLER, options)).add([line]);
    await learn();
    clock.advance(11 * DAY_MS);
    await learn();
    const [second] = await (await services.openIngest(CALLER, options)).add([line]);
    const [third] = await (await services.openIngest(CALLER, options)).add([line]);
    const numbers = [first, second, third].map(outcome =>
      Number(/^u(\d+)\./.exec(outcome !== undefined && 'id' in outcome ? outcome.id : '')?.[1]),
    );
    expect(numbers[1]).toBe((numbers[0] ?? 0) + 64);
    expect(numbers[2]).toBe(numbers[1]);
    expect([second, third].map(outcome => outcome !== undefined && 'duplicate' in outcome)).toEqual([
      false,
      true,
    ]);
    await learn();
    expect((await settled(store)).get('-1\trecord\t')).toMatchObject({ goodRecords: 2, goodEpisodes: 2 });
    expect(await recount(store, site)).toMatchObject({ differences: [], negative: 0 });
  });
});

describe('live records without a time of their own', () => {
  const policy = { ...POLICY, retentionDays: 10 };
  const idOf = (outcome: Outcome | undefined) =>
    outcome !== undefined && 'id' in outcome ? outcome.id : `none: ${JSON.stringify(outcome)}`;
  const undated = (name: string) => received('ecs', [dns(name, null)]);

  it('go once they are older than the retention and a period, while others keep coming', async () => {
    const world = await openRetention({ policy });
    const { services, store, clock, learn } = world;
    const names = Array.from({ length: 14 }, (_, day) => `day-${day}.example`);
    const ids: string[] = [];
    for (const name of names) {
      ids.push(idOf((await ingest(world, undated(name)))[0]));
      await learn();
      clock.advance(DAY_MS);
    }
    await learn();
    for (const id of ids.slice(0, 3))
      await expect(services.getRecord(site, id, 0)).rejects.toMatchObject({ code: 'record-not-found' });
    for (const id of ids.slice(-9)) expect(await services.getRecord(site, id, 0)).toHaveProperty('stored');
    const seals = (await store.listEntries(site, 0, 1_000)).filter(({ type }) => type === 'seal');
    expect(seals.length).toBeGreaterThan(1);
    expect(await recount(store, site)).toMatchObject({ differences: [], negative: 0 });
    const day = Math.floor(NOON_MS / DAY_MS);
    expect((await settled(store)).get(`${day}\trecord\t`)).toMatchObject({ goodRecords: 1 });
  });

  it('meet their own id when they come again, on whichever side of a period', async () => {
    const world = await openRetention({ policy });
    const { clock, learn } = world;
    const [first] = await ingest(world, undated('again.example'));
    for (let day = 0; day < 9; day++) {
      clock.advance(DAY_MS);
      const [again] = await ingest(world, undated('again.example'));
      expect(again).toMatchObject({ id: idOf(first), duplicate: true });
    }
    clock.advance(3 * DAY_MS);
    await learn();
    const [anew] = await ingest(world, undated('again.example'));
    expect(idOf(anew)).not.toBe(idOf(first));
    expect(anew).not.toHaveProperty('duplicate');
  });

  it('are on a list that names them weeks later, and a list’s record is met by a live one', async () => {
    const world = await openRetention({ policy });
    const { store, clock } = world;
    const corpus = { label: 'bad' as const, name: 'list' };
    const [live] = await ingest(world, undated('live.example'));
    clock.advance(5 * DAY_MS);
    const [listed, own] = await ingest(
      world,
      received('ecs', [dns('live.example', null), dns('listed.example', null)]),
      { corpus },
    );
    expect(listed).toMatchObject({ id: idOf(live), duplicate: true });
    clock.advance(5 * DAY_MS);
    const [met] = await ingest(world, undated('listed.example'));
    expect(met).toMatchObject({ id: idOf(own), duplicate: true });
    const mark = (await store.listEntries(site, 0, 10)).find(({ type }) => type === 'mark');
    expect(await store.countMemberships(site, mark?.id ?? '')).toBe(2);
  });
});

describe('a clock that jumps ahead', () => {
  it('deletes nothing until it has run steadily for an hour', async () => {
    const world = await openRetention();
    const { store, clock, learn, look } = world;
    await ingest(world, received('ecs', [dns('a.example', NOON_MS - 1_000)]));
    await learn();
    clock.advance(10_000 * DAY_MS);
    await look();
    clock.set(NOON_MS + 4 * 3_600_000);
    await learn();
    expect(await store.listSlices(site, { type: 'all' })).toHaveLength(1);
  });

  it('makes nothing good before its time, and keeps the intent of a writer who stores at that moment', async () => {
    const world = await openRetention();
    const { store, clock, look } = world;
    await ingest(world, received('ecs', [dns('a.example', NOON_MS - 1_000)]));
    await look();
    const record = { slice: 490_000, identity: '0'.repeat(32) };
    const intent = { id: 'of a writer', createdAtMs: clock.nowMs(), records: [record], memberships: [] };
    await store.putIntent(site, intent);
    clock.set(NOON_MS + 10_000 * DAY_MS);
    await look();
    clock.set(NOON_MS + 60_000);
    await look();
    const entries = await store.listEntries(site, 0, 10);
    expect(entries.map(({ type }) => type)).toEqual(['tokenizer']);
    expect(await store.listIntents(site, 10)).toHaveLength(1);
  });
});

describe('a clock that jumps while a writer stores', () => {
  it('keeps nothing that is stored then from being learnt', async () => {
    const other = await openRetention();
    await ingest(other, received('ecs', [dns('late.example', NOON_MS - 1_000)]));
    const [slice] = await other.store.listSlices(site, { type: 'all' });
    const [ref] = await other.store.listHeads(site, { slice: slice?.slice ?? 0, limit: 1 });
    const [record] = ref === undefined ? [] : await other.store.findRecords(site, [ref]);
    if (ref === undefined || record === undefined || record === null) throw new Error('nothing was stored');

    const { store, clock, look } = await openRetention();
    const records = [{ slice: ref.slice, identity: ref.identity }];
    await store.putIntent(site, { id: 'begun', createdAtMs: clock.nowMs(), records, memberships: [] });
    const scope = scopeOf({ fromMs: NOON_MS - 60_000, toMs: NOON_MS, label: 'bad', where: {} });
    const mark = { label: 'bad', scope, threat: undefined, note: undefined } as const;
    const told = { number: 1, id: 'mark', appendedAtMs: clock.nowMs(), by: 'key' };
    await store.putEntry(site, { type: 'mark', ...told, mark });
    clock.set(NOON_MS + 10_000 * DAY_MS);
    await look();
    clock.set(NOON_MS);
    await store.putRecords(site, [record]);
    await look();
    expect(await store.listIntents(site, 10)).toEqual([]);
    expect(await recount(store, site)).toMatchObject({ records: 1, differences: [], negative: 0 });
    expect([...(await settled(store)).values()]).toContainEqual(expect.objectContaining({ badRecords: 1 }));
  });
});

describe('the shares of incidents in one episode', () => {
  it('sum to the episode’s counts, and a token that two hold is the earlier one’s', async () => {
    const world = await openRetention();
    const { services, store, clock, learn } = world;
    const at = NOON_MS - 200_000;
    const [early, late] = [dns('www.zone.test', at), dns('mail.zone.test', at + 1_000)];
    await ingest(world, received('ecs', [early, late]));
    const mark = (fromMs: number, toMs: number) =>
      services.markWindow(CALLER, { fromMs, toMs, label: 'bad', where: {} });
    const second = await mark(at + 1_000, at + 2_000);
    const first = await mark(at, at + 1_000);
    await learn();
    clock.advance(11 * DAY_MS);
    await learn();
    const shareOf = async (id: string) => {
      const number = (await store.listEntries(site, 0, 100)).find(entry => entry.id === id)?.number ?? 0;
      const share = new PlainCounts();
      for (const key of await store.listSealKeys(site, { incident: number })) {
        const vector = await store.findSealVector(site, key);
        if (vector !== null) addEncoded(share, vector.counts);
      }
      return (token: string) => share.get(`${Math.floor(at / DAY_MS)}\tdns.question.name\t${token}`);
    };
    const [ofFirst, ofSecond] = [await shareOf(first.id), await shareOf(second.id)];
    expect(ofFirst('zone.')).toMatchObject({ badRecords: 1, badEpisodes: 1 });
    expect(ofSecond('zone.')).toMatchObject({ badRecords: 1, badEpisodes: 0 });
    expect(ofSecond('mail.')).toMatchObject({ badRecords: 1, badEpisodes: 1 });
    expect(await recount(store, site)).toMatchObject({ differences: [], negative: 0 });
  });
});
