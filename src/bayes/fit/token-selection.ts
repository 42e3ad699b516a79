/** Counts of chosen tokens: of a whole site, as few as a question needs. */
import { UNIT_COUNT } from '../content-hash.ts';
import { Counts, RECORD_FIELD } from '../counts.ts';
import { type DecodedBlock, readBlocks } from '../counts-codec.ts';
import { NgramCounts } from '../field-counts.ts';
import { PRESENCE_KEY } from '../ngrams.ts';

/** By field: keys of n-grams, texts of categories. */
type Chosen = Map<string, Set<number | string>>;

export class TokenSelection {
  readonly #chosen: Chosen = new Map();
  /** Of the chosen tokens, of the presence of their fields, and the totals of every day. */
  readonly counts = new Counts();

  /** Chooses every token of these counts. @throws CorruptBytesError */
  choose(bytes: Uint8Array): void {
    readBlocks(bytes, block => {
      const tokens = this.#chosen.get(block.field) ?? new Set();
      this.#chosen.set(block.field, tokens);
      for (const token of tokensOf(block)) tokens.add(token);
    });
  }

  /** Adds what these counts hold of the tokens that are chosen by now, up to 32 bits. @throws CorruptBytesError */
  add(bytes: Uint8Array): void {
    readBlocks(bytes, block => {
      const { day, field, values } = block;
      const chosen = field === RECORD_FIELD ? undefined : this.#chosen.get(field);
      if (chosen === undefined && field !== RECORD_FIELD) return;
      const into = this.counts.fieldOf(day, field);
      for (const [index, token] of tokensOf(block).entries()) {
        if (!(isPresence(token) || chosen?.has(token) === true)) continue;
        const row = into instanceof NgramCounts ? into.rowOf(Number(token)) : into.rowOf(String(token));
        for (let unit = 0; unit < UNIT_COUNT; unit++)
          into.addSaturated(row, unit, values[index * UNIT_COUNT + unit] as number);
      }
    });
  }
}

function tokensOf({ keys, tokens }: DecodedBlock): readonly (number | string)[] {
  return keys.length > 0 ? [...keys] : tokens;
}

function isPresence(token: number | string): boolean {
  return token === PRESENCE_KEY || token === '';
}
