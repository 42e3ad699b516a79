/** A person's word on single records: it beats every mark. */
import { AppError } from '../domain/errors.ts';
import { parseRecordId, type RecordRef } from '../domain/identity.ts';
import type { Label } from '../domain/label.ts';
import type { Caller } from './caller.ts';
import type { MarkingDependencies } from './mark-window.ts';

/**
 * @throws AppError `record-not-found` where one is not stored, `slice-sealed` where one is too old to be judged (both are
 *   checked before the append), and then nothing is judged
 */
export async function judgeRecords(
  { store, ledger, jobs, clock, newId }: MarkingDependencies,
  { site, keyId }: Caller,
  items: readonly { id: string; label: Label | null }[],
  note?: string,
): Promise<{ judged: number }> {
  const judgements = items.map(({ id, label }) => ({ record: getRef(id), label }));
  const heads = await store.findHeads(
    site,
    judgements.map(({ record }) => record),
  );
  const missing = items.find((_, index) => heads[index] === null);
  if (missing !== undefined) throw new AppError('record-not-found', `there is no record ${missing.id}`);
  if (judgements.length === 0) return { judged: 0 };
  const state = await ledger.read(site);
  const sealed = items.find((_, index) => state.isSealed(judgements[index]?.record.slice ?? 0));
  if (sealed !== undefined) throw sliceSealed(sealed.id);
  await ledger.append(site, {
    type: 'judge',
    id: newId(),
    appendedAtMs: clock.nowMs(),
    by: keyId,
    judgements,
    note,
  });
  jobs.wake(site);
  return { judged: judgements.length };
}

function sliceSealed(id: string): AppError {
  return new AppError(
    'slice-sealed',
    `the hour of record ${id} is older than the retention, and its counts are final`,
  );
}

/** @throws AppError `record-not-found` for text that is no record id */
export function getRef(id: string): RecordRef {
  const ref = parseRecordId(id);
  if (ref === null) throw new AppError('record-not-found', `there is no record ${id.slice(0, 64)}`);
  return ref;
}
