/** Cross-fitted evidence: what a model that never saw a record's incident says of it, group by group. */
import { Scorer } from '../../src/bayes/suspicion.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import type { Split, Task } from './task.ts';

export interface HeldEvidence {
  /** E by group, as Scorer.evidenceOf names them; groups that say nothing are absent. */
  evidence: ReadonlyMap<string, number>;
  bad: boolean;
  incident: string;
}

/** Evidence of the held records of one split. @param goodOnly learns the good alone, as a site does before its first mark */
export function heldEvidence(split: Split, goodOnly = false): HeldEvidence[] {
  const lessons: Lesson[] = lessonsOf(split.learn).filter(lesson => !goodOnly || !lesson.bad);
  const scorer = new Scorer(learntModel(lessons));
  return lessonsOf(split.held).map(({ observations, bad, incident }) => ({
    evidence: scorer.evidenceOf(observations),
    bad,
    incident,
  }));
}

/** Evidence of a whole task: a list for each of its splits. */
export function crossFitted(task: Task, seed: number, goodOnly = false): HeldEvidence[][] {
  return task.splits(seed).map(split => heldEvidence(split, goodOnly));
}
