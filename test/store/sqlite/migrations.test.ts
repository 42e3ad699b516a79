/**
 * Data folders of earlier versions open in this one: test/fixtures/store holds one of each schema that was released, as
 * `sqlite3 bayeswatch.sqlite .dump` wrote it. All have the same life behind them, so one list of facts holds for all.
 * The learner's thread goes by the real clock, so the quarantine of January 2026 is over: what nobody labelled is good.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FIT_VERSION } from '../../../src/bayes/fit/site-fit.ts';
import { recount } from '../../../src/services/recount.ts';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { SCHEMA_VERSION } from '../../../src/store/sqlite/schema.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { sqlTextOf } from '../../../src/store/sqlite/text-codec.ts';
import { CALLER, ingest, NOON_MS, openWorld, received, type World } from '../../world.ts';
import { inScratchFolder } from './scratch.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/store/', import.meta.url));
const files = readdirSync(FIXTURES).filter(name => name.endsWith('.sql'));

test('every schema before this one has a data folder to try', () => {
  const versions = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => `schema-${index + 1}.sql`);
  expect(files).toEqual(expect.arrayContaining(versions));
});

async function onDataFolderOf(file: string, work: (world: World) => Promise<void>): Promise<void> {
  await inScratchFolder(async folder => {
    const path = join(folder, 'bayeswatch.sqlite');
    const old = new Database(path);
    old.exec(readFileSync(join(FIXTURES, file), 'utf8'));
    const { user_version: version } =
      old.prepare<{ user_version: number }>('PRAGMA user_version').get() ?? {};
    expect(`schema-${version}.sql`).toBe(file);
    old.close();
    const world = await openWorld({ dataFolder: folder });
    await work(world);
    await world.close();
    const opened = new Database(path);
    expect(opened.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    opened.close();
  });
}

const dns = (name: string) =>
  JSON.stringify({
    '@timestamp': new Date(NOON_MS - 6_000_000).toISOString(),
    source: { ip: '10.0.0.3' },
    dns: { question: { name, type: 'A' } },
  });

/** Texts of heads that SQLite, JSON or a driver might change on their way. */
const ODD_NAMES = [
  `${String.fromCharCode(...Array.from({ length: 31 }, (_, index) => index + 1))}\u007f\u2028'"\\/`,
  'ends\0here',
  '"quoted" first',
  'half a \ud83d surrogate',
  'zwölf 🦊',
  'null',
];

test('names in heads of schema 2 stay what they are, and are found by them', async () => {
  await inScratchFolder(async folder => {
    const path = join(folder, 'bayeswatch.sqlite');
    const old = new Database(path);
    old.exec(readFileSync(join(FIXTURES, 'schema-2.sql'), 'utf8'));
    const rows = old.prepare<{ body: number; identity: string }>(
      'SELECT body, lower(hex(identity)) AS identity FROM heads WHERE site = 1 ORDER BY body LIMIT ?',
    );
    const heads = rows.all(ODD_NAMES.length);
    expect(heads).toHaveLength(ODD_NAMES.length);
    for (const [index, { body }] of heads.entries()) {
      const name = sqlTextOf(ODD_NAMES[index] ?? '');
      old
        .prepare('UPDATE heads SET host = ?, source = NULL, sensor = ? WHERE body = ?')
        .run(name, name, body);
    }
    old.close();
    const store = new SqliteStore(path);
    for (const [index, { identity }] of heads.entries()) {
      const host = ODD_NAMES[index];
      const { items } = await store.searchHeads('default', { sort: 'time', host, limit: 9 });
      expect(items.map(({ head }) => head)).toMatchObject([
        { identity, host, source: undefined, sensor: host },
      ]);
    }
    await store.close();
  });
});

test('fits of schema 5, of which nobody knows the version, are gone', async () => {
  await inScratchFolder(async folder => {
    const path = join(folder, 'bayeswatch.sqlite');
    const old = new Database(path);
    old.exec(readFileSync(join(FIXTURES, 'schema-5.sql'), 'utf8'));
    expect(old.prepare('SELECT entry FROM fits').all()).toEqual([{ entry: 4 }]);
    old.close();
    const store = new SqliteStore(path);
    for (const version of [0, FIT_VERSION]) expect(await store.lastFit('default', version)).toBeNull();
    const fit = { version: FIT_VERSION, entry: 4, content: '{}' };
    expect(await store.putFit('default', fit)).toBe('inserted');
    expect(await store.lastFit('default', FIT_VERSION)).toEqual(fit);
    await store.close();
  });
});

describe.each(files)('the data folder of %s', file => {
  test('has its records, windows, judgements, keys and counts', async () => {
    await onDataFolderOf(file, async ({ services, store }) => {
      expect(await store.listSites()).toEqual(['branch-2', 'default']);
      expect(await services.authenticate('fixture-admin-key-0001')).toMatchObject({ role: 'admin' });
      const [viewer] = (await services.listKeys('default')).filter(({ role }) => role === 'viewer');
      expect(viewer?.revokedAtMs).toBe(NOON_MS);
      expect(await services.listKeys('branch-2')).toMatchObject([{ role: 'ingest' }]);

      const { items } = await services.listWindows('default', { limit: 9 });
      expect(
        items.map(({ status, taught }) => [status, taught.type === 'mark' && taught.mark]),
      ).toMatchObject([
        ['retracted', { label: 'bad' }],
        ['applied', { label: 'bad', note: 'a note, "quoted"' }],
        ['applied', { label: 'good' }],
      ]);
      const found = await services.searchRecords('default', { sort: 'time', limit: 100 });
      const labels = found.items.map(({ label }) => label);
      expect(labels.filter(label => label === 'good')).toHaveLength(8);
      expect(labels.filter(label => label === 'bad')).toHaveLength(4);
      expect(labels).toHaveLength(12);
      const report = await recount(store, 'default');
      expect(report).toMatchObject({ records: 12, differences: [], negative: 0 });
      expect(report.tokens).toBeGreaterThan(100);
    });
  });

  test('goes on: stores, learns, retracts, and counts the same as a recount', async () => {
    await onDataFolderOf(file, async world => {
      const { services, store, jobs } = world;
      await world.startLearning();
      await jobs.idle();
      const { id } = await services.getModel('default');
      const [again] = await ingest(world, received('ecs', [dns('late.tunnel.example')]));
      expect(again).not.toHaveProperty('duplicate');
      const window = await services.markWindow(CALLER, {
        ...{ fromMs: NOON_MS - 7_200_000, toMs: NOON_MS, label: 'bad', where: {} },
      });
      await jobs.idle();
      expect((await services.getModel('default')).id).not.toBe(id);
      expect(await recount(store, 'default')).toMatchObject({ records: 13, differences: [], negative: 0 });
      await services.retractWindow(CALLER, window.id);
      await jobs.idle();
      expect((await services.getModel('default')).totals).toMatchObject({ badRecords: 4, goodRecords: 9 });
      expect(await recount(store, 'default')).toMatchObject({ differences: [], negative: 0 });
      const { items } = await services.listAudit('default', { limit: 9 });
      expect(items.map(({ action }) => action)).toEqual(['window.retract', 'window.mark', 'records.store']);
    });
  });
});
