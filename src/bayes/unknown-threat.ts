/**
 * The unknown threat. What is marked tells what some threats look like, and what speaks for the good is held against those. The
 * next threat may be like none of them: then it is no excuse that a record looks unlike the marked ones, and nothing speaks but how
 * strange it is among the good. So a bad record is of a known threat, or with the share κ of an unknown one:
 *
 *   e = ln[(1 − κ)·eᵏ + κ·eˢ⁺ᶜ],   k = Σ β·E over all groups,   s = Σ β′·E over those of strangeness
 *
 * β′ are the weights that a site is born with, whatever is fitted to what it marked. Where nothing is bad both sums are one. The more
 * is marked, the lower k says of all that is unlike it, and of most of the good above all; c brings s down to that level, so that
 * one nat more of either raises as many false alarms.
 * The ε of evidence.ts is the same thought within one text. Measured in docs/adr/0022-unknown-threat.md.
 */
import { DEFAULT_WEIGHTS } from './default-weights.ts';
import { logAddExp, sigmoid } from './log-odds.ts';

export interface UnknownThreat {
  /** κ, in [0, 1): 0 where each threat is like those that were marked. */
  share: number;
  /**
   * c in nats, mostly below 0 (fit/strangeness-offset.ts): how far the good that look worst by k lie above those that do by s. It
   * holds where a calibration does, which brings the sum back to what scores mean; 0 elsewhere, and where it is absent.
   */
  offset?: number;
  /** β′ of each kind of strangeness. */
  weights: Readonly<Record<string, number>>;
}

/** Kinds of evidence that tell how strange a record is among the good, and know nothing of the bad. */
const STRANGENESS = [
  'surprise',
  'unseen',
  'worst_surprise',
  'worst_unseen',
  'category_surprise',
  'conditional_surprise',
  'protocol_surprise',
] as const;

/** Until two incidents tell how well one foretells the other (fit/unknown-share.ts), either is as likely. */
export const UNKNOWN_THREAT: UnknownThreat = {
  share: 0.5,
  weights: Object.fromEntries(STRANGENESS.map(kind => [kind, DEFAULT_WEIGHTS[kind] ?? 0])),
};

/** What each way to be bad begins with, in nats. */
export interface ThreatShares {
  /** ln(1 − κ). */
  lnKnown: number;
  /** ln κ + c, −∞ where no threat is unknown. */
  lnUnknown: number;
}

/** @param share κ, in [0, 1)    @param offset c, in nats */
export function threatShares(share: number, offset = 0): ThreatShares {
  return { lnKnown: Math.log1p(-share), lnUnknown: Math.log(share) + offset };
}

/**
 * e, in nats; known where both are one.
 * @param known k    @param strange s
 * @example eitherThreat(-6, 4, threatShares(0.5)) // 3.307: half of e⁴, and nothing of e⁻⁶
 * @example eitherThreat(-6, 4, threatShares(0.5, -9)) // -5.380: half of e⁻⁵ and half of e⁻⁶
 */
export function eitherThreat(known: number, strange: number, { lnKnown, lnUnknown }: ThreatShares): number {
  return known === strange ? known : logAddExp(known + lnKnown, strange + lnUnknown);
}

/**
 * P(the threat is unknown | the record is bad), in [0, 1].
 * @example unknownPart(-6, 4, threatShares(0.5)) // 0.99995 @example unknownPart(4, 4, threatShares(0.1)) // 0.1
 */
export function unknownPart(known: number, strange: number, { lnKnown, lnUnknown }: ThreatShares): number {
  return sigmoid(strange - known + lnUnknown - lnKnown);
}
