/**
 * Whether the clock may be believed in what cannot be taken back: letting records go by their age, and saying in the
 * ledger that all before some moment is good. A clock that woke up in another year, or was set wrong, is put right within
 * an hour, or by somebody who looks at what else it has done.
 *
 * The clock is compared with the time that has really passed, which no setting moves (and which stands still while a
 * machine sleeps, so that a clock is not believed for an hour after that either).
 */
import type { Clock } from '../domain/clock.ts';
import { HOUR_MS } from '../domain/time.ts';

/** How far the clock may move against the time that has passed, between two looks, and still be believed. */
const JUMP_MS = 60_000;
const STEADY_MS = HOUR_MS;

export class BelievedClock {
  readonly #clock: Clock;
  /** The clock less monotonic time as last seen; NaN before the first look. */
  #offsetMs = Number.NaN;
  #steadySinceMs = 0;
  #hasJumped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether it has run steadily for an hour of looks. Each call is a look. */
  isSteady(): boolean {
    const monotonicMs = this.#clock.monotonicMs();
    const offsetMs = this.#clock.nowMs() - monotonicMs;
    if (Number.isNaN(this.#offsetMs)) this.#steadySinceMs = monotonicMs;
    else if (Math.abs(offsetMs - this.#offsetMs) > JUMP_MS) {
      this.#steadySinceMs = monotonicMs;
      this.#hasJumped = true;
    }
    this.#offsetMs = offsetMs;
    return monotonicMs - this.#steadySinceMs >= STEADY_MS;
  }

  /** As isSteady, or that nothing speaks against it: it has not jumped since the first look. Each call is a look. */
  isUnsuspected(): boolean {
    return this.isSteady() || !this.#hasJumped;
  }
}
