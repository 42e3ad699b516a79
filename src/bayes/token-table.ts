/** Texts of category tokens to dense row numbers, as NgramTable does for n-grams. */

export class TokenTable {
  /** Text of each row. */
  readonly tokens: string[] = [];
  readonly #rows = new Map<string, number>();

  get size(): number {
    return this.tokens.length;
  }

  /** The row of a text, or −1. */
  findRow(token: string): number {
    return this.#rows.get(token) ?? -1;
  }

  /** The row of a text, a new one where it has none. */
  rowOf(token: string): number {
    let row = this.#rows.get(token);
    if (row === undefined) {
      row = this.tokens.length;
      this.tokens.push(token);
      this.#rows.set(token, row);
    }
    return row;
  }

  /** All rows, by ascending UTF-16 units of their texts. */
  sortedRows(): Uint32Array {
    const rows = this.tokens.map((_, row) => row);
    rows.sort((a, b) => ((this.tokens[a] as string) < (this.tokens[b] as string) ? -1 : 1));
    return Uint32Array.from(rows);
  }
}
