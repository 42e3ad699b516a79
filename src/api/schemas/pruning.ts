/** What pruning would take from the model, as it is asked for and answered. */
import { z } from 'zod';
import { POLICY_BOUNDS } from '../../domain/policy.ts';
import type { PruningPreview } from '../../services/preview-pruning.ts';
import { queryDecimal } from './common.ts';

export const PruningQuery = z.strictObject({
  below: queryDecimal(POLICY_BOUNDS.pruneBelow).optional().meta({
    description: 'The floor: good episodes, decayed. That of the policy, unless given.',
  }),
});

const TokensResponse = z.strictObject({
  tokens: z.int(),
  bytes: z.int().meta({
    description:
      'Of texts those of the automaton; of other fields what so many tokens take at the least, 32 each.',
  }),
});

const PARTS = { kept: TokensResponse, pruned: TokensResponse };

export const PruningResponse = z
  .strictObject({
    below: z.number().meta({ description: 'The floor that this is about.' }),
    inForce: z.number().meta({ description: '`pruneBelow` of the policy.' }),
    ...PARTS,
    fields: z.array(z.strictObject({ field: z.string(), ...PARTS })).meta({
      description: 'Fields that anything is learnt of, those with most to go first.',
    }),
  })
  .meta({
    id: 'Pruning',
    description: 'What a model with this floor holds in each process that scores, and what it leaves out.',
  });

export function pruningJson(preview: PruningPreview): z.infer<typeof PruningResponse> {
  return { ...preview, fields: preview.fields.map(field => ({ ...field })) };
}
