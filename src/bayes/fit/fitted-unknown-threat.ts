/** The unknown threat as a site's own incidents tell it: at which level strangeness is held against marks, then how often it decides. */
import type { UnknownThreat } from '../unknown-threat.ts';
import type { FitSample } from './fit-sample.ts';
import { strangenessOffsetOf } from './strangeness-offset.ts';
import { unknownShareOf } from './unknown-share.ts';

/**
 * @param known, strange of each sample, by models that never saw its incident; nats    @param born what a site is born with
 * @returns what is born without both classes; its share below two incidents
 */
export function fittedUnknownThreat(
  samples: readonly FitSample[],
  known: readonly number[],
  strange: readonly number[],
  born: UnknownThreat,
): UnknownThreat {
  const offset = strangenessOffsetOf(samples, known, strange);
  if (offset === undefined) return born;
  return { ...born, offset, share: unknownShareOf(samples, known, strange, offset) ?? born.share };
}
