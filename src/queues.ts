/** Jobs and bus of a process, and those of a process that has none to share them with. */
import { InProcessBus } from './bus/in-process.ts';
import type { Bus } from './bus/port.ts';
import { InProcessJobs } from './jobs/in-process.ts';
import type { Jobs } from './jobs/port.ts';

export interface QueuesOptions {
  /** Absent where this process leaves the work to others. */
  work: ((site: string) => Promise<unknown>) | undefined;
  /** Milliseconds from a wake to its run. */
  delayMs: number;
  nowMs: () => number;
  /** Told of runs that failed. */
  onFailure: (error: unknown, site: string) => void;
}

export interface Queues {
  jobs: Jobs;
  bus: Bus;
  /** Whether processes reach each other; null where there are no others. */
  isReached: (() => boolean) | null;
  /** Counts one more of a name, for all processes; null where there are no others. */
  countHit: ((name: string, windowMs: number) => Promise<{ hits: number; leftMs: number }>) | null;
}

/** @throws Error where the work is left to others, who hear of it nowhere else than over Redis */
export function ownQueues({ work, delayMs, nowMs, onFailure: onError }: QueuesOptions): Queues {
  if (work === undefined) throw new Error('nobody would work what this process wakes');
  return {
    jobs: new InProcessJobs({ work, delayMs, nowMs, onError }),
    bus: new InProcessBus(),
    isReached: null,
    countHit: null,
  };
}
