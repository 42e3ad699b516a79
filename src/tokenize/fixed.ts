/** What is observed once, when a record is accepted, and stored with it: the rows of fields/fixed.ts. */
import type { CategoryObservation } from '../domain/observation.ts';
import type { TrafficRecord } from '../domain/record.ts';
import { tokenOfText } from './fields/cuts.ts';
import { FIXED_ROWS, type FixedContext, type FixedRow } from './fields/fixed.ts';

export type { FixedContext };

const OBSERVED = FIXED_ROWS.filter(({ onByDefault }) => onByDefault !== false);

/**
 * Hour and working time at the site (of records with a plausible time of their own; evidence of time abstains on others), and
 * country and ASN of each address where the sender gave none. Never throws where the context does not.
 * @param rows those that are observed, unless an experiment names others
 * @example fixedObservationsOf(record, { ...localClock('Europe/Vienna'), countryOf, asnOf })
 * // event.hour = 03, event.working_time = off, destination.geo.country_iso_code = NL …
 */
export function fixedObservationsOf(
  record: TrafficRecord,
  context: FixedContext,
  rows: readonly FixedRow[] = OBSERVED,
): CategoryObservation[] {
  const fixed: CategoryObservation[] = [];
  for (const row of rows) {
    const { field } = row;
    if (row.cut === 'words') {
      for (const token of row.read(record, context)) fixed.push({ field, token });
    } else {
      const text = row.read(record, context);
      if (text !== undefined) fixed.push({ field, token: tokenOfText(row.cut, text) });
    }
  }
  return fixed;
}
