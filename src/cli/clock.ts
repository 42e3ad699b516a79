/** The clock of this machine. */
import type { Clock } from '../domain/clock.ts';

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
