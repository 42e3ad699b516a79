/**
 * The audit: who wrote what, when, from where, and how it ended. Entries are numbered from 1 in each site, without gaps,
 * and chained: the hash of each covers the one before it, so that an entry that was changed or taken away shows.
 *
 * Entries that are beyond the retention go, oldest first. Before they do, an entry tells up to which number, and the hash
 * of that one: so what is left can be followed from its first entry on, and nothing goes that the audit does not tell of.
 */
import type { ErrorCode } from './errors.ts';

export const AUDIT_ACTIONS = [
  /** Records of one request. */
  'records.store',
  'records.judge',
  'window.mark',
  'window.retract',
  /** What waits is learnt at once. */
  'learning.run',
  'policy.set',
  'key.make',
  'key.revoke',
  /** Another version of the model is served from then on. */
  'model.activate',
  /** What was learnt leaves, or comes from another site. */
  'tokens.export',
  'tokens.import',
  'audit.export',
  /** Entries that are beyond the retention. */
  'audit.purge',
  'backup.make',
  'backup.restore',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `done`; `begun`, of what takes long or answers before its end, which another entry then tells; or why it failed.
 * One that has begun and has no end was cut off, as by a crash.
 */
export type AuditOutcome = 'begun' | 'done' | ErrorCode;

export type AuditDetails = Readonly<Record<string, string | number>>;

export interface AuditDraft {
  atMs: number;
  /**
   * Id of the key; `local:<user>` for a command on the data folder, `start` for the program itself, `server` for what it
   * does by age, `syslog` for messages that it was sent.
   */
  by: string;
  /** Address of the client; `local`, or `several` where the details name them. */
  from: string;
  action: AuditAction;
  outcome: AuditOutcome;
  /** Number of the entry that told the begin of this. */
  begin?: number | undefined;
  /** Id of the window or key. */
  subject?: string | undefined;
  /** Counts, labels and names; never the content of a record. */
  details?: AuditDetails | undefined;
}

export interface AuditEntry extends AuditDraft {
  number: number;
  /** SHA-256, 64 hexadecimal digits, of the hash before it (NO_HASH for the first) and `auditTextOf` this entry. */
  hash: string;
}

/** The last of the entries that a purge lets go: all before it go too. */
export interface PurgeEnd {
  number: number;
  hash: string;
}

/** @example purgeDetails({ number: 7, hash: 'ab…' }, 400) // { upTo: 7, hash: 'ab…', days: 400 } */
export function purgeDetails({ number, hash }: PurgeEnd, days: number): AuditDetails {
  return { upTo: number, hash, days };
}

/** What the begin of a purge tells; null of any other entry, and of one that names itself or what comes after it. */
export function findPurgeEnd({
  number,
  action,
  outcome,
  details,
}: Omit<AuditEntry, 'hash'>): PurgeEnd | null {
  if (action !== 'audit.purge' || outcome !== 'begun') return null;
  const { upTo, hash } = details ?? {};
  const isTold = typeof upTo === 'number' && upTo < number && typeof hash === 'string';
  return isTold ? { number: upTo, hash } : null;
}

/** What the first entry of a site follows. */
export const NO_HASH = '0'.repeat(64);

/**
 * What the hash of an entry is made of: one line of JSON, which is the same wherever the entry is kept.
 * @param previousHash of the entry before it
 * @example auditTextOf(NO_HASH, 'default', { number: 1, atMs: 0, by: 'start', from: 'local', action: 'key.make',
 *   outcome: 'done', subject: 'k', details: { role: 'admin' } })
 * // '["000…000","default",1,0,"start","local","key.make","done",null,"k",[["role","admin"]]]'
 */
export function auditTextOf(
  previousHash: string,
  site: string,
  { number, atMs, by, from, action, outcome, begin, subject, details }: Omit<AuditEntry, 'hash'>,
): string {
  const sorted = Object.entries(details ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [atMs, by, from, action, outcome, begin ?? null, subject ?? null, sorted];
  return JSON.stringify([previousHash, site, number, ...parts]);
}
