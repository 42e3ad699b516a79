import { describe, expect, it } from 'vitest';
import type { CategoryObservation } from '../../src/domain/observation.ts';
import { observationsOf } from '../../src/services/observations-of.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';

describe('observationsOf', () => {
  const fixed: CategoryObservation[] = [{ field: 'source.ip.owner', token: 'own' }];

  it.each([1, KNOWN_TOKENIZERS.newest])(
    'holds what is fixed, and version %d leaves nothing of it out',
    version => {
      const tokenize = KNOWN_TOKENIZERS.getTokenizer(version);
      const { categories } = observationsOf({ record: { kind: 'flow' }, fixed }, tokenize);
      expect(categories).toEqual([...tokenize({ kind: 'flow' }).categories, ...fixed]);
    },
  );
});
