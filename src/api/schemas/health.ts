/** Whether the server is ready, part by part. */
import { z } from 'zod';

const PartResponse = z.strictObject({
  ok: z.boolean(),
  detail: z.string().optional(),
  restarts: z
    .int()
    .optional()
    .meta({
      description:
        'How often its thread has ended by itself and was started again since the server began: soon, then after ever ' +
        'longer waits, then no more, and `detail` says so.',
    }),
});

export const ReadinessResponse = z
  .strictObject({
    ready: z.boolean(),
    parts: z.strictObject({
      store: PartResponse,
      model: PartResponse,
      learning: PartResponse,
      queue: PartResponse.optional().meta({
        description:
          'Redis, where processes share the work. Without it scoring and storing go on, so the server stays ready; what is ' +
          'marked is learnt when it is back.',
      }),
    }),
  })
  .meta({ id: 'Readiness' });

export const HealthResponse = z.strictObject({ status: z.literal('alive') });
