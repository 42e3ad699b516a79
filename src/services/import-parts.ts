/** The parts of an import on their way into the store: rows are gathered until they fill a document. */
import { Counts } from '../bayes/counts.ts';
import { encodeCounts } from '../bayes/counts-codec.ts';
import { Sum128 } from '../bayes/sum128.ts';
import type { Clock } from '../domain/clock.ts';
import { UNDATED_DAY } from '../domain/identity.ts';
import { DOCUMENT_BYTES_MAX, IMPORT_PART_ROWS_MAX } from '../domain/limits.ts';
import type { Store } from '../store/port.ts';
import type { CheckedRow } from './import-check.ts';

/** Four counts of five bytes, the form, and a key of five. */
const ROW_BYTES = 26;
/** Of a UTF-16 unit of a token, at most. */
const UNIT_BYTES = 3;
/** What a part may come to by these: it may be less, never more. */
const PART_BYTES_MAX = DOCUMENT_BYTES_MAX / 2;

export interface ImportPartsDependencies {
  store: Pick<Store, 'putImportPart'>;
  clock: Pick<Clock, 'nowMs'>;
  /** Rows of a part; counts do not depend on it. */
  partRowsMax?: number | undefined;
}

export class ImportParts {
  readonly #store: Pick<Store, 'putImportPart'>;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #site: string;
  readonly #importId: string;
  readonly #rowsMax: number;
  readonly #sum = new Sum128();
  #counts = new Counts();
  #rows = 0;
  #bytes = 0;
  #parts = 0;

  constructor(
    { store, clock, partRowsMax = IMPORT_PART_ROWS_MAX }: ImportPartsDependencies,
    site: string,
    importId: string,
  ) {
    this.#rowsMax = partRowsMax;
    this.#store = store;
    this.#clock = clock;
    this.#site = site;
    this.#importId = importId;
  }

  /** Each token once. Resolves when there is room for the next row. */
  async add({ field, key, counts }: CheckedRow): Promise<void> {
    this.#counts.bump(UNDATED_DAY, field, key, counts);
    this.#rows += 1;
    this.#bytes += ROW_BYTES + (typeof key === 'string' ? UNIT_BYTES * key.length : 0);
    if (this.#rows >= this.#rowsMax || this.#bytes >= PART_BYTES_MAX) await this.#flush();
  }

  /** Stores what is left. @returns how many parts there are, and the sum of all */
  async end(): Promise<{ parts: number; sum: string }> {
    if (this.#rows > 0) await this.#flush();
    return { parts: this.#parts, sum: this.#sum.toString() };
  }

  async #flush(): Promise<void> {
    const counts = this.#counts;
    const part = this.#parts;
    this.#counts = new Counts();
    this.#parts += 1;
    this.#rows = 0;
    this.#bytes = 0;
    const sum = counts.sum();
    this.#sum.addSum(sum);
    await this.#store.putImportPart(this.#site, {
      importId: this.#importId,
      part,
      createdAtMs: this.#clock.nowMs(),
      sum: sum.toString(),
      counts: encodeCounts(counts),
    });
  }
}
