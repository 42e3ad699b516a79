/** How learning fares, as it is answered. */
import { z } from 'zod';
import type { Services } from '../../services/services.ts';
import { InstantText, instantText } from './common.ts';

export const LearningResponse = z
  .strictObject({
    state: z.enum(['idle', 'waiting', 'running']),
    failure: z
      .strictObject({
        detail: z.string().meta({ description: 'Why the last run failed.' }),
        runs: z.int().meta({ description: 'Runs that failed since the last one that did its work.' }),
        failedAt: InstantText,
      })
      .optional()
      .meta({ description: 'Absent where the last run did its work.' }),
  })
  .meta({ id: 'Learning' });

export const LearningWokenResponse = z.strictObject({ woken: z.literal(true) });

type LearningView = Awaited<ReturnType<Services['getLearning']>>;

export function learningJson({ state, failure }: LearningView): z.infer<typeof LearningResponse> {
  if (failure === null) return { state };
  const { detail, runs, failedAtMs } = failure;
  return { state, failure: { detail, runs, failedAt: instantText(failedAtMs) } };
}
