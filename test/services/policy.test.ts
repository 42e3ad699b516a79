/** The policy of a site: what it changes once it is set, for whom, and when. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Policy } from '../../src/domain/policy.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { recount } from '../../src/services/recount.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';

const { site } = CALLER;
const ELSEWHERE = { site: 'elsewhere', keyId: 'test' };

async function open(policy: Policy = POLICY): Promise<World> {
  const world = await openWorld({ policy });
  onTestFinished(() => world.close());
  return world;
}

const dns = (name: string, atMs: number) =>
  JSON.stringify({
    '@timestamp': new Date(atMs).toISOString(),
    source: { ip: '10.0.0.7' },
    dns: { question: { name, type: 'A' } },
  });
const names = ['www.example.org', 'mail.example.org', 'qxzkjv7.tunnel.example', 'static.example.net'];
/** Two of them a month before the others, so that the half-life shows. */
const records = received(
  'ecs',
  names.map((name, index) => dns(name, NOON_MS - HOUR_MS - (index % 2) * 30 * DAY_MS)),
);
const suspect = received('ecs', [dns('zzqxkj.tunnel.example', NOON_MS - 60_000)]);
const monthMarked = { fromMs: NOON_MS - 31 * DAY_MS, toMs: NOON_MS, label: 'bad', where: {} } as const;

async function learnt(world: World): Promise<void> {
  await ingest(world, records);
  await world.services.markWindow(CALLER, { ...monthMarked, where: { domain: '*.example' } });
  await world.services.markWindow(CALLER, { ...monthMarked, label: 'good', where: { domain: '*.org' } });
  await world.jobs.idle();
}

async function learnNow({ jobs }: World): Promise<void> {
  jobs.wake(site);
  await jobs.idle();
}

describe('the policy in force', () => {
  it('is that of the environment until one is set, in each site by itself', async () => {
    const { services } = await open();
    expect(await services.getPolicy(site)).toEqual({ policy: POLICY, set: null });
    const policy = { ...POLICY, baseRate: 0.01 };
    const set = { number: 1, setAtMs: NOON_MS, by: 'test' };
    expect(await services.setPolicy(CALLER, policy)).toEqual({ policy, set });
    expect(await services.getPolicy(site)).toEqual({ policy, set });
    expect(await services.getPolicy('elsewhere')).toEqual({ policy: POLICY, set: null });
  });

  it('is kept when what was set last is set once more, and pinned when it is what the environment says', async () => {
    const { services, clock } = await open();
    expect((await services.setPolicy(CALLER, POLICY)).set?.number).toBe(1);
    clock.advance(1_000);
    expect((await services.setPolicy(CALLER, { ...POLICY })).set).toMatchObject({
      number: 1,
      setAtMs: NOON_MS,
    });
    expect((await services.setPolicy(CALLER, { ...POLICY, timeZone: 'Asia/Tokyo' })).set?.number).toBe(2);
    expect((await services.setPolicy(CALLER, POLICY)).set?.number).toBe(3);
  });

  it('is set once by those who set it after the same one, and by all who do not say after which', async () => {
    const { services } = await open();
    const costing = (missed: number) => ({ ...POLICY, costs: { falseAlarm: 1, missed } });
    const racing = await Promise.allSettled(
      [1, 2, 3].map(missed => services.setPolicy(CALLER, costing(missed), 0)),
    );
    expect(racing.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of racing)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'policy-changed' });
    const others = await Promise.all([4, 5, 6].map(missed => services.setPolicy(CALLER, costing(missed))));
    expect(others.map(({ set }) => set?.number).sort()).toEqual([2, 3, 4]);
  });

  it('is told in the audit, with what was refused', async () => {
    const { services } = await open();
    await services.setPolicy(CALLER, { ...POLICY, costs: { falseAlarm: 2, missed: 50 } });
    await services.setPolicy(CALLER, POLICY, 7).catch(() => undefined);
    await expect
      .poll(async () => (await services.listAudit(site, { limit: 2 })).items)
      .toMatchObject([
        { action: 'policy.set', outcome: 'policy-changed' },
        {
          action: 'policy.set',
          outcome: 'done',
          subject: '1',
          details: { baseRate: 0.001, costFalseAlarm: 2, costMissed: 50, halfLifeDays: 30, timeZone: 'UTC' },
        },
      ]);
  });
});

describe('what is scored', () => {
  it('is by the base rate from the moment on that setting it is answered, in that site alone', async () => {
    const world = await open();
    expect((await score(world, suspect))[0]?.score).toBeCloseTo(0.001, 12);
    await world.services.setPolicy(CALLER, { ...POLICY, baseRate: 0.05 });
    expect((await score(world, suspect))[0]?.score).toBeCloseTo(0.05, 12);
    const other = await world.services.openScoring(ELSEWHERE.site, { explain: 0 });
    expect((await other.add(suspect))[0]).toMatchObject({ score: expect.closeTo(0.001, 12) });
  });

  it('is what it would be had the environment said so from the start, and what it was once it is set back', async () => {
    const set = { ...POLICY, baseRate: 0.02, halfLifeDays: 7, costs: { falseAlarm: 1, missed: 9 } };
    const [world, other] = [await open(), await open(set)];
    await Promise.all([learnt(world), learnt(other)]);
    const before = await score(world, suspect);
    expect((await score(other, suspect))[0]?.model).not.toBe(before[0]?.model);
    await world.services.setPolicy(CALLER, set);
    const [now, there] = [await score(world, suspect, 9), await score(other, suspect, 9)];
    expect(now).toEqual(there);
    expect(now[0]?.score).not.toBeCloseTo(before[0]?.score ?? 0, 6);
    expect(await world.services.getModel(site)).toMatchObject({
      parameters: { baseRate: 0.02, halfLifeDays: 7 },
    });
    const weighing = { sort: 'weight', order: 'desc', limit: 1_000 } as const;
    expect(await world.services.listTokens(site, weighing)).toEqual(
      await other.services.listTokens(site, weighing),
    );
    await world.services.setPolicy(CALLER, POLICY);
    expect(await score(world, suspect)).toEqual(before);
  });

  it('goes on in an open request by the policy of the moment', async () => {
    const world = await open();
    const session = await world.services.openScoring(site, { explain: 0 });
    expect((await session.add(suspect))[0]).toMatchObject({ score: expect.closeTo(0.001, 12) });
    await world.services.setPolicy(CALLER, { ...POLICY, baseRate: 0.3 });
    expect((await session.add(suspect))[0]).toMatchObject({ score: expect.closeTo(0.3, 12) });
  });
});

describe('what is learnt', () => {
  it('becomes good after the quarantine that is set, and stays so when it is made longer', async () => {
    const world = await open();
    await ingest(world, records);
    world.clock.advance(3 * HOUR_MS);
    await learnNow(world);
    expect((await world.services.getModel(site)).totals.goodRecords).toBe(0);
    await world.services.setPolicy(CALLER, { ...POLICY, quarantineHours: 1 });
    await learnNow(world);
    expect((await world.services.getModel(site)).totals.goodRecords).toBe(4);
    await world.services.setPolicy(CALLER, { ...POLICY, quarantineHours: 1_000 });
    await learnNow(world);
    expect((await world.services.getModel(site)).totals.goodRecords).toBe(4);
    expect(await recount(world.store, site)).toMatchObject({ differences: [], negative: 0 });
  });

  it('is deleted after the retention that is set', async () => {
    const world = await open();
    await ingest(world, records);
    await world.services.setPolicy(CALLER, { ...POLICY, quarantineHours: 1, retentionDays: 2 });
    const left = async () =>
      (await world.services.searchRecords(site, { sort: 'time', limit: 9 })).items.length;
    world.clock.advance(DAY_MS);
    for (const days of [1, 1]) {
      // A clock is believed once it has run steadily for an hour.
      for (let looks = 0; looks < 4; looks++) {
        await learnNow(world);
        world.clock.advance(HOUR_MS / 2);
      }
      expect(await left()).toBe(world.clock.nowMs() - NOON_MS < 2 * DAY_MS ? 4 : 0);
      world.clock.advance(days * DAY_MS);
    }
    expect((await world.services.getModel(site)).totals.goodRecords).toBe(4);
  });

  it('tells names that imitate those of the site, and whose an address is, of records to come', async () => {
    const world = await open();
    const sent = (name: string, atMs: number) => received('ecs', [dns(name, atMs)]);
    await ingest(world, sent('examp1e.org', NOON_MS - 3));
    const own = { ownDomains: ['example.org'], ownRanges: ['10.0.0.0/8'] };
    await world.services.setPolicy(CALLER, { ...POLICY, ...own });
    await ingest(world, sent('examp1e.org', NOON_MS - 2));
    const { items } = await world.services.searchRecords(site, { sort: 'time', limit: 9 });
    const ofSite = items.map(({ stored }) =>
      stored.fixed.filter(({ field }) => /looks_like|owner/.test(field)).map(({ token }) => token),
    );
    expect(ofSite.sort()).toEqual([[], ['own', 'own confusable']]);
    await world.services.markWindow(CALLER, monthMarked);
    await world.jobs.idle();
    expect(await recount(world.store, site)).toMatchObject({ records: 2, differences: [], negative: 0 });
  });

  it('keeps the hours of the zone that it came in: another zone touches what comes from then on', async () => {
    const world = await open();
    await ingest(world, records.slice(0, 1));
    expect(await world.services.utcOf(site).then(utcOf => utcOf(NOON_MS))).toBe(NOON_MS);
    await world.services.setPolicy(CALLER, { ...POLICY, timeZone: 'Asia/Tokyo' });
    await ingest(world, records.slice(2, 3));
    expect(await world.services.utcOf(site).then(utcOf => utcOf(NOON_MS))).toBe(NOON_MS - 9 * HOUR_MS);
    const { items } = await world.services.searchRecords(site, { sort: 'time', limit: 9 });
    const hours = items.map(({ stored }) => stored.fixed.find(({ field }) => field === 'event.hour')?.token);
    expect(hours.sort()).toEqual(['11', '20']);
    await world.services.markWindow(CALLER, monthMarked);
    await world.jobs.idle();
    expect(await recount(world.store, site)).toMatchObject({ records: 2, differences: [], negative: 0 });
  });
});

describe('another process on the same store', () => {
  it('goes by the policy within ten seconds, without being told', async () => {
    await inScratchFolder(async dataFolder => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      onTestFinished(() => {
        vi.useRealTimers();
      });
      const server = await openWorld({ dataFolder });
      await server.startLearning();
      const [before] = await score(server, suspect);
      expect(before?.score).toBeCloseTo(0.001, 12);
      const command = await openWorld({ dataFolder });
      await command.services.setPolicy(CALLER, { ...POLICY, baseRate: 0.05 });
      await command.close();
      vi.advanceTimersByTime(10_000);
      await vi.waitFor(
        async () => expect((await score(server, suspect))[0]?.score).toBeCloseTo(0.05, 12),
        5_000,
      );
      expect((await server.services.getPolicy(site)).set).toMatchObject({ number: 1 });
      await server.close();
    });
  });
});
