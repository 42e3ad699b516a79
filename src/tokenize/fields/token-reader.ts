/** What a row of the table says of a record: the token of its category. */
import { durationBin, logBin } from '../buckets.ts';
import { codeTokenText, foldedTokenText, tokenText } from '../token-text.ts';
import type { Facts } from './facts.ts';
import type { FieldRow, TokenReading } from './row.ts';

/** The token; undefined where there is nothing to read, or an empty text. Written out, for it is asked fifty times a record. */
export function tokenOf<F extends Facts>(row: TokenReading<F>, facts: F): string | undefined {
  switch (row.cut) {
    case 'text': {
      const text = row.read(facts);
      return text === undefined || text === '' ? undefined : tokenText(text);
    }
    case 'folded': {
      const text = row.read(facts);
      return text === undefined || text === '' ? undefined : foldedTokenText(text);
    }
    case 'code': {
      const text = row.read(facts);
      return text === undefined || text === '' ? undefined : codeTokenText(text);
    }
    case 'amount': {
      const amount = row.read(facts);
      return amount === undefined ? undefined : logBin(amount);
    }
    case 'duration': {
      const durationMs = row.read(facts);
      return durationMs === undefined ? undefined : durationBin(durationMs);
    }
    default:
      return row.read(facts);
  }
}

/**
 * The row of a field that has one token at most.
 * @throws RangeError where there is none: the table is wrong
 */
export function tokenRowOf<F extends Facts>(field: string, rows: readonly FieldRow<F>[]): TokenReading<F> {
  const row = rows.find(one => one.kind === 'category' && one.field === field);
  if (row?.kind !== 'category' || row.cut === 'words')
    throw new RangeError(`no row has the token of ${field}`);
  return row;
}
