/** Which slices hold something that a scope may cover, with their sizes: read off `arrivals`, never off the records. */
import { SLICE_MS } from '../../domain/identity.ts';
import type { SliceQuery, SliceSize } from '../port.ts';
import type { Database, SqlValue } from './driver.ts';
import type { Names } from './names.ts';

export function listSlices(
  database: Database,
  names: Names,
  siteName: string,
  query: SliceQuery,
): SliceSize[] {
  const site = names.find(siteName);
  const condition = site === undefined ? null : conditionOf(site, query, names);
  if (site === undefined || condition === null) return [];
  return database
    .prepare<SliceSize>(
      `SELECT slice, sum(records) AS records, sum(symbols) AS symbols FROM arrivals
       WHERE site = ? AND (${condition.sql}) GROUP BY slice ORDER BY slice`,
    )
    .all(site, ...condition.values)
    .map(({ slice, records, symbols }) => ({ slice, records, symbols }));
}

function conditionOf(
  site: number,
  query: SliceQuery,
  names: Names,
): { sql: string; values: SqlValue[] } | null {
  switch (query.type) {
    case 'all':
      return { sql: 'TRUE', values: [] };
    case 'named':
      return { sql: 'slice IN (SELECT value FROM json_each(?))', values: [JSON.stringify(query.slices)] };
    case 'time': {
      const first = Math.max(0, Math.floor(query.fromMs / SLICE_MS));
      const last = Math.ceil(query.toMs / SLICE_MS) - 1;
      return {
        sql: `slice BETWEEN ? AND ? OR slice IN (
          SELECT slice FROM arrivals WHERE site = ? AND slice < 0 AND at_ms_max >= ? AND at_ms_min < ?)`,
        values: [first, last, site, query.fromMs, query.toMs],
      };
    }
    case 'due':
      return {
        sql: 'slice IN (SELECT slice FROM arrivals WHERE site = ? AND due_ms_max > ? AND due_ms_min <= ?)',
        values: [site, query.afterMs, query.untilMs],
      };
    case 'received':
      return {
        sql: `slice IN (SELECT slice FROM arrivals WHERE site = ? GROUP BY slice HAVING max(received_ms_max) <= ?)`,
        values: [site, query.untilMs],
      };
    case 'list': {
      const mark = names.find(query.markId);
      if (mark === undefined) return null;
      return {
        sql: 'slice IN (SELECT slice FROM memberships WHERE site = ? AND mark = ?)',
        values: [site, mark],
      };
    }
  }
}
