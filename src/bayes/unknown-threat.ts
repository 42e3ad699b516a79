/**
 * The unknown threat. What is marked tells what some threats look like, and what speaks for the good is held against those. The
 * next threat may be like none of them: then it is no excuse that a record looks unlike the marked ones, and nothing speaks but how
 * strange it is among the good. So a bad record is of a known threat, or with the share κ of an unknown one:
 *
 *   e = ln[(1 − κ)·eᵏ + κ·eˢ],   k = Σ β·E over all groups,   s = Σ β′·E over those of strangeness
 *
 * β′ are the weights that a site is born with, whatever is fitted to what it marked. Where nothing is bad both sums are one.
 * The ε of evidence.ts is the same thought within one text. Measured in docs/adr/0022-unknown-threat.md.
 */
import { DEFAULT_WEIGHTS } from './default-weights.ts';
import { logAddExp, sigmoid } from './log-odds.ts';

export interface UnknownThreat {
  /** κ, in [0, 1): 0 where each threat is like those that were marked. */
  share: number;
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
  /** ln κ, −∞ where no threat is unknown. */
  lnUnknown: number;
}

/** @param share κ, in [0, 1) */
export function threatShares(share: number): ThreatShares {
  return { lnKnown: Math.log1p(-share), lnUnknown: Math.log(share) };
}

/**
 * e, in nats; known where both are one.
 * @param known k    @param strange s
 * @example eitherThreat(-6, 4, threatShares(0.5)) // 3.307: half of e⁴, and nothing of e⁻⁶
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
