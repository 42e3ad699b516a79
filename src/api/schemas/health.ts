/** Whether the server is ready, part by part. */
import { z } from 'zod';

const PartResponse = z.strictObject({ ok: z.boolean(), detail: z.string().optional() });

export const ReadinessResponse = z
  .strictObject({
    ready: z.boolean(),
    parts: z.strictObject({ store: PartResponse, model: PartResponse, learning: PartResponse }),
  })
  .meta({ id: 'Readiness' });

export const HealthResponse = z.strictObject({ status: z.literal('alive') });
