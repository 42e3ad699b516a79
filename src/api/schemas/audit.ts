/** The audit, as it is asked for and told. */
import { z } from 'zod';
import { AUDIT_ACTIONS, type AuditEntry } from '../../domain/audit.ts';
import { InstantText, instantText, lineText, PAGE_QUERY } from './common.ts';

export const AuditQuery = z.strictObject({
  ...PAGE_QUERY,
  by: lineText(128).optional().meta({ description: 'Id of a key.' }),
  action: z.enum(AUDIT_ACTIONS).optional(),
});

export const AuditEntryResponse = z
  .strictObject({
    site: z.string(),
    number: z.int().meta({
      description: '1, 2, 3 … without gaps; the first ones are gone where they are beyond the retention.',
    }),
    at: InstantText,
    by: z.string().meta({
      description:
        'Id of the key; `local:<user>` for a command on the data folder, `start` for the program itself, `server` for what it does by age, `syslog` for messages that it was sent.',
    }),
    from: z
      .string()
      .meta({ description: 'Address of the client; `local`, or `several` where the details name them.' }),
    action: z.enum(AUDIT_ACTIONS),
    outcome: z.string().meta({
      description:
        '`done`, `begun`, or the code of what went wrong. One that has begun and is ended by no other entry was cut off.',
    }),
    begin: z.int().optional().meta({ description: 'Number of the entry that told the begin of this.' }),
    subject: z.string().optional().meta({ description: 'Id of the window or key.' }),
    details: z
      .record(z.string(), z.union([z.string(), z.number()]))
      .optional()
      .meta({
        description:
          'Counts, labels and names. Of an `audit.purge` that has `begun`: the number `upTo` which entries go, its `hash`, and after how many `days`.',
      }),
    hash: z.string().meta({
      description:
        'SHA-256 of the hash before it and this entry: one that is changed or missing breaks the chain. ' +
        'What the first entry left follows is told by the newest `audit.purge`.',
    }),
  })
  .meta({ id: 'AuditEntry' });

export function auditJson(site: string, entry: AuditEntry): z.infer<typeof AuditEntryResponse> {
  const { number, atMs, by, from, action, outcome, begin, subject, details, hash } = entry;
  const written = details === undefined ? undefined : { ...details };
  const at = instantText(atMs);
  return { site, number, at, by, from, action, outcome, begin, subject, details: written, hash };
}

/** The columns of the export, and what stands in them. */
export const AUDIT_COLUMNS = [
  'site',
  'number',
  'at',
  'by',
  'from',
  'action',
  'outcome',
  'begin',
  'subject',
  'details',
  'hash',
] as const;

export function auditCells(site: string, entry: AuditEntry): (string | number | undefined)[] {
  const { number, at, by, from, action, outcome, begin, subject, details, hash } = auditJson(site, entry);
  const written = details === undefined ? undefined : detailsText(details);
  return [site, number, at, by, from, action, outcome, begin, subject, written, hash];
}

/** @example detailsText({ accepted: 3, label: 'good' }) // 'accepted=3 label=good' */
export function detailsText(details: Readonly<Record<string, string | number>>): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
