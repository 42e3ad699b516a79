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

/** Oldest first, in pages: all that was told when the reading began, and nothing that is told meanwhile. */
export async function* exportAudit(log: Pick<AuditLog, 'list'>, site: string): AsyncGenerator<AuditEntry[]> {
  const [last] = await log.list(site, { order: 'descending', limit: 1 });
  const before = (last?.number ?? 0) + 1;
  for (let after = 0; ; ) {
    const page = await log.list(site, { after, before, order: 'ascending', limit: READ_ENTRIES });
    if (page.length > 0) yield page;
    if (page.length < READ_ENTRIES) return;
    after = page.at(-1)?.number ?? after;
  }
}

function numberOf(cursor: string): number {
  const number = /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
  if (number > 0) return number;
  throw wrongCursor();
}
