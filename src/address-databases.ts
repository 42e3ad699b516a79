/**
 * Country and network of an address, from the databases that the admin names; without one, nothing is known. Their files are
 * looked at once a minute: whoever brings a newer one in place (by renaming, so that it is whole) has it in use without a
 * start. One that cannot be read is told, and the one before stays.
 */
import { readFile, stat } from 'node:fs/promises';
import { AddressDatabase } from './address-database.ts';
import type { AddressDatabaseHealth } from './domain/address-database-health.ts';
import { AppError } from './domain/errors.ts';
import type { FixedContext } from './tokenize/fixed.ts';

export interface AddressDatabasePaths {
  countryMmdb: string | undefined;
  asnMmdb: string | undefined;
}

/** Told of a newer file that cannot be used. */
type OnError = (error: unknown, what: string) => void;

/** How often files are looked at: their makers change them once a day at the most. */
const LOOK_EVERY_MS = 60_000;

export class AddressDatabases {
  readonly #files: readonly DatabaseFile[];
  /** What is asked of them; functions of their own, so that they can be taken along. */
  readonly context: Pick<FixedContext, 'countryOf' | 'asnOf'>;
  #timer: NodeJS.Timeout | undefined;

  private constructor(country: DatabaseFile | undefined, asn: DatabaseFile | undefined) {
    this.#files = [country, asn].filter(file => file !== undefined);
    this.context = {
      countryOf: ip => country?.database.placeOf(ip).country,
      asnOf: ip => asn?.database.placeOf(ip).asn,
    };
  }

  /** @throws AppError `config-invalid` for a file that is no such database */
  static async open({ countryMmdb, asnMmdb }: AddressDatabasePaths): Promise<AddressDatabases> {
    return new AddressDatabases(
      await DatabaseFile.open('country', countryMmdb),
      await DatabaseFile.open('asn', asnMmdb),
    );
  }

  health(): AddressDatabaseHealth[] {
    return this.#files.map(file => ({
      name: file.name,
      builtAtMs: file.database.builtAtMs,
      failures: file.failures,
    }));
  }

  /** Looks at the files, now; never rejects. */
  async look(onError: OnError): Promise<void> {
    for (const file of this.#files) await file.look(onError);
  }

  /** Looks at the files again and again, until closed; holds no process up. */
  watch(onError: OnError): void {
    if (this.#files.length === 0) return;
    this.#timer ??= setInterval(() => void this.look(onError), LOOK_EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

class DatabaseFile {
  readonly name: AddressDatabaseHealth['name'];
  readonly #path: string;
  /** Which file was read last, whatever came of it: a broken one is told of once. */
  #seen: string;
  #database: AddressDatabase;
  #failures = 0;

  private constructor(
    name: AddressDatabaseHealth['name'],
    path: string,
    seen: string,
    database: AddressDatabase,
  ) {
    this.name = name;
    this.#path = path;
    this.#seen = seen;
    this.#database = database;
  }

  static async open(
    name: AddressDatabaseHealth['name'],
    path: string | undefined,
  ): Promise<DatabaseFile | undefined> {
    if (path === undefined) return undefined;
    const seen = await versionOf(path);
    return new DatabaseFile(name, path, seen, await databaseAt(path));
  }

  get database(): AddressDatabase {
    return this.#database;
  }

  get failures(): number {
    return this.#failures + this.#database.brokenLookUps;
  }

  async look(onError: OnError): Promise<void> {
    const version = await versionOf(this.#path);
    if (version === this.#seen) return;
    // Before it is read: one that grows meanwhile is another one at the next look.
    this.#seen = version;
    try {
      const database = await databaseAt(this.#path);
      this.#failures = this.failures;
      this.#database = database;
    } catch (error) {
      this.#failures += 1;
      onError(error, 'the address database before stays in use');
    }
  }
}

/** What changes with the file; the same for one that is not there. */
async function versionOf(path: string): Promise<string> {
  return stat(path).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => 'none',
  );
}

/** @throws AppError `config-invalid` */
async function databaseAt(path: string): Promise<AddressDatabase> {
  try {
    return new AddressDatabase(await readFile(path));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('config-invalid', `cannot read the address database ${path}: ${reason}`, { cause });
  }
}
