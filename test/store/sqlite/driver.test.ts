/** One connection: transactions, what outlives them, and what a file that cannot be used is answered with. */
import assert from 'node:assert';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Database, hasSqlite } from '../../../src/store/sqlite/driver.ts';
import { storePathIn } from '../../../src/store/sqlite/open.ts';
import { inScratchFolder } from './scratch.ts';

const UNUSABLE = expect.objectContaining({ name: 'AppError', code: 'data-folder-unusable' });
const UNAVAILABLE = expect.objectContaining({ name: 'AppError', code: 'store-unavailable' });

test.each([
  ['20.20.2', false],
  ['22.9.0', false],
  ['22.15.1', false],
  ['22.16.0', true],
  ['23.11.0', false],
  ['24.0.0', true],
  ['100.1.0', true],
])('hasSqlite(%s) is %s', (version, expected) => {
  expect(hasSqlite(version)).toBe(expected);
});

describe('Database', () => {
  test('a transaction that throws leaves nothing behind', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    const insert = database.prepare('INSERT INTO t VALUES (?) ON CONFLICT DO NOTHING');
    const failing = () =>
      database.transaction(() => {
        insert.run(1);
        throw new Error('midway');
      });
    expect(failing).toThrow('midway');
    expect(database.prepare('SELECT a FROM t').all()).toEqual([]);
    expect(database.transaction(() => [insert.run(2), insert.run(2)])).toEqual([1, 0]);
    database.close();
  });

  test('a group is one commit; a transaction in it that throws leaves nothing behind, and the others stay', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const seen: unknown[] = [];
    database.group([
      () => insert.run(1),
      () =>
        expect(() =>
          database.transaction(() => {
            insert.run(2);
            throw new Error('midway');
          }),
        ).toThrow('midway'),
      () => database.transaction(() => insert.run(3)),
      () => database.snapshot(() => seen.push(...database.prepare('SELECT a FROM t').all())),
    ]);
    expect(seen).toEqual([{ a: 1 }, { a: 3 }]);
    expect(database.prepare('SELECT a FROM t').all()).toEqual(seen);
    database.close();
  });

  test('of a group that throws nothing is stored', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const failing = () =>
      database.group([
        () => insert.run(1),
        () => {
          throw new Error('midway');
        },
      ]);
    expect(failing).toThrow('midway');
    expect(database.prepare('SELECT a FROM t').all()).toEqual([]);
    database.close();
  });

  test('a file is written ahead, synchronously, without foreign keys', async () => {
    await inScratchFolder(folder => {
      const database = new Database(join(folder, 'a.sqlite'));
      const pragma = (name: string) => Object.values(database.prepare<object>(`PRAGMA ${name}`).get() ?? {});
      expect(pragma('journal_mode')).toEqual(['wal']);
      expect(pragma('synchronous')).toEqual([2]);
      expect(pragma('foreign_keys')).toEqual([0]);
      expect(pragma('busy_timeout')).toEqual([5_000]);
      database.close();
    });
  });

  test('a new file has pages of 8 KiB, and one that is there keeps its own', async () => {
    await inScratchFolder(folder => {
      for (const [name, pageBytes] of [
        ['new', 8_192],
        ['old', 4_096],
      ] as const) {
        const path = join(folder, name);
        if (name === 'old') {
          const old = new Database(path);
          old.exec(`PRAGMA journal_mode = DELETE; PRAGMA page_size = ${pageBytes}; VACUUM`);
          old.close();
        }
        const database = new Database(path);
        expect(database.prepare('PRAGMA page_size').get()).toEqual({ page_size: pageBytes });
        database.close();
      }
    });
  });

  test('whose work is found undone and done again waits for no disk', async () => {
    await inScratchFolder(folder => {
      const database = new Database(join(folder, 'a.sqlite'), { commitsTo: 'process' });
      expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
      database.close();
    });
  });

  test('without room nothing of a transaction is stored, what was is read, and with room it goes on', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a TEXT); INSERT INTO t VALUES (1); PRAGMA max_page_count = 10');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const fill = () => database.transaction(() => insert.run('x'.repeat(100_000)));
    expect(fill).toThrow(expect.objectContaining({ name: 'AppError', code: 'store-full' }));
    expect(database.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
    database.exec('PRAGMA max_page_count = 100');
    expect(fill()).toBe(1);
    database.close();
  });

  test.each(['get', 'all', 'iterate'] as const)(
    'a page that is torn is the store’s fault, met by %s',
    async how => {
      await inScratchFolder(folder => {
        const path = join(folder, 'a.sqlite');
        const whole = new Database(path);
        whole.exec('CREATE TABLE t (a TEXT); CREATE TABLE torn (a TEXT)');
        const { page_size: pageBytes } = whole.prepare<{ page_size: number }>('PRAGMA page_size').get() ?? {};
        assert(pageBytes !== undefined);
        whole.close();
        const bytes = readFileSync(path);
        bytes.fill(0xff, bytes.length - pageBytes);
        writeFileSync(path, bytes);
        const database = new Database(path);
        const torn = database.prepare('SELECT a FROM torn');
        expect(() => (how === 'iterate' ? [...torn.iterate()] : torn[how]())).toThrow(UNAVAILABLE);
        database.close();
      });
    },
  );

  test('a statement is prepared once for its text', () => {
    const database = new Database(':memory:');
    expect(database.prepare('SELECT 1')).toBe(database.prepare('SELECT 1'));
    database.close();
  });

  test('a wrong statement is a defect and stays one', () => {
    const database = new Database(':memory:');
    expect(() => database.prepare('SELEC 1')).toThrow(/syntax error/);
    expect(() => database.prepare('SELEC 1')).not.toThrow(UNAVAILABLE);
    database.close();
  });

  test('a database that was closed is unavailable, and closes again without error', () => {
    const database = new Database(':memory:');
    const statement = database.prepare('SELECT 1');
    database.close();
    database.close();
    expect(() => statement.get()).toThrow(UNAVAILABLE);
    expect(() => database.prepare('SELECT 2')).toThrow(UNAVAILABLE);
    expect(() => database.transaction(() => 1)).toThrow(UNAVAILABLE);
  });

  test('once closed, the file alone holds everything', async () => {
    await inScratchFolder(folder => {
      const [path, copy] = [join(folder, 'a.sqlite'), join(folder, 'copy.sqlite')];
      const database = new Database(path);
      database.exec('CREATE TABLE t (a)');
      database.prepare('INSERT INTO t VALUES (1)').run();
      database.close();
      copyFileSync(path, copy);
      const copied = new Database(copy);
      expect(copied.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }]);
      copied.close();
    });
  });

  test('a file that is no database is told as such', async () => {
    await inScratchFolder(folder => {
      const path = join(folder, 'notes.txt');
      writeFileSync(
        path,
        'these are notes, long enough to be looked at as a header of a database '.repeat(20),
      );
      expect(() => new Database(path)).toThrow(UNUSABLE);
      expect(() => new Database(path)).toThrow(/not a database/);
    });
  });

  test('a folder, or a path through a file, is told as unusable', async () => {
    await inScratchFolder(folder => {
      mkdirSync(join(folder, 'a-folder'));
      writeFileSync(join(folder, 'a-file'), '');
      expect(() => new Database(join(folder, 'a-folder'))).toThrow(UNUSABLE);
      expect(() => new Database(join(folder, 'a-file', 'x.sqlite'))).toThrow(UNUSABLE);
      expect(() => storePathIn(join(folder, 'a-file', 'data'))).toThrow(UNUSABLE);
    });
  });

  // Root writes wherever it likes, so there is nothing to see for it.
  test.skipIf(process.getuid?.() === 0)(
    'a folder that is not ours to write is told as unusable',
    async () => {
      await inScratchFolder(folder => {
        chmodSync(folder, 0o500);
        expect(() => new Database(join(folder, 'x.sqlite'))).toThrow(UNUSABLE);
        chmodSync(folder, 0o700);
      });
    },
  );

  test('a file that another process has locked is unusable when opened and unavailable when in use', async () => {
    await inScratchFolder(folder => {
      const path = join(folder, 'a.sqlite');
      const first = new Database(path);
      const second = new Database(path, { busyTimeoutMs: 10 });
      first.exec('CREATE TABLE t (a)');
      first.transaction(() => {
        expect(() => new Database(path, { busyTimeoutMs: 10 })).toThrow(UNUSABLE);
        expect(() => second.transaction(() => 1)).toThrow(UNAVAILABLE);
        expect(second.prepare('SELECT a FROM t').all()).toEqual([]);
      });
      expect(second.transaction(() => second.prepare('INSERT INTO t VALUES (1)').run())).toBe(1);
      first.close();
      second.close();
    });
  });

  test('rows that are iterated are read as they are asked for, and a loop that is left keeps nothing open', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    for (let value = 1; value <= 5; value += 1) insert.run(value);
    const select = database.prepare<{ a: number }>('SELECT a FROM t ORDER BY a');
    const seen: number[] = [];
    for (const { a } of select.iterate()) {
      seen.push(a);
      if (a === 2) break;
    }
    expect(seen).toEqual([1, 2]);
    database.exec('DROP TABLE t'); // SQLite refuses that while a statement still reads it
    database.close();
    expect(() => [...select.iterate()]).toThrow(UNAVAILABLE);
  });
});
