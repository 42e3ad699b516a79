/** Retention of the audit: what goes and when, what stays, and that the chain of what is left tells of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditDraft, AuditEntry } from '../../src/domain/audit.ts';
import { AppError } from '../../src/domain/errors.ts';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { type AuditChain, auditChainOf } from '../../src/services/audit-chain.ts';
import { AuditLog, auditHashOf } from '../../src/services/audit-log.ts';
import { AuditRetention } from '../../src/services/audit-retention.ts';
import { exportAudit, listAudit } from '../../src/services/list-audit.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { CALLER, NOON_MS, openWorld } from '../world.ts';

const SITE = 'a';
const KEPT_DAYS = 10;

let store: SqliteStore;
let nowMs: number;
let passedMs: number;
beforeEach(() => {
  store = new SqliteStore(':memory:');
  nowMs = NOON_MS;
  passedMs = 0;
});
afterEach(() => store.close());

const clock = { nowMs: () => nowMs, monotonicMs: () => passedMs };

function pass(ms: number): void {
  nowMs += ms;
  passedMs += ms;
}

function open(auditDays = KEPT_DAYS) {
  const audit = new AuditLog(store);
  const retention = new AuditRetention({ store, audit, clock, auditDays });
  /** Looks for an hour, until the clock is believed. @returns how many entries went */
  const settle = async () => {
    let gone = await retention.look(SITE);
    for (let minutes = 0; minutes < 60; minutes += 20) {
      pass(20 * 60_000);
      gone += await retention.look(SITE);
    }
    return gone;
  };
  return { audit, retention, settle };
}

const draft = (atMs: number, given: Partial<AuditDraft> = {}): AuditDraft => ({
  atMs,
  by: 'k',
  from: '192.0.2.7',
  action: 'records.store',
  outcome: 'done',
  ...given,
});

async function append(audit: AuditLog, count: number, atMs = nowMs): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => audit.append(SITE, draft(atMs))));
}

async function left(): Promise<AuditEntry[]> {
  return store.listAuditEntries(SITE, { order: 'ascending', limit: 100_000 });
}

async function leftNumbers(): Promise<number[]> {
  return (await left()).map(({ number }) => number);
}

async function* exported(entries: Iterable<AuditEntry> | AsyncIterable<AuditEntry>, site = SITE) {
  for await (const entry of entries) yield { ...entry, site };
}

async function chainOf(entries: Iterable<AuditEntry>): Promise<AuditChain> {
  return auditChainOf(exported(entries));
}

/** The entries, one of them changed. */
function changed(entries: readonly AuditEntry[], number: number, change: Partial<AuditEntry>): AuditEntry[] {
  return entries.map(entry => (entry.number === number ? { ...entry, ...change } : entry));
}

describe('entries that are older than the retention', () => {
  it('go, once the oldest is a day over its time, and two entries tell of it', async () => {
    const { audit, settle, retention } = open();
    await append(audit, 3);
    pass(5 * DAY_MS);
    await append(audit, 2);
    const [, , third] = await left();
    pass(5 * DAY_MS);
    expect(await settle()).toBe(0);
    expect(await leftNumbers()).toEqual([1, 2, 3, 4, 5]);
    pass(DAY_MS);
    expect(await retention.look(SITE)).toBe(3);
    const who = { by: 'server', from: 'local', action: 'audit.purge', atMs: nowMs };
    expect(await left()).toMatchObject([
      { number: 4 },
      { number: 5 },
      { ...who, number: 6, outcome: 'begun', details: { upTo: 3, hash: third?.hash, days: KEPT_DAYS } },
      { ...who, number: 7, outcome: 'done', begin: 6, details: { entries: 3 } },
    ]);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, entries: 4, from: 4, toldBy: 6 });
  });

  it('go in bounded steps, each told of, whatever their number', async () => {
    const { audit, settle, retention } = open();
    await append(audit, 16_384 + 10);
    pass(20 * DAY_MS);
    expect(await settle()).toBe(16_384);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, from: 16_385, toldBy: 16_395 });
    expect(await retention.look(SITE)).toBe(10);
    expect(await leftNumbers()).toEqual([16_395, 16_396, 16_397, 16_398]);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, from: 16_395, toldBy: 16_397 });
    expect(await retention.look(SITE)).toBe(0);
  });

  it('stay where the retention is for ever', async () => {
    const { audit, settle } = open(Number.POSITIVE_INFINITY);
    await append(audit, 3, 0);
    pass(50_000 * DAY_MS);
    expect(await settle()).toBe(0);
    expect(await leftNumbers()).toEqual([1, 2, 3]);
  });

  it('cost a quiet site two entries a day, and one that is asleep keeps a handful', async () => {
    const { audit, settle, retention } = open();
    let most = 0;
    await settle();
    for (let hours = 0; hours < 60 * 24; hours += 6) {
      await append(audit, 1);
      await retention.look(SITE);
      most = Math.max(most, (await left()).length);
      pass(6 * HOUR_MS);
    }
    expect(most).toBeLessThan(4 * (KEPT_DAYS + 2) + 2 * (KEPT_DAYS + 2));
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null });
    for (let weeks = 0; weeks < 20; weeks += 1) {
      pass(7 * DAY_MS);
      await retention.look(SITE);
    }
    const numbers = await leftNumbers();
    expect(numbers.length).toBeLessThan(5);
    await append(audit, 1);
    expect((await leftNumbers()).at(-1)).toBe((numbers.at(-1) ?? 0) + 1);
  });
});

describe('the newest entry', () => {
  it('stays alone, however old, and the chain goes on after it', async () => {
    const { audit, settle } = open();
    await append(audit, 1);
    pass(100 * DAY_MS);
    expect(await settle()).toBe(0);
    await new AuditLog(store).append(SITE, draft(nowMs));
    expect(await leftNumbers()).toEqual([1, 2]);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, entries: 2, from: 1 });
  });
});

describe('the clock', () => {
  it('is not gone by before it has run steadily for an hour', async () => {
    const { audit, retention, settle } = open();
    await settle();
    await append(audit, 3);
    nowMs += 1_000 * DAY_MS;
    for (let minutes = 0; minutes < 60; minutes += 15) {
      expect(await retention.look(SITE)).toBe(0);
      pass(15 * 60_000);
    }
    expect(await leftNumbers()).toEqual([1, 2, 3]);
    nowMs -= 1_000 * DAY_MS;
    expect(await settle()).toBe(0);
  });

  it('that was wrong for one entry keeps nothing for ever, and lets nothing young go', async () => {
    const { audit, settle, retention } = open();
    const aheadMs = NOON_MS + 30_000 * DAY_MS;
    for (const atMs of [NOON_MS, NOON_MS, aheadMs, NOON_MS, aheadMs]) await append(audit, 1, atMs);
    pass(8 * DAY_MS);
    for (const atMs of [nowMs, 0, nowMs]) await append(audit, 1, atMs);
    pass(4 * DAY_MS);
    expect(await settle()).toBe(4);
    expect((await leftNumbers())[0]).toBe(5);
    expect(await retention.look(SITE)).toBe(0);
    pass(8 * DAY_MS);
    expect(await retention.look(SITE)).toBe(4);
  });

  it('that was wrong for more entries than go at once keeps nothing for ever either', async () => {
    const { audit, settle } = open();
    await append(audit, 1);
    await append(audit, 16_384 + 10, NOON_MS + 30_000 * DAY_MS);
    await append(audit, 5);
    pass(20 * DAY_MS);
    expect(await settle()).toBe(16_384 + 15);
  });
});

describe('a purge that is cut off', () => {
  it('before anything went leaves a whole chain, and is done again', async () => {
    const { audit, settle, retention } = open();
    await append(audit, 5);
    pass(20 * DAY_MS);
    store.purgeAuditEntries = () => Promise.reject(new AppError('store-unavailable', 'away'));
    await expect(settle()).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, entries: 7, from: 1, toldBy: null });
    expect((await left()).at(-1)).toMatchObject({ outcome: 'store-unavailable', begin: 6 });
    store.purgeAuditEntries = SqliteStore.prototype.purgeAuditEntries;
    pass(HOUR_MS);
    expect(await retention.look(SITE)).toBe(5);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, from: 6, toldBy: 8 });
  });

  it('half-way leaves a chain that is whole from where it stopped', async () => {
    const { audit, settle } = open();
    await append(audit, 6);
    pass(20 * DAY_MS);
    store.purgeAuditEntries = (site, { upTo }) =>
      SqliteStore.prototype.purgeAuditEntries.call(store, site, { upTo, limit: 2 });
    expect(await settle()).toBe(2);
    expect(await chainOf(await left())).toMatchObject({ brokenAt: null, from: 3, toldBy: 7 });
    expect(await chainOf(changed(await left(), 4, { by: 'somebody else' }))).toEqual({ brokenAt: 4 });
  });

  it('because its entry could not be written takes nothing', async () => {
    const { audit, settle } = open();
    await append(audit, 5);
    pass(20 * DAY_MS);
    store.putAuditEntries = () => Promise.reject(new AppError('store-full', 'no room'));
    await expect(settle()).rejects.toMatchObject({ code: 'store-full' });
    expect(await leftNumbers()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('what is left of a chain', () => {
  async function purged(): Promise<AuditEntry[]> {
    const { audit, settle } = open();
    await append(audit, 4);
    pass(10 * DAY_MS);
    await append(audit, 4);
    pass(2 * DAY_MS);
    expect(await settle()).toBe(4);
    await append(audit, 2);
    return left();
  }
  const without = (entries: readonly AuditEntry[], ...numbers: number[]) =>
    entries.filter(({ number }) => !numbers.includes(number));

  it('is followed from its first entry on', async () => {
    const entries = await purged();
    expect(await chainOf(entries)).toEqual({
      brokenAt: null,
      entries: 8,
      from: 5,
      toldBy: 9,
      hash: entries.at(-1)?.hash,
    });
    expect(await auditChainOf(exported(entries, 'b'))).toEqual({ brokenAt: 6 });
  });

  it('shows what was taken beyond what it tells of, from its beginning or its midst', async () => {
    const entries = await purged();
    expect(await chainOf(without(entries, 5))).toEqual({ brokenAt: 6 });
    expect(await chainOf(without(entries, 5, 6, 7, 8))).toEqual({ brokenAt: 9 });
    expect(await chainOf(without(entries, 5, 6, 7, 8, 9))).toEqual({ brokenAt: 10 });
    expect(await chainOf(without(entries, 6, 7))).toEqual({ brokenAt: 8 });
    expect(await chainOf(without(entries, 9))).toEqual({ brokenAt: 10 });
    expect(await chainOf(entries.toReversed())).toEqual({ brokenAt: 11 });
    const [fifth, sixth] = entries as [AuditEntry, AuditEntry];
    expect(await chainOf([fifth, sixth, ...entries.slice(1)])).toEqual({ brokenAt: 6 });
    const again = { ...sixth, number: 6, hash: auditHashOf(sixth.hash, SITE, sixth) };
    expect(await chainOf([fifth, sixth, again])).toEqual({ brokenAt: 6 });
  });

  it('shows a change of any entry, the first one too', async () => {
    const entries = await purged();
    for (const { number } of entries) {
      const chain = await chainOf(changed(entries, number, { by: 'somebody else' }));
      expect(chain).toEqual({ brokenAt: number });
    }
    const details = { upTo: 6, hash: entries[1]?.hash ?? '', days: KEPT_DAYS };
    const told = changed(without(entries, 5, 6), 9, { details });
    expect(await chainOf(told)).toEqual({ brokenAt: 9 });
  });

  it.each<[what: string, change: Partial<AuditDraft>, from: number | undefined]>([
    ['the begin of a purge', {}, 13],
    ['the end of one', { outcome: 'done' }, undefined],
    ['what is no purge', { action: 'audit.export' }, undefined],
    ['a purge of itself', { details: { upTo: 13, hash: 'of itself' } }, undefined],
    ['a purge that names no number', { details: { upTo: '12', hash: 'of 12' } }, undefined],
    ['a purge that names no hash', { details: { upTo: 12 } }, undefined],
  ])('is told where it begins by %s: %o', async (_, change, from) => {
    const entries = await purged();
    const details = { upTo: 12, hash: entries.at(-1)?.hash ?? '', days: KEPT_DAYS };
    const given = { action: 'audit.purge', outcome: 'begun', details, ...change } as const;
    const told = await new AuditLog(store).append(SITE, draft(nowMs, given));
    const brokenAt = from === undefined ? 13 : null;
    expect(await chainOf([told])).toMatchObject(from === undefined ? { brokenAt } : { brokenAt, from });
  });
});

describe('who reads meanwhile', () => {
  it('goes on at the first entry left, and what was exported is still a chain', async () => {
    const { audit, settle } = open();
    await append(audit, 1_500);
    pass(11 * DAY_MS);
    await append(audit, 700);
    const entries: AuditEntry[] = [];
    for await (const page of exportAudit(audit, SITE)) {
      if (entries.length === 0) expect(await settle()).toBe(1_500);
      entries.push(...page);
    }
    const numbers = entries.map(({ number }) => number);
    expect([numbers[0], numbers[999], numbers[1_000], numbers.at(-1)]).toEqual([1, 1_000, 1_501, 2_202]);
    expect(await chainOf(entries)).toMatchObject({
      brokenAt: null,
      entries: 702,
      from: 1_501,
      toldBy: 2_201,
    });
  });

  it('has an export to the end where all that was left to read has gone', async () => {
    const { audit, settle } = open();
    await append(audit, 1_200);
    pass(20 * DAY_MS);
    const numbers: number[] = [];
    for await (const page of exportAudit(audit, SITE)) {
      if (numbers.length === 0) {
        await append(audit, 1);
        expect(await settle()).toBe(1_200);
      }
      numbers.push(...page.map(({ number }) => number));
    }
    expect(numbers.slice(1_000)).toEqual([1_201, 1_202, 1_203]);
  });

  it('meets the end where a cursor leads into what has gone', async () => {
    const { audit, settle } = open();
    await append(audit, 5);
    pass(20 * DAY_MS);
    const { nextCursor } = await listAudit(audit, SITE, { limit: 2 });
    await settle();
    expect(nextCursor).toBe('4');
    expect(await listAudit(audit, SITE, { limit: 2, cursor: nextCursor })).toEqual({ items: [] });
    const { items } = await listAudit(audit, SITE, { limit: 9, action: 'audit.purge' });
    expect(items.map(({ number }) => number)).toEqual([7, 6]);
  });
});

it('is looked after beside learning, and what fails of it is told', async () => {
  const problems: unknown[] = [];
  const onError = (_: unknown, what: string) => problems.push(what);
  const world = await openWorld({ auditDays: KEPT_DAYS, onError });
  const { site } = CALLER;
  const look = async () => {
    world.jobs.wake(site);
    await world.jobs.idle();
  };
  await world.services.createKey(CALLER, 'viewer', 'n');
  await look();
  world.clock.advance(20 * DAY_MS);
  await world.services.createKey(CALLER, 'viewer', 'n');
  const { purgeAuditEntries } = SqliteStore.prototype;
  world.store.purgeAuditEntries = () => Promise.reject(new Error('away'));
  await look();
  expect(problems).toEqual([`the retention of the audit of site ${site}`]);
  world.store.purgeAuditEntries = (...args) => purgeAuditEntries.apply(world.store as SqliteStore, args);
  world.clock.advance(HOUR_MS);
  await look();
  const { items } = await world.services.listAudit(site, { limit: 99 });
  expect(items.at(-1)).toMatchObject({ number: 3, action: 'key.make' });
  expect(await auditChainOf(exported(items.toReversed(), site))).toMatchObject({ brokenAt: null, from: 3 });
  await world.close();
});
