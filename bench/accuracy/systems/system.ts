/** What the benchmark compares: something that learns labelled records and then tells how bad another one looks. */
import type { Observations } from '../../../src/domain/observation.ts';
import type { Lesson } from '../learnt-model.ts';

export interface System {
  name: string;
  /** How it was set up, in a sentence. */
  about: string;
  /** Learns, and returns a score: higher is worse, on any scale. */
  train(lessons: readonly Lesson[]): (observations: Observations) => number;
}
