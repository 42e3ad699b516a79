/** The main job over the services: store, mark, learn, find the like elsewhere, and take everything back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelIdOf } from '../../src/bayes/model-id.ts';
import { ZERO_SUM } from '../../src/bayes/sum128.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { modelParametersOf } from '../../src/services/model-parameters.ts';
import { recount } from '../../src/services/recount.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';

const HOUR = 3_600_000;
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});

const SITES = [
  'www.example.org',
  'mail.example.org',
  'static.example.net',
  'news.example.com',
  'cdn.example.net',
];

function dnsLines(names: readonly string[], startMs: number, source: string): string[] {
  return names.map((name, index) =>
    JSON.stringify({
      '@timestamp': new Date(startMs + index * 1_000).toISOString(),
      source: { ip: source },
      dns: { question: { name, type: 'A' } },
    }),
  );
}

const innocent = (startMs: number, source: string, count = 60) =>
  received(
    'ecs',
    dnsLines(
      Array.from({ length: count }, (_, i) => `${i % 7}.${SITES[i % 5]}`),
      startMs,
      source,
    ),
  );
const guilty = (startMs: number, source: string, zone: string, count = 40) =>
  received(
    'ecs',
    dnsLines(
      Array.from(
        { length: count },
        (_, i) => `${((i * 2_654_435_761) >>> 0).toString(36)}qxz${i}kjv.${zone}`,
      ),
      startMs,
      source,
    ),
  );

const NOTHING = { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 };
const modelId = async () => (await world.services.getModel(CALLER.site)).id;
const settle = () => world.jobs.idle();
const window = (fromMs: number, toMs: number, source?: string) => ({
  fromMs,
  toMs,
  label: 'bad' as const,
  where: source === undefined ? {} : { source },
});

async function expectRecount(): Promise<void> {
  const report = await recount(world.store, CALLER.site);
  expect(report.differences).toEqual([]);
  expect(report.negative).toBe(0);
}

describe('with nothing learnt', () => {
  it('every score is the base rate, and the verdict unsure', async () => {
    for (const { score: p, verdict, interval } of await score(world, [
      ...innocent(NOON_MS, '10.0.0.1'),
      ...guilty(NOON_MS, '10.0.0.2', 'evil.test'),
    ])) {
      expect(p).toBeCloseTo(0.001, 12);
      expect(verdict).toBe('unsure');
      expect(interval).toEqual([0, 1]);
    }
  });
});

describe('a corpus that is posted as good', () => {
  it('is good at once, and from then on surprise speaks before any mark', async () => {
    await ingest(world, innocent(NOON_MS - 30 * HOUR, '10.0.0.1', 300), {
      corpus: { label: 'good', name: 'good' },
    });
    await settle();
    const [usual] = await score(world, innocent(NOON_MS, '10.0.0.3', 1));
    const [strange] = await score(world, guilty(NOON_MS, '10.0.0.3', 'evil.test', 1));
    expect(strange?.score).toBeGreaterThan(3 * (usual?.score ?? 1));
    await expectRecount();
  });

  it('is a window that can be retracted, and then nothing is learnt', async () => {
    const before = await modelId();
    await ingest(world, innocent(NOON_MS, '10.0.0.1'), { corpus: { label: 'good', name: 'good' } });
    await settle();
    expect(await modelId()).not.toBe(before);
    const { items } = await world.services.listWindows(CALLER.site, { limit: 10 });
    expect(items).toHaveLength(1);
    await world.services.retractWindow(CALLER, items[0]?.id ?? '');
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals).toEqual(NOTHING);
    const parameters = modelParametersOf(POLICY, TOKENIZER_VERSION);
    expect(await modelId()).toBe(modelIdOf(ZERO_SUM, parameters));
  });

  it('cannot be posted under the name of the other label', async () => {
    await ingest(world, innocent(NOON_MS, '10.0.0.1', 3), { corpus: { label: 'bad', name: 'lab' } });
    await expect(
      ingest(world, innocent(NOON_MS, '10.0.0.1', 3), { corpus: { label: 'good', name: 'lab' } }),
    ).rejects.toMatchObject({ code: 'window-name-taken' });
  });

  it('never becomes good by time alone', async () => {
    await ingest(world, innocent(NOON_MS - 90 * HOUR, '10.0.0.1', 5), {
      corpus: { label: 'bad', name: 'lab' },
    });
    await settle();
    const [corpus] = (await world.services.listWindows(CALLER.site, { limit: 1 })).items;
    await world.services.retractWindow(CALLER, corpus?.id ?? '');
    world.clock.advance(200 * HOUR);
    world.jobs.wake(CALLER.site);
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals).toEqual({
      goodRecords: 0,
      goodEpisodes: 0,
      badRecords: 0,
      badEpisodes: 0,
    });
  });
});

describe('quarantine', () => {
  it('lets records be good a day after the later of their time and their receipt', async () => {
    await ingest(world, innocent(NOON_MS - 200 * HOUR, '10.0.0.1', 10));
    world.clock.advance(23 * HOUR);
    world.jobs.wake(CALLER.site);
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals.goodRecords).toBe(0);
    world.clock.advance(2 * HOUR);
    world.jobs.wake(CALLER.site);
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals.goodRecords).toBe(10);
    await expectRecount();
  });
});

describe('a window that is marked bad', () => {
  const attackMs = NOON_MS - 3 * HOUR;

  beforeEach(async () => {
    await ingest(world, innocent(NOON_MS - 30 * HOUR, '10.0.0.1', 300), {
      corpus: { label: 'good', name: 'good' },
    });
    await ingest(world, [...innocent(attackMs, '10.0.0.1'), ...guilty(attackMs, '10.0.0.66', 'evil.test')]);
    await settle();
  });

  it('makes its like score high elsewhere, with reasons that name it', async () => {
    const marked = await world.services.markWindow(CALLER, window(attackMs, attackMs + HOUR, '10.0.0.66'));
    expect(marked.matched).toBe(40);
    await settle();
    expect((await world.services.getWindow(CALLER.site, marked.id)).status).toBe('applied');
    const [like] = await score(world, guilty(NOON_MS, '10.0.0.7', 'other.test', 1), 5);
    const [usual] = await score(world, innocent(NOON_MS, '10.0.0.7', 1), 5);
    expect(like?.score).toBeGreaterThan(0.5);
    expect(usual?.score).toBeLessThan(0.01);
    const sum = (like?.reasons ?? []).reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(Math.log((like?.score ?? 0) / (1 - (like?.score ?? 0))), 9);
    expect(like?.reasons?.some(({ field, bad }) => field.startsWith('dns.question.name') && bad > 0)).toBe(
      true,
    );
    await expectRecount();
  });

  it('is taken back to the same model id, and marked again to the same', async () => {
    const before = await modelId();
    const first = await world.services.markWindow(CALLER, window(attackMs, attackMs + HOUR, '10.0.0.66'));
    await settle();
    const marked = await modelId();
    expect(marked).not.toBe(before);
    expect(await world.services.retractWindow(CALLER, first.id)).toMatchObject({ exact: true });
    await settle();
    expect(await modelId()).toBe(before);
    expect((await world.services.getWindow(CALLER.site, first.id)).status).toBe('retracted');
    await world.services.markWindow(CALLER, window(attackMs, attackMs + HOUR, '10.0.0.66'));
    await settle();
    expect(await modelId()).toBe(marked);
  });

  it('covers late records too', async () => {
    await world.services.markWindow(CALLER, window(attackMs, attackMs + HOUR));
    await settle();
    const before = (await world.services.getModel(CALLER.site)).totals.badRecords;
    await ingest(world, guilty(attackMs + 60_000, '10.0.0.99', 'late.test', 7));
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals.badRecords).toBe(before + 7);
    await expectRecount();
  });

  it('yields to the last mark in force and to the judgement of a record', async () => {
    await world.services.markWindow(CALLER, window(attackMs, attackMs + HOUR));
    const good = await world.services.markWindow(CALLER, {
      ...window(attackMs, attackMs + HOUR, '10.0.0.1'),
      label: 'good',
    });
    await settle();
    const { items } = await world.services.searchRecords(CALLER.site, {
      source: '10.0.0.1',
      fromMs: attackMs,
      toMs: attackMs + HOUR,
      sort: 'time',
      limit: 100,
    });
    expect(items).toHaveLength(60);
    expect(new Set(items.map(({ label }) => label))).toEqual(new Set(['good']));
    const id = items[0]?.now.id ?? '';
    await world.services.judgeRecords(CALLER, [{ id, label: 'bad' }]);
    await settle();
    expect((await world.services.getRecord(CALLER.site, id, 0)).label).toBe('bad');
    await world.services.judgeRecords(CALLER, [{ id, label: null }]);
    await world.services.retractWindow(CALLER, good.id);
    await settle();
    expect((await world.services.getRecord(CALLER.site, id, 0)).label).toBe('bad');
    await expectRecount();
  });
});

describe('duplicates', () => {
  it('are stored once and learnt once, whether by event.id or by line', async () => {
    const lines = dnsLines(['a.example.org', 'b.example.org'], NOON_MS, '10.0.0.1');
    const twice = received('ecs', [...lines, ...lines]);
    const first = await ingest(world, twice, { corpus: { label: 'good', name: 'good' } });
    expect(first.map(outcome => 'duplicate' in outcome)).toEqual([false, false, false, false]);
    const again = await ingest(world, twice, { corpus: { label: 'good', name: 'good' } });
    expect(again.map(outcome => 'duplicate' in outcome)).toEqual([true, true, true, true]);
    await settle();
    expect((await world.services.getModel(CALLER.site)).totals.goodRecords).toBe(4);
    const named = received('ecs', [
      '{"event":{"id":"1"},"message":"one"}',
      '{"event":{"id":"1"},"message":"one, sent again"}',
    ]);
    expect((await ingest(world, named)).map(outcome => 'duplicate' in outcome)).toEqual([false, true]);
  });

  it('are known within one hour of their own time: in another hour an event.id is a new record', async () => {
    const at = (minutes: number) =>
      received('ecs', [
        JSON.stringify({ '@timestamp': NOON_MS + minutes * 60_000, event: { id: '1' }, message: 'm' }),
      ]);
    const isDuplicate = async (minutes: number) =>
      (await ingest(world, at(minutes))).some(outcome => 'duplicate' in outcome);
    expect(await isDuplicate(0)).toBe(false);
    expect(await isDuplicate(59)).toBe(true);
    expect(await isDuplicate(-1)).toBe(false);
    expect(await isDuplicate(60)).toBe(false);
  });
});

describe('sites', () => {
  it('never see each other', async () => {
    const [stored] = await ingest(world, innocent(NOON_MS, '10.0.0.1', 1));
    const id = stored !== undefined && 'id' in stored ? stored.id : '';
    await expect(world.services.getRecord('other', id, 0)).rejects.toMatchObject({
      code: 'record-not-found',
    });
    const { id: windowId } = await world.services.markWindow(CALLER, window(NOON_MS, NOON_MS + HOUR));
    await expect(world.services.getWindow('other', windowId)).rejects.toMatchObject({
      code: 'window-not-found',
    });
    await expect(world.services.retractWindow({ site: 'other', keyId: 'x' }, windowId)).rejects.toMatchObject(
      { code: 'window-not-found' },
    );
  });
});
