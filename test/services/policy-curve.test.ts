/** The curve of a policy over a real ledger: which records it rests on, and what it makes of them. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordIdOf, sliceOf } from '../../src/domain/identity.ts';
import { JUDGED_SAMPLE_MAX } from '../../src/domain/limits.ts';
import type { StoredRecord } from '../../src/domain/stored-record.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { dnsRecord } from '../contract/store/builders.ts';
import { CALLER, NOON_MS, openWorld, POLICY, type World } from '../world.ts';

const { site } = CALLER;
/** One in ten is bad, and missing one costs nine false alarms: both mistakes weigh 0.9 a record. */
const policy = { ...POLICY, baseRate: 0.1, costs: { falseAlarm: 1, missed: 9 } };
const BAD = [0.9, 0.8, 0.3, 0.05];
const GOOD = [0.6, 0.02, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001];
const BAD_FROM_MS = NOON_MS - 2 * DAY_MS;
const GOOD_FROM_MS = NOON_MS - HOUR_MS;

let world: World;
beforeEach(async () => {
  world = await openWorld({ policy });
});
afterEach(() => world.close());

function scored(index: number, score: number | undefined, atMs: number): StoredRecord {
  const { identity, ...record } = dnsRecord(index, { score, atMs, receivedAtMs: atMs });
  const slice = sliceOf(atMs, identity);
  return { ...record, slice, identity, record: { ...record.record, atMs } };
}

/** Four bad two days ago, and ten good in the last hour, the last of them at its end. */
async function store(): Promise<{ bad: StoredRecord[]; good: StoredRecord[] }> {
  const bad = BAD.map((score, index) => scored(index, score, BAD_FROM_MS + index * 1_000));
  const good = GOOD.map((score, index) =>
    scored(100 + index, score, BAD_FROM_MS + 2 * DAY_MS - (9 - index) * 1_000 - 1),
  );
  await world.store.putRecords(site, [...bad, ...good]);
  return { bad, good };
}

async function mark(label: 'bad' | 'good', fromMs: number, toMs: number): Promise<string> {
  const { id } = await world.services.markWindow(CALLER, { fromMs, toMs, label, where: {} });
  await world.jobs.idle();
  return id;
}

const rounded = (value: number | undefined) => value !== undefined && Number(value.toFixed(9));

it('tells nothing of thresholds before something bad and something good is judged', async () => {
  const nothing = { inForce: null, cheapest: null, points: [] };
  expect(await world.services.getPolicyCurve(site)).toMatchObject({
    ...nothing,
    judged: { bad: 0, good: 0 },
    traffic: { records: 0, fromMs: null, toMs: null },
    costOfSilence: 0.9,
  });
  await store();
  const window = await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  expect(await world.services.getPolicyCurve(site)).toMatchObject({
    ...nothing,
    judged: { bad: 4, good: 0 },
  });
  await mark('good', GOOD_FROM_MS, NOON_MS);
  expect((await world.services.getPolicyCurve(site)).points).not.toEqual([]);
  await world.services.retractWindow(CALLER, window);
  await world.jobs.idle();
  expect(await world.services.getPolicyCurve(site)).toMatchObject({
    ...nothing,
    // What nobody marks any more has become good by time.
    judged: { bad: 0, good: 14 },
  });
});

it('tells detection, false alarms, alarms a day and cost at each threshold, and the cheapest one', async () => {
  await store();
  await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  await mark('good', GOOD_FROM_MS, NOON_MS);
  const curve = await world.services.getPolicyCurve(site);
  expect(curve.judged).toEqual({ bad: 4, good: 10 });
  expect(curve.traffic).toEqual({ records: 14, fromMs: BAD_FROM_MS, toMs: NOON_MS - 1 });
  const told = curve.points.map(({ threshold, detection, falseAlarmRate, alertsPerDay, expectedCost }) => [
    threshold,
    detection,
    falseAlarmRate,
    Number(alertsPerDay?.toFixed(3)),
    rounded(expectedCost),
  ]);
  // Two days less a millisecond: seven a day of fourteen.
  expect(told).toEqual([
    [0, 1, 1, 7, 0.9],
    [0.001, 1, 1, 7, 0.9],
    [0.02, 1, 0.2, 3, 0.18],
    [0.05, 1, 0.1, 2.5, 0.09],
    [0.3, 0.75, 0.1, 2, 0.315],
    [0.6, 0.5, 0.1, 1.5, 0.54],
    [0.8, 0.5, 0, 1, 0.45],
    [0.9, 0.25, 0, 0.5, 0.675],
  ]);
  expect(curve.cheapest?.threshold).toBe(0.05);
  expect([curve.inForce?.threshold, rounded(curve.inForce?.expectedCost)]).toEqual([0.1, 0.315]);
});

it('goes by the class in force: a judgement beats a window, and what became good by time counts', async () => {
  const { bad } = await store();
  await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  world.clock.advance(2 * DAY_MS);
  world.jobs.wake(site);
  await world.jobs.idle();
  expect((await world.services.getPolicyCurve(site)).judged).toEqual({ bad: 4, good: 10 });
  const [first] = bad;
  if (first === undefined) throw new Error('there is a bad one');
  await world.services.judgeRecords(CALLER, [{ id: recordIdOf(first), label: 'good' }]);
  await world.jobs.idle();
  expect((await world.services.getPolicyCurve(site)).judged).toEqual({ bad: 3, good: 11 });
});

it('goes by the costs and the base rate of the policy in force', async () => {
  await store();
  await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  await mark('good', GOOD_FROM_MS, NOON_MS);
  await world.services.setPolicy(CALLER, { ...policy, baseRate: 1e-6, costs: { falseAlarm: 1, missed: 3 } });
  const { inForce, cheapest, costs, baseRate, costOfSilence } = await world.services.getPolicyCurve(site);
  expect([inForce?.threshold, costs.missed, baseRate, rounded(costOfSilence)]).toEqual([0.25, 3, 1e-6, 3e-6]);
  // So rare that nothing but a threshold without any false alarm is worth it.
  expect(cheapest?.threshold).toBe(0.8);
});

it('leaves out what came without a score, and what a corpus says of traffic', async () => {
  await store();
  await world.store.putRecords(site, [
    scored(200, undefined, BAD_FROM_MS + 5_000),
    { ...scored(201, 0.99, NOON_MS - DAY_MS), labelled: true },
  ]);
  await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  await mark('good', GOOD_FROM_MS, NOON_MS);
  const { judged, traffic } = await world.services.getPolicyCurve(site);
  expect([judged, traffic.records]).toEqual([{ bad: 4, good: 10 }, 14]);
});

it('rests on a bounded sample in which a large window leaves room for a small one', async () => {
  const many = (from: number, atMs: number, count: number) =>
    Array.from({ length: count }, (_, index) => scored(from + index, 0.001, atMs + index));
  const hours = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(hour => NOON_MS - hour * HOUR_MS);
  for (const [index, atMs] of hours.entries())
    await world.store.putRecords(site, many(1_000 * (index + 1), atMs, 900));
  await mark('bad', NOON_MS - DAY_MS, NOON_MS - 6 * HOUR_MS);
  await mark('good', NOON_MS - 6 * HOUR_MS, NOON_MS);
  await store();
  await mark('bad', BAD_FROM_MS, BAD_FROM_MS + HOUR_MS);
  const { judged, points } = await world.services.getPolicyCurve(site);
  // A third of the sample for each of three marks, and what parts are rounded up to.
  expect(judged.bad).toBeGreaterThanOrEqual(JUDGED_SAMPLE_MAX / 3);
  expect(judged.bad).toBeLessThanOrEqual(JUDGED_SAMPLE_MAX / 3 + 8 + 4);
  expect(judged.good).toBeLessThanOrEqual(JUDGED_SAMPLE_MAX);
  expect(points.map(({ threshold }) => threshold)).toEqual([0, 0.001, 0.05, 0.3, 0.8, 0.9]);
});
