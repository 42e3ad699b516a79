/** The list that the records of a labelled corpus join. */
import { AppError } from '../domain/errors.ts';
import type { Caller } from './services.ts';
import type { StoringDependencies } from './store-batch.ts';

/**
 * The mark whose list the corpus joins: the earliest in force of its name, else a new one.
 * @throws AppError `window-name-taken` where that one has the other label
 */
export async function joinCorpus(
  { ledger, jobs, clock, newId }: StoringDependencies,
  { site, keyId }: Caller,
  { label, name }: { label: 'good' | 'bad'; name: string },
): Promise<string> {
  const check = async (): Promise<string | null> => {
    const mark = (await ledger.read(site)).findListMark(name);
    if (mark === null) return null;
    if (mark.entry.mark.label !== label) {
      const detail = `the list "${name}" holds ${mark.entry.mark.label} records; choose another name or retract it`;
      throw new AppError('window-name-taken', detail);
    }
    return mark.entry.id;
  };
  const there = await check();
  if (there !== null) return there;
  const mark = { label, scope: { type: 'list' as const, name } };
  await ledger.append(site, { type: 'mark', id: newId(), appendedAtMs: clock.nowMs(), by: keyId, mark });
  jobs.wake(site);
  const joined = await check();
  if (joined === null)
    throw new AppError('window-name-taken', `the list "${name}" was retracted at this moment`);
  return joined;
}
