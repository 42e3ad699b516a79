/** Closing what was opened, whatever fails: a thread that is left open keeps the process. */

/** The step, which closes what was opened before it where it fails. */
export async function orClose<T>(close: () => Promise<void>, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await close();
    throw error;
  }
}

/** A part that cannot be closed keeps no other one open. Rejects with the first failure, once all have been tried. */
export async function closeInOrder(...closes: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closes) await close().catch(error => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
