/** Reading the audit: pages, newest first, and all of it in order. */
import type { AuditAction, AuditEntry } from '../domain/audit.ts';
import { wrongCursor } from '../domain/errors.ts';
import type { Page } from '../store/port.ts';
import type { AuditLog } from './audit-log.ts';

export interface AuditSearch {
  by?: string | undefined;
  action?: AuditAction | undefined;
  cursor?: string | undefined;
  limit: number;
}

const READ_ENTRIES = 1_000;
/** Entries that one page looks at; it may be short, even empty, and still have a cursor. */
const SEARCHED_ENTRIES_MAX = 16_000;

/** Newest first. @throws AppError `invalid-request` for a cursor that was not given out */
export async function listAudit(
  log: Pick<AuditLog, 'list'>,
  site: string,
  { by, action, cursor, limit }: AuditSearch,
): Promise<Page<AuditEntry>> {
  let before = cursor === undefined ? undefined : numberOf(cursor);
  const items: AuditEntry[] = [];
  for (let searched = 0; searched < SEARCHED_ENTRIES_MAX; searched += READ_ENTRIES) {
    const entries = await log.list(site, { before, order: 'descending', limit: READ_ENTRIES });
    for (const entry of entries) {
      before = entry.number;
      if ((by ?? entry.by) !== entry.by || (action ?? entry.action) !== entry.action) continue;
      items.push(entry);
      if (items.length === limit) return { items, nextCursor: before > 1 ? String(before) : undefined };
    }
    if (entries.length < READ_ENTRIES) return { items };
  }
  return { items, nextCursor: String(before) };
}

/**
 * Oldest first, in pages: all that was told when the reading began, and nothing that is told meanwhile. Where a purge takes
 * entries from under the reading, it goes on at the first one left, to the end as it is then: so the entry that tells of
 * the purge, which was written before anything went, is there too.
 */
export async function* exportAudit(log: Pick<AuditLog, 'list'>, site: string): AsyncGenerator<AuditEntry[]> {
  const [first] = await log.list(site, { order: 'ascending', limit: 1 });
  if (first === undefined) return;
  let last = await lastNumberOf(log, site);
  for (let after = first.number - 1; after < last; ) {
    const query = { after, before: last + 1, order: 'ascending', limit: READ_ENTRIES } as const;
    const page = await log.list(site, query);
    if (page[0]?.number !== after + 1) last = await lastNumberOf(log, site);
    if (page.length > 0) yield page;
    after = page.at(-1)?.number ?? after;
  }
}

async function lastNumberOf(log: Pick<AuditLog, 'list'>, site: string): Promise<number> {
  const [last] = await log.list(site, { order: 'descending', limit: 1 });
  return last?.number ?? 0;
}

function numberOf(cursor: string): number {
  const number = /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
  if (number > 0) return number;
  throw wrongCursor();
}
