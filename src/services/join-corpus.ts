/** The list that the records of a labelled corpus join. */
import { AppError } from '../domain/errors.ts';
import type { Label } from '../domain/label.ts';
import type { Caller } from './caller.ts';
import type { StoringDependencies } from './store-batch.ts';

/**
 * The mark whose list the corpus joins: the one in force of its name, else a new one.
 *
 * Requests that begin at the same moment may all append a mark; the ledger lets the first of a name count and the others
 * count for nothing (learning/ledger-state.ts), so whoever appended looks again and joins that one. Nothing has to be
 * taken back, and a request that ends between its append and its first record leaves at most an empty list, which the
 * next post of the name joins.
 * @throws AppError `window-name-taken` where the one in force has the other label
 */
export async function joinCorpus(
  { ledger, jobs, clock, newId }: StoringDependencies,
  { site, keyId }: Caller,
  { label, name }: { label: Label; name: string },
): Promise<string> {
  for (;;) {
    const inForce = (await ledger.read(site)).findListMark(name);
    if (inForce === null) {
      const mark = { label, scope: { type: 'list' as const, name } };
      await ledger.append(site, { type: 'mark', id: newId(), appendedAtMs: clock.nowMs(), by: keyId, mark });
      jobs.wake(site);
      continue;
    }
    if (inForce.entry.mark.label === label) return inForce.entry.id;
    const detail = `the list "${name}" holds ${inForce.entry.mark.label} records; choose another name or retract it`;
    throw new AppError('window-name-taken', detail);
  }
}
