/** Work that is done later, by the timers of this process. What waits keeps no process alive. */
import type { Later } from '../domain/clock.ts';

export const later: Later = (work, ms) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
