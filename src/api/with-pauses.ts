/** Tells a source that has more to give at once from one that pauses, so that what came before a pause is not kept waiting. */

export const PAUSE = Symbol('pause');

/**
 * The values of `source`, and PAUSE wherever the next one takes longer than `pauseMs`.
 * @example for await (const value of withPauses(lines, 5)) if (value === PAUSE) await flush()
 */
export async function* withPauses<T>(
  source: AsyncIterator<T, unknown>,
  pauseMs: number,
): AsyncGenerator<T | typeof PAUSE> {
  let pending: Promise<IteratorResult<T, unknown>> | null = null;
  try {
    for (;;) {
      pending = source.next();
      if (await isSlow(pending, pauseMs)) yield PAUSE;
      const result = await pending;
      pending = null;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    // The loop may be left during a pause: then the source is closed when its value comes, and nobody waits for that.
    pending?.catch(() => undefined);
    source.return?.().catch(() => undefined);
  }
}

/** Whether it takes longer; how it ends does not matter here. */
function isSlow(pending: Promise<unknown>, pauseMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, pauseMs, true);
    const came = () => {
      clearTimeout(timer);
      resolve(false);
    };
    pending.then(came, came);
  });
}
