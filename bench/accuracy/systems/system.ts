/** What the benchmark compares: something that learns labelled records and then tells how bad others look. */
import type { Observations } from '../../../src/domain/observation.ts';
import type { Lesson } from '../learnt-model.ts';

export interface Scores {
  /** Higher is worse, on any scale, in the order of the records. */
  scores: number[];
  /** P(bad) of each at the base rate of BASE_RATE, in [0, 1], where the system tells one. */
  probabilities?: number[];
}

export interface System {
  name: string;
  /** How it was set up, in a sentence. */
  about: string;
  /** What it lacks to run here; undefined where it lacks nothing. */
  missing?(): string | undefined;
  /**
   * Learns, and scores others.
   * @param seed integer ≥ 0, of all that it draws
   */
  scoresOf(learnt: readonly Lesson[], held: readonly Observations[], seed: number): Scores;
}
