/**
 * SQLite, one connection: `node:sqlite` where Node has all of it that we use, else `@photostructure/sqlite`, which has
 * the same interface. Which one is decided at run time, and the other is never loaded.
 *
 * WAL with synchronous=FULL: a commit is on the disk before it is acknowledged, and readers never wait for a writer. The
 * learner alone commits with NORMAL (DatabaseOptions).
 * What can go wrong with a file becomes an AppError here; a wrong statement stays what it is, a defect.
 */
import { createRequire } from 'node:module';
import type * as sqlite from '@photostructure/sqlite';
import { AppError, type ErrorCode } from '../../domain/errors.ts';
import type { WriteTurns } from './write-turns.ts';

export type SqlValue = string | number | Uint8Array | null;

/** A prepared statement whose rows are shaped as its caller says. */
export interface Statement<Row> {
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
  /** Row by row, as they are asked for: whoever has enough leaves the loop, and no more is read. */
  iterate(...values: readonly SqlValue[]): Generator<Row, void>;
  /** Rows changed. */
  run(...values: readonly SqlValue[]): number;
}

export interface DatabaseOptions {
  /** How long a statement waits for a lock that another connection holds. */
  busyTimeoutMs?: number | undefined;
  /**
   * What a commit waits for. `disk`: whatever was committed is there after a power cut, too. `process`: after the end of
   * any process, however it ends; a power cut may take back the last commits, never one before a commit that waited for
   * the disk, by whichever connection: they share one log. For work that is found undone and done again.
   */
  commitsTo?: 'disk' | 'process' | undefined;
  /** Shared with the connections of other threads: no write of this one begins before its turn. */
  turns?: WriteTurns | undefined;
}

/** 64 MiB: the inner pages of the indexes of some 10⁷ records. SQLite counts negative sizes in KiB. */
const CACHE_KIB = 65_536;
/**
 * Of a new file; one that is there keeps its own. A page more costs a commit more than 4 KiB more do: 1,024 records of an
 * hour of 70,000 take 10.5 µs of CPU each, and 11.5 in pages of SQLite's 4 KiB; reading them in any order takes a fifth less.
 */
const PAGE_BYTES = 8_192;
/**
 * 64 MiB of log before it is copied into the file (half of it where pages are SQLite's own): each copy waits for the disk
 * twice, and three in four were spared.
 */
const CHECKPOINT_PAGES = 8_192;
/** A commit waits five seconds for another process' transaction, which takes milliseconds, before it gives up. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Primary result codes that speak of the file or the machine, not of our statement: PERM, BUSY, LOCKED, NOMEM, READONLY,
 * IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOLFS, AUTH, NOTADB (https://sqlite.org/rescode.html).
 */
const ENVIRONMENT_CODES: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 22, 23, 26]);
/**
 * FULL, and IOERR_SHMSIZE, which a full disk gives where the index of the log has to grow. A quota or a limit on the size
 * of files gives IOERR_WRITE, as a broken disk does.
 */
const FULL_CODES: ReadonlySet<number> = new Set([13, 4_874]);

/**
 * `@photostructure/sqlite` 1.2.1 gives errors of `all` and `iterate` no code, only the words of sqlite3_errstr
 * (https://sqlite.org/c3ref/errcode.html).
 */
const CODES_BY_WORDS: ReadonlyMap<string, number> = new Map([
  ['access permission denied', 3],
  ['database is locked', 5],
  ['database table is locked', 6],
  ['out of memory', 7],
  ['attempt to write a readonly database', 8],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['unable to open database file', 14],
  ['locking protocol', 15],
  ['file is not a database', 26],
]);

/** CORRUPT and NOTADB: what is in the file is none of ours, or not all of it. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([11, 26]);
export const MEND_DAMAGE =
  'restore a backup (`bayeswatch restore`); a folder that was copied while it served is none, `bayeswatch backup` makes one';

export class Database {
  /** Held in a field: a collected handle would close under its statements. */
  readonly #connection: sqlite.DatabaseSyncInstance;
  readonly #statements = new Map<string, Statement<unknown>>();
  readonly #turns: WriteTurns | undefined;
  #hasTurn = false;

  /**
   * Opens or creates the file; `:memory:` for one that lives as long as the connection.
   * @throws AppError `data-folder-unusable` where the file is locked, not ours to write or not a database
   */
  constructor(path: string, options: DatabaseOptions = {}) {
    const { DatabaseSync } = loadSqlite();
    let connection: sqlite.DatabaseSyncInstance | undefined;
    this.#turns = options.turns;
    try {
      connection = new DatabaseSync(path, { enableForeignKeyConstraints: false });
      connection.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs ?? BUSY_TIMEOUT_MS}`);
      connection.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
      connection.exec('PRAGMA journal_mode = WAL');
      connection.exec(`PRAGMA synchronous = ${options.commitsTo === 'process' ? 'NORMAL' : 'FULL'}`);
      connection.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      connection.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
      const opened = connection;
      const probe = () => opened.exec('BEGIN IMMEDIATE; COMMIT'); // the write lock and the right to write, or why not
      if (options.turns === undefined) probe();
      else options.turns.take(probe);
      this.#connection = connection;
    } catch (error) {
      connection?.close();
      throw appErrorOf(error, 'data-folder-unusable', `cannot use the database ${path}`);
    }
  }

  /** The statement of this text, prepared once. Its rows are taken to be of the shape named. */
  prepare<Row>(sql: string): Statement<Row> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known as Statement<Row>;
    const statement = this.#guardedStatement<Row>(guarded(() => this.#connection.prepare(sql)));
    this.#statements.set(sql, statement);
    return statement;
  }

  #guardedStatement<Row>(statement: ReturnType<sqlite.DatabaseSyncInstance['prepare']>): Statement<Row> {
    return {
      get: (...values) => guarded(() => statement.get(...values)),
      all: (...values) => guarded(() => statement.all(...values)),
      iterate: (...values) => guardedRows<Row>(guarded(() => statement.iterate(...values))),
      run: (...values) => this.#inTurn(() => guarded(() => Number(statement.run(...values).changes))),
    };
  }

  /** Runs statements that return nothing. */
  exec(sql: string): void {
    guarded(() => this.#connection.exec(sql));
  }

  /**
   * All of what `work` writes, or nothing. Takes the write lock first, so that it never fails halfway for want of it.
   * Within a group it is a part of that: nothing if it throws, and else it is there with the group.
   */
  transaction<T>(work: () => T): T {
    if (this.#isWithin) return this.#asPart(work);
    return this.#inTurn(() => this.#within('BEGIN IMMEDIATE', work));
  }

  /** Many reads of one state of the database, begun now; cheaper than each for itself. */
  snapshot<T>(work: () => T): T {
    return this.#isWithin ? work() : this.#within('BEGIN', work);
  }

  /**
   * Pieces of work that are committed at once: one wait for the disk instead of one each. What a piece throws is its own
   * to keep; what is thrown here undoes all of them.
   * @throws AppError `store-full` or `store-unavailable`: nothing of the group is stored
   */
  group(pieces: readonly (() => void)[]): void {
    this.#inTurn(() =>
      this.#within('BEGIN IMMEDIATE', () => {
        for (const piece of pieces) {
          piece();
          // After an I/O error SQLite may have rolled all of it back, and what follows would be committed alone.
          if (!this.#isWithin)
            throw new AppError('store-unavailable', 'what was to be stored together was undone');
        }
      }),
    );
  }

  get #isWithin(): boolean {
    return this.#connection.isOpen && this.#connection.isTransaction;
  }

  /** Within a turn it has come already. */
  #inTurn<T>(write: () => T): T {
    if (this.#turns === undefined || this.#hasTurn) return write();
    return this.#turns.take(() => {
      this.#hasTurn = true;
      try {
        return write();
      } finally {
        this.#hasTurn = false;
      }
    });
  }

  #asPart<T>(work: () => T): T {
    this.exec('SAVEPOINT part');
    try {
      return work();
    } catch (error) {
      if (this.#isWithin) this.exec('ROLLBACK TO part');
      throw error;
    } finally {
      if (this.#isWithin) this.exec('RELEASE part');
    }
  }

  #within<T>(begin: string, work: () => T): T {
    this.exec(begin);
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // After an I/O error SQLite may have rolled back by itself.
      if (this.#isWithin) this.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Closing twice is no error. What is still in the log goes into the file first, so that the file alone is a backup: on
   * Node 20 statements that are not collected yet keep SQLite from doing so by itself.
   */
  close(): void {
    if (!this.#connection.isOpen) return;
    try {
      this.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } finally {
      this.#statements.clear();
      this.#connection.close();
    }
  }
}

/** Leaving the loop ends the statement, so that it keeps no snapshot open. */
function* guardedRows<Row>(rows: Iterator<Row>): Generator<Row, void> {
  try {
    for (;;) {
      const { done, value } = guarded(() => rows.next());
      if (done === true) return;
      yield value;
    }
  } finally {
    guarded(() => rows.return?.());
  }
}

/** Runs one call of SQLite; what the file or the machine did wrong becomes `store-full` or `store-unavailable`. */
function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isFull(error)) throw appErrorOf(error, 'store-full', 'there is no room on the disk');
    throw appErrorOf(error, 'store-unavailable', 'the store does not answer');
  }
}

function isFull(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code !== undefined && FULL_CODES.has(code);
}

/** The result code of SQLite; by its words where the driver leaves the number out. */
function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode : CODES_BY_WORDS.get(error.message);
}

/** An AppError for what the file or the machine did wrong; any other error is a defect, and stays what it is. */
function appErrorOf(error: unknown, code: ErrorCode, what: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code: kind } = error as { code?: unknown };
  const resultCode = resultCodeOf(error);
  const environment = resultCode !== undefined && ENVIRONMENT_CODES.has(resultCode & 0xff);
  const closed = kind === 'ERR_INVALID_STATE';
  if (!environment && !closed) return error;
  const isDamage = resultCode !== undefined && DAMAGE_CODES.has(resultCode & 0xff);
  const detail = `${what}: ${error.message}${isDamage ? `: ${MEND_DAMAGE}` : ''}`;
  return new AppError(code, detail, { cause: error });
}

function loadSqlite(): Pick<typeof sqlite, 'DatabaseSync'> {
  const require = createRequire(import.meta.url);
  if (!hasSqlite(process.versions.node)) return require('@photostructure/sqlite');
  return withoutExperimentalWarning(() => require('node:sqlite'));
}

/**
 * Whether this Node has `node:sqlite` with `iterate` (22.13), `isOpen` (22.15) and `isTransaction` (22.16, 24.0).
 * @example hasSqlite('22.16.0') // true @example hasSqlite('23.11.0') // false
 */
export function hasSqlite(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 16);
}

/** Node warns once, while it loads the module, that it may change; that is of no use to whoever runs the program. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    const [options] = rest;
    const type =
      typeof options === 'object' && options !== null && 'type' in options ? options.type : options;
    if (type !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
