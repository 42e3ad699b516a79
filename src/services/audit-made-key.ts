/** A key that the program itself makes is in the audit like all others. */
import type { Clock } from '../domain/clock.ts';
import type { ApiKey } from '../domain/key.ts';
import type { AuditLog } from './audit-log.ts';

export async function auditMadeKey(
  { audit, clock }: { audit: AuditLog; clock: Clock },
  { id, site, role, name }: ApiKey,
): Promise<void> {
  const who = { atMs: clock.nowMs(), by: 'start', from: 'local' };
  const entry = { action: 'key.make', outcome: 'done', subject: id, details: { role, name } } as const;
  await audit.append(site, { ...who, ...entry });
}
