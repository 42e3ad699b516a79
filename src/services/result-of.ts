/** From a logit to what the sender is told: score, interval, verdict, and the reasons with the counts behind them. */
import { type Calibrated, verdictOf } from '../bayes/calibrate.ts';
import type { FieldToken } from '../bayes/encoded-counts.ts';
import type { CountedReason } from '../bayes/reason-counts.ts';
import type { Explained } from '../bayes/suspicion.ts';
import { recordIdOf } from '../domain/identity.ts';
import type { Observations } from '../domain/observation.ts';
import type { Observed } from './accept-record.ts';
import type { ModelSource } from './model-follower.ts';
import type { ServedModel } from './models.ts';
import type { Reason, Result } from './result.ts';

/** The judgement of each record, without reasons. */
export function resultsOf(
  { scorer, model, policy: { costs } }: ServedModel,
  observed: readonly Observed[],
): Result[] {
  const scores = scorer.scoresOf(observed.map(({ observations }) => observations));
  return observed.map(({ stored }, index) => {
    const { score, interval } = scores[index] as Calibrated;
    const verdict = verdictOf({ score, interval }, costs);
    return { id: recordIdOf(stored), kind: stored.kind, score, verdict, interval, model: model.id };
  });
}

/**
 * The strongest reasons of each record; the counts behind all of them are asked for at once.
 * @param explain how many reasons of each record, besides prior, rest, threat and calibration
 */
export async function reasonsOf(
  { scorer }: ServedModel,
  source: ModelSource,
  site: string,
  batch: readonly Observations[],
  explain: number,
): Promise<Reason[][]> {
  const explained = batch.map(observations => scorer.explain(observations, explain).reasons);
  const asked = explained.flat().flatMap(reason => countedReasonOf(reason) ?? []);
  const counts = asked.length === 0 ? [] : await source.reasonCountsOf(site, asked);
  let next = 0;
  return explained.map(reasons =>
    reasons.map(reason => {
      const { group, field, token, contribution } = reason;
      const behind = countedReasonOf(reason) === null ? undefined : counts[next++];
      const undoneBy = behind?.undoneBy;
      return {
        group,
        field,
        token,
        contribution,
        good: behind?.counts.goodRecords ?? 0,
        bad: behind?.counts.badEpisodes ?? 0,
        ...(undoneBy !== undefined && { undoneBy }),
      };
    }),
  );
}

/**
 * The counted token behind each of a record's reasons, in the order of reasonsOf; null where there is none, as of `prior`.
 */
export function tokensBehind(
  { scorer }: ServedModel,
  observations: Observations,
  explain: number,
): (FieldToken | null)[] {
  return scorer.explain(observations, explain).reasons.map(countedReasonOf);
}

/** The counted token that a reason rests on: the category token itself, or the most telling n-gram of a segment. */
function countedReasonOf({ group, field, token, contribution, ngram }: Explained): CountedReason | null {
  return field === '' ? null : { group, field, token: ngram ?? token, contribution };
}
