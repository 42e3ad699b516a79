/** Keys that the program itself makes are in the audit like all others. */
import type { Clock } from '../domain/clock.ts';
import type { Store } from '../store/port.ts';
import type { AuditLog } from './audit-log.ts';

/** What `make` returns, once the keys that it has made in the site have their entries. */
export async function auditNewKeys<T>(
  { store, audit, clock }: { store: Pick<Store, 'listKeys'>; audit: AuditLog; clock: Clock },
  site: string,
  make: () => Promise<T>,
): Promise<T> {
  const before = new Set((await store.listKeys(site)).map(({ id }) => id));
  const made = await make();
  for (const { id, role, name } of await store.listKeys(site)) {
    if (before.has(id)) continue;
    const who = { atMs: clock.nowMs(), by: 'start', from: 'local' };
    const entry = { action: 'key.make', outcome: 'done', subject: id, details: { role, name } } as const;
    await audit.append(site, { ...who, ...entry });
  }
  return made;
}
