/** The chain of the audit: order, numbers without gaps, racing writers, and what a change of an entry looks like. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditDraft, type AuditEntry, auditTextOf, NO_HASH } from '../../src/domain/audit.ts';
import { DAY_MS } from '../../src/domain/time.ts';
import { AuditLog, auditHashOf } from '../../src/services/audit-log.ts';
import { exportAudit, listAudit } from '../../src/services/list-audit.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

let store: SqliteStore;
beforeEach(() => {
  store = new SqliteStore(':memory:');
});
afterEach(() => store.close());

const draft = (subject: string, given: Partial<AuditDraft> = {}): AuditDraft => ({
  atMs: 1_000,
  by: 'k',
  from: '192.0.2.7',
  action: 'key.revoke',
  outcome: 'done',
  subject,
  ...given,
});

async function allOf(log: AuditLog, site = 'a'): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const page of exportAudit(log, site)) entries.push(...page);
  return entries;
}

/** The first number at which the chain is broken; null where it is whole. */
function brokenAt(entries: readonly AuditEntry[], site = 'a'): number | null {
  let previous = NO_HASH;
  for (const [index, entry] of entries.entries()) {
    if (entry.number !== index + 1 || entry.hash !== auditHashOf(previous, site, entry)) return index + 1;
    previous = entry.hash;
  }
  return null;
}

describe('an entry', () => {
  it('is hashed as one line of JSON, which anybody can do again', () => {
    const text = `["${NO_HASH}","default",1,0,"start","local","key.make","done",null,"k",[["name","n"],["role","admin"]]]`;
    const who = { atMs: 0, by: 'start', from: 'local' };
    const what = { action: 'key.make', outcome: 'done', subject: 'k' } as const;
    const entry = { number: 1, ...who, ...what, details: { role: 'admin', name: 'n' } };
    expect(auditTextOf(NO_HASH, 'default', entry)).toBe(text);
    expect(auditHashOf(NO_HASH, 'default', entry)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('has the next number, and its hash covers all before it', async () => {
    const log = new AuditLog(store);
    for (const subject of ['one', 'two', 'three']) await log.append('a', draft(subject));
    await log.append('b', draft('elsewhere'));
    const entries = await allOf(log);
    expect(entries.map(({ number, subject }) => [number, subject])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ]);
    expect(brokenAt(entries)).toBeNull();
    const [first, second, third] = entries as [AuditEntry, AuditEntry, AuditEntry];
    expect(brokenAt([first, { ...second, by: 'somebody else' }, third])).toBe(2);
    expect(brokenAt([first, { ...second, details: { records: 1 } }, third])).toBe(2);
    expect(brokenAt([first, third])).toBe(2);
    expect(brokenAt(entries, 'b')).toBe(1);
  });
});

describe('many writers', () => {
  it('of one process are written in the order of their calls, and few at a time cost one insert', async () => {
    const log = new AuditLog(store);
    const subjects = Array.from({ length: 600 }, (_, index) => String(index));
    let inserts = 0;
    const { putAuditEntries } = SqliteStore.prototype;
    store.putAuditEntries = (...args) => {
      inserts += 1;
      return putAuditEntries.apply(store, args);
    };
    await Promise.all(subjects.map(subject => log.append('a', draft(subject))));
    const entries = await allOf(log);
    expect(entries.map(({ subject }) => subject)).toEqual(subjects);
    expect(brokenAt(entries)).toBeNull();
    expect(inserts).toBeLessThan(6);
  });

  it.each(Array.from({ length: 12 }, (_, turns) => turns))(
    'that come %i turns after the last entry was written wait for nobody',
    async turns => {
      const log = new AuditLog(store);
      await log.append('a', draft('first'));
      for (let turn = 0; turn < turns; turn += 1) await null;
      let isWritten = false;
      void log.append('a', draft('second')).then(() => {
        isWritten = true;
      });
      await setImmediate();
      expect(isWritten).toBe(true);
    },
  );

  it('of several processes share one chain', async () => {
    const logs = [new AuditLog(store), new AuditLog(store), new AuditLog(store)];
    const appended = logs.flatMap((log, of) =>
      Array.from({ length: 50 }, async (_, index) => {
        // Some at once, some later, so that each finds its numbers taken again and again.
        for (let turn = 0; turn < index % 7; turn += 1) await null;
        return log.append('a', draft(`${of}-${index}`));
      }),
    );
    const numbers = (await Promise.all(appended)).map(({ number }) => number);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, index) => index + 1));
    const [reader = new AuditLog(store)] = logs;
    expect(brokenAt(await allOf(reader))).toBeNull();
  });
});

describe('a writer that slept', () => {
  it('goes on at the end of the chain, though the number after its last is free again', async () => {
    const [sleeper, other] = [new AuditLog(store), new AuditLog(store)];
    await sleeper.append('a', draft('before'));
    for (const subject of ['two', 'three', 'four']) await other.append('a', draft(subject));
    await store.purgeAuditEntries('a', { upTo: 3, limit: 9 });
    const awake = await sleeper.append('a', draft('after', { atMs: 1_000 + 2 * DAY_MS }));
    expect(awake.number).toBe(5);
  });
});

describe('an entry that nothing waits for', () => {
  it('is written with the next one, and is there for whoever reads here', async () => {
    const log = new AuditLog(store);
    const later = log.appendLater('a', draft('later'));
    expect((await allOf(log)).map(({ subject }) => subject)).toEqual(['later']);
    expect(await later).toMatchObject({ number: 1 });
    void log.appendLater('a', draft('second'));
    await log.append('a', draft('third'));
    expect((await allOf(log)).map(({ subject }) => subject)).toEqual(['later', 'second', 'third']);
  });

  it('is written before the log closes', async () => {
    const log = new AuditLog(store);
    void log.appendLater('a', draft('last words'));
    await log.close();
    expect(await store.listAuditEntries('a', { order: 'ascending', limit: 9 })).toHaveLength(1);
  });
});

describe('a store that is away', () => {
  it('is told to whoever waits, and the chain goes on where it ends when it is back', async () => {
    const log = new AuditLog(store);
    await log.append('a', draft('before'));
    const { putAuditEntries } = SqliteStore.prototype;
    // The worst: the entry is there, but nobody was told.
    store.putAuditEntries = async (...args) => {
      await putAuditEntries.apply(store, args);
      throw new Error('gone');
    };
    await expect(log.append('a', draft('unheard'))).rejects.toThrow('gone');
    store.putAuditEntries = putAuditEntries;
    await log.append('a', draft('after'));
    const entries = await allOf(log);
    expect(entries.map(({ subject }) => subject)).toEqual(['before', 'unheard', 'after']);
    expect(brokenAt(entries)).toBeNull();
  });
});

describe('pages', () => {
  it('are newest first, of one key or one action where asked, and lead to the end', async () => {
    const log = new AuditLog(store);
    for (let index = 1; index <= 2_500; index += 1)
      void log.append('a', draft(String(index), { by: index % 1_000 === 7 ? 'rare' : 'k' }));
    const { items, nextCursor } = await listAudit(log, 'a', { limit: 2 });
    expect(items.map(({ number }) => number)).toEqual([2_500, 2_499]);
    const next = await listAudit(log, 'a', { limit: 2, cursor: nextCursor });
    expect(next.items.map(({ number }) => number)).toEqual([2_498, 2_497]);
    const rare = await listAudit(log, 'a', { limit: 9, by: 'rare', action: 'key.revoke' });
    expect(rare.items.map(({ number }) => number)).toEqual([2_007, 1_007, 7]);
    expect(rare.nextCursor).toBeUndefined();
    expect(await listAudit(log, 'a', { limit: 9, action: 'backup.make' })).toEqual({ items: [] });
    for (const cursor of ['0', '-1', 'x', '1e3'])
      await expect(listAudit(log, 'a', { limit: 9, cursor })).rejects.toMatchObject({
        code: 'invalid-request',
      });
  });
});
