/** How far a week has moved from what was learnt before, as it is answered. */
import { z } from 'zod';
import type { SiteDrift } from '../../services/site-drift.ts';
import { dayText } from './common.ts';

/** Fields that drift is told of. */
const DRIFTED_FIELDS_MAX = 20;

export const DriftResponse = z
  .strictObject({
    from: z.iso.date().meta({ description: 'First UTC day of the week.' }),
    to: z.iso.date().meta({ description: 'Its last one: the newest day of which something good is learnt.' }),
    fields: z.array(
      z.strictObject({
        field: z.string(),
        divergence: z.number().meta({
          description:
            'How far it moved: Jensen-Shannon divergence of its values, in nats. 0: the same shares; 0.693: no value in common.',
        }),
        g: z.number().meta({ description: 'G of the likelihood-ratio test that nothing moved.' }),
        degrees: z.int().meta({ description: 'Its degrees of freedom.' }),
        p: z.number().meta({
          description:
            'How likely chance alone makes G as large. With many episodes it is 0 for any move: go by `divergence`.',
        }),
        episodes: z.strictObject({ before: z.number(), now: z.number() }).meta({
          description: 'Decayed, as everything that is compared here.',
        }),
        values: z
          .array(z.strictObject({ token: z.string().optional(), before: z.number(), now: z.number() }))
          .meta({
            description:
              'Shares of the values that moved furthest, five at most; one without a `token` is of the rare ones together.',
          }),
      }),
    ),
  })
  .meta({ id: 'Drift' });

export function driftJson({ days, fields }: SiteDrift): z.infer<typeof DriftResponse> {
  return {
    from: dayText(days.first),
    to: dayText(days.last),
    fields: fields
      .slice(0, DRIFTED_FIELDS_MAX)
      .map(({ moved, ...drift }) => ({ ...drift, values: moved.map(value => ({ ...value })) })),
  };
}
