/** Opening files of this version, of a newer one, and of others' making. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Database } from '../../../src/store/sqlite/driver.ts';
import { migrate, RUN_OF_RECORD, SCHEMA_VERSION } from '../../../src/store/sqlite/schema.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { inScratchFolder } from './scratch.ts';

const unusable = (detail: string) =>
  expect.objectContaining({ code: 'data-folder-unusable', message: expect.stringContaining(detail) });

describe('migrate', () => {
  test('brings an empty file to the version of the program, once', () => {
    const database = new Database(':memory:');
    migrate(database);
    database.exec("INSERT INTO names (name) VALUES ('kept')");
    migrate(database);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    expect(database.prepare('SELECT name FROM names').all()).toEqual([{ name: 'kept' }]);
    database.close();
  });

  test('writes nothing to a file of this version, so that a start needs no room', async () => {
    await inScratchFolder(folder => {
      const path = join(folder, 'a.sqlite');
      const [opened, other] = [new Database(path), new Database(path)];
      const written = () => other.prepare('PRAGMA data_version').get();
      migrate(opened);
      const before = written();
      migrate(opened);
      expect(written()).toEqual(before);
      opened.exec("INSERT INTO names (name) VALUES ('more')");
      expect(written()).not.toEqual(before);
      opened.close();
      other.close();
    });
  });

  test('refuses a file of a newer version and leaves it as it is', async () => {
    await inScratchFolder(async folder => {
      const path = join(folder, 'a.sqlite');
      await new SqliteStore(path).close();
      const newer = new Database(path);
      newer.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
      expect(() => new SqliteStore(path)).toThrow(unusable('newer'));
      expect(newer.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION + 1 });
      newer.close();
    });
  });

  test('refuses the database of another program and leaves it as it is', async () => {
    await inScratchFolder(folder => {
      const path = join(folder, 'theirs.sqlite');
      const theirs = new Database(path);
      theirs.exec('CREATE TABLE heads (theirs TEXT)');
      expect(() => new SqliteStore(path)).toThrow(unusable('another program'));
      expect(theirs.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'heads' }]);
      theirs.exec('PRAGMA application_id = 7');
      expect(() => new SqliteStore(path)).toThrow(unusable('another program'));
      theirs.close();
    });
  });

  test('two that open a new file at once both find it usable', async () => {
    await inScratchFolder(async folder => {
      const path = join(folder, 'a.sqlite');
      const [a, b] = [new Database(path), new Database(path)];
      migrate(a);
      migrate(b);
      expect(b.prepare('SELECT count(*) AS n FROM names').get()).toEqual({ n: 0 });
      a.close();
      b.close();
    });
  });
});

describe('queries go by indexes', () => {
  const plans: Record<string, string> = {
    'records by identity':
      "SELECT * FROM records WHERE site = 1 AND slice = 2 AND identity > x'00' ORDER BY identity",
    'records by time': `SELECT * FROM records WHERE site = 1 AND at_ms IS NOT NULL AND (at_ms, slice, identity) < (1, 2, x'00')
      AND at_ms >= 0 AND at_ms < 9 ORDER BY at_ms DESC, slice DESC, identity DESC`,
    'records without time': `SELECT * FROM records WHERE site = 1 AND at_ms IS NULL AND (slice, identity) < (2, x'00')
      ORDER BY at_ms DESC, slice DESC, identity DESC`,
    'records by score': `SELECT * FROM records WHERE site = 1 AND ${RUN_OF_RECORD} = 5 AND score >= 0.01
      AND (score, slice, identity) < (1, 2, x'00') ORDER BY score DESC, slice DESC, identity DESC`,
    'records without score': `SELECT * FROM records WHERE site = 1 AND ${RUN_OF_RECORD} = 5 AND score IS NULL
      AND (slice, identity) < (2, x'00') ORDER BY score DESC, slice DESC, identity DESC`,
    'slices by due': 'SELECT slice FROM arrivals WHERE site = 1 AND due_ms_max > 5 AND due_ms_min <= 9',
    'memberships by record': "SELECT mark FROM memberships WHERE site = 1 AND slice = 2 AND identity = x'00'",
    'segments by place': `SELECT * FROM segments WHERE site = 1 AND entry <= 5
      AND (entry, slice, part, chunk) > (1, 2, 3, 4) ORDER BY entry, slice, part, chunk`,
    'intents by age': 'SELECT * FROM intents WHERE site = 1 ORDER BY created_at_ms, number',
  };
  test.each(Object.entries(plans))('%s', (_, sql) => {
    const database = new Database(':memory:');
    migrate(database);
    const steps = database.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all();
    expect(steps.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH .* USING /)]);
    database.close();
  });
});
