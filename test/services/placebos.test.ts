/** Windows beside innocent stretches like them: what is told of a mark, what it changes in the model, and that it goes again. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { canonicalText } from '../../src/bayes/model-id.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { GoodTimeline } from '../../src/services/fitting/placebo-shifts.ts';
import { settle } from '../marked-site.ts';
import { CALLER, ingest, openWorld, received, type World } from '../world.ts';

const { site } = CALLER;
const BEGIN_MS = Date.UTC(2025, 2, 3);
const DAYS = 4;
/** The hour that somebody broke in. */
const BREAK_IN_MS = BEGIN_MS + 2 * DAY_MS + 12 * HOUR_MS;
const INNOCENT_MS = BEGIN_MS + DAY_MS + 9 * HOUR_MS;

const dns = (name: string, source: string, atMs: number) =>
  JSON.stringify({
    '@timestamp': new Date(atMs).toISOString(),
    source: { ip: source },
    dns: { question: { name, type: 'A' } },
  });

const WORDS = [
  'mail',
  'static',
  'news',
  'images',
  'shop',
  'login',
  'media',
  'cloud',
  'forum',
  'maps',
  'blog',
];

/** Twenty names an hour, of hosts that have their favourites. */
function usual(hour: number): string[] {
  return Array.from({ length: 20 }, (_, index) => {
    const at = hour * 20 + index;
    const name = `${WORDS[(at * 7) % 11]}.${WORDS[(at * at + index) % 11]}${(at * 13) % 29}.example`;
    return dns(name, `10.0.0.${(at * 3) % 12}`, BEGIN_MS + hour * HOUR_MS + index * 150_000);
  });
}

/** What the intruder's tool asks for. */
const tool = Array.from({ length: 40 }, (_, index) =>
  dns(`x9q${(index * 7_919).toString(36)}zk.t${index % 9}.invalid`, '10.0.0.3', BREAK_IN_MS + index * 80_000),
);

async function openSite(): Promise<World> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  const hours = Array.from({ length: DAYS * 24 }, (_, hour) => usual(hour)).flat();
  await ingest(world, received('ecs', [...hours, ...tool]));
  await mark(world, BEGIN_MS, BEGIN_MS + DAYS * DAY_MS, 'good');
  await settle(world);
  return world;
}

async function mark(world: World, fromMs: number, toMs: number, label: 'bad' | 'good' = 'bad', where = {}) {
  const { id } = await world.services.markWindow(CALLER, { fromMs, toMs, label, where });
  return id;
}

describe('a window', () => {
  it('is held against the same hour of other days: the one of a break-in stands out, an innocent one does not', async () => {
    const world = await openSite();
    const breakIn = await mark(world, BREAK_IN_MS, BREAK_IN_MS + HOUR_MS);
    const innocent = await mark(world, INNOCENT_MS, INNOCENT_MS + HOUR_MS);
    await settle(world);
    const contrastOf = async (id: string) => (await world.services.getWindow(site, id)).contrast;
    const guilty = await contrastOf(breakIn);
    const nothing = await contrastOf(innocent);
    if (guilty === undefined || nothing === undefined) throw new Error('both have a contrast');
    expect(guilty.placebos.n).toBeGreaterThan(0);
    expect(guilty.observed).toBeGreaterThan(2 * guilty.placebos.max);
    expect(nothing.placebos.n).toBe(3);
    expect(nothing.observed).toBeLessThan(1.5 * nothing.placebos.max);
    const { items } = await world.services.listWindows(site, { limit: 10 });
    expect(items.find(({ id }) => id === breakIn)?.contrast).toEqual(guilty);
    // Of what is marked good nothing is told.
    expect(items.find(({ taught }) => taught.type === 'mark' && taught.mark.label === 'good')?.contrast).toBe(
      undefined,
    );
  });

  it('leaves the model what chance shows, the same wherever it was marked, and takes it away again', async () => {
    const one = await openSite();
    const other = await openSite();
    const before = await one.services.getModel(site);
    expect(before.parameters.noise).toBeUndefined();
    const ids = [await mark(one, BREAK_IN_MS, BREAK_IN_MS + HOUR_MS)];
    await settle(one);
    const first = await one.services.getModel(site);
    expect(Object.keys(first.parameters.noise ?? {})).toContain('dns.question.name');
    ids.push(await mark(one, INNOCENT_MS, INNOCENT_MS + HOUR_MS));
    await settle(one);
    await mark(other, INNOCENT_MS, INNOCENT_MS + HOUR_MS);
    await mark(other, BREAK_IN_MS, BREAK_IN_MS + HOUR_MS);
    await settle(other);
    const both = await one.services.getModel(site);
    expect(both.id).toBe((await other.services.getModel(site)).id);
    expect(canonicalText(both.parameters.noise)).not.toBe(canonicalText(first.parameters.noise));

    for (const id of ids) await one.services.retractWindow(CALLER, id);
    await settle(one);
    const after = await one.services.getModel(site);
    expect(after.parameters.noise).toBeUndefined();
    expect(after.id).toBe(before.id);
    const [id = ''] = ids;
    expect((await one.services.getWindow(site, id)).contrast).toBeUndefined();
  });

  it('that says whose traffic was guilty stands beside its own other hours, which take nothing from it: they may be guilty, too', async () => {
    const world = await openSite();
    const before = await world.services.getModel(site);
    for (const { where, placebos } of [
      { where: { source: '10.0.0.3' }, placebos: 3 },
      { where: { host: '10.0.0.3' }, placebos: 3 },
      // Nothing good ever asked for such a name.
      { where: { domain: '*.invalid' }, placebos: undefined },
    ]) {
      const id = await mark(world, BREAK_IN_MS, BREAK_IN_MS + HOUR_MS, 'bad', where);
      await settle(world);
      expect((await world.services.getWindow(site, id)).contrast?.placebos.n).toBe(placebos);
      expect((await world.services.getModel(site)).parameters.noise).toBeUndefined();
      await world.services.retractWindow(CALLER, id);
      await settle(world);
    }
    const id = await mark(world, BREAK_IN_MS, BREAK_IN_MS + HOUR_MS, 'bad', { kind: 'dns' });
    await settle(world);
    expect((await world.services.getWindow(site, id)).contrast?.placebos.n).toBeGreaterThan(0);
    await world.services.retractWindow(CALLER, id);
    await settle(world);
    expect((await world.services.getModel(site)).id).toBe(before.id);
  });
});

describe('where placebos lie', () => {
  const good = Array.from({ length: 72 }, (_, hour) => ({
    slice: 480_000 + hour,
    records: hour === 30 ? 90 : 10,
  }));
  const timeline = new GoodTimeline(good);
  const at = (hour: number) => (480_000 + hour) * HOUR_MS;

  it('knows how much good lies in a stretch, of hours in part that part', () => {
    expect(timeline.recordsIn({ fromMs: at(0), toMs: at(2) })).toBe(20);
    expect(timeline.recordsIn({ fromMs: at(29) + HOUR_MS / 2, toMs: at(30) + HOUR_MS / 2 })).toBe(50);
    expect(timeline.recordsIn({ fromMs: at(-100), toMs: at(500) })).toBe(800);
    expect(timeline.recordsIn({ fromMs: at(100), toMs: at(500) })).toBe(0);
    expect(timeline.recordsIn({ fromMs: at(5), toMs: at(4) })).toBe(0);
  });

  it('takes whole days first, and no stretch that is marked or has other amounts of traffic', () => {
    const stretch = { fromMs: at(30), toMs: at(31) };
    const shifts = timeline.shifts(stretch, 100, [{ fromMs: at(54), toMs: at(55) }], 1);
    expect(shifts[0]).toBe(-DAY_MS);
    expect(shifts).not.toContain(DAY_MS);
    expect(shifts).not.toContain(0);
    expect(shifts).toHaveLength(70);
    // The busiest hour is too large; of two that the good only begins or ends in, nothing can be told.
    const twoHours = { fromMs: at(10), toMs: at(12) };
    expect(timeline.shifts(twoHours, 50, [], 1)).not.toContain(20 * HOUR_MS);
    expect(timeline.shifts({ fromMs: at(10) + 1_800_000, toMs: at(14) }, 100, [], 1)).not.toContain(
      61 * HOUR_MS,
    );
    expect(timeline.shifts(stretch, 5, [], 1)).toEqual([]);
  });

  it('draws by a seed alone', () => {
    const stretch = { fromMs: at(10), toMs: at(11) };
    expect(timeline.shifts(stretch, 100, [], 1)).toEqual(timeline.shifts(stretch, 100, [], 1));
    expect(timeline.shifts(stretch, 100, [], 1)).not.toEqual(timeline.shifts(stretch, 100, [], 2));
  });
});
