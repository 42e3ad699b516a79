/** Time is an argument: pure code never reads it, services ask the clock that compose.ts gave them. */
export interface Clock {
  /** UTC epoch milliseconds. */
  nowMs(): number;
  /** Milliseconds since some moment, whatever becomes of the clock. */
  monotonicMs(): number;
}

/** Does the work after some milliseconds, unless what it returns is called before. */
export type Later = (work: () => void, ms: number) => () => void;
