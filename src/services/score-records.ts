/** Scoring without storing: the records of one request, judged by the model of the moment. */
import type { Clock } from '../domain/clock.ts';
import type { Observations } from '../domain/observation.ts';
import type { Policy } from '../domain/policy.ts';
import { undatedGenerationOf } from '../domain/undated-generation.ts';
import type { FixedContext } from '../tokenize/fixed.ts';
import { type Observed, observeRecord } from './accept-record.ts';
import { givenIdentityOf, lineDigestOf, lineIdentityOf } from './identity-of.ts';
import type { ModelSource } from './model-follower.ts';
import type { Models, ServedModel } from './models.ts';
import { Occurrences } from './occurrences.ts';
import type { ReceivedRecord, RecordSession, ScoringOptions } from './record-session.ts';
import type { Outcome, Result } from './result.ts';
import { reasonsOf, resultsOf } from './result-of.ts';

export interface ScoringDependencies {
  models: Models;
  source: ModelSource;
  clock: Clock;
  /** What is fixed at acceptance, by the clocks of the site's zone and by what is its own. */
  contextOf: (policy: Policy) => FixedContext;
}

/** Identities of the records of one request, in order. */
export class Identities {
  readonly #occurrences = new Occurrences();

  next({ record, original, identity }: ReceivedRecord): string {
    if (identity !== undefined) return identity;
    const given = givenIdentityOf(record);
    if (given !== null) return given;
    const lineDigest = lineDigestOf(original);
    return lineIdentityOf(lineDigest, this.#occurrences.next(lineDigest));
  }
}

/** The results of records, with reasons where asked for. */
export async function judge(
  deps: ScoringDependencies,
  served: ServedModel,
  site: string,
  observed: readonly Observed[],
  explain: number,
): Promise<Result[]> {
  const results = resultsOf(served, observed);
  if (explain === 0) return results;
  const seen: Observations[] = observed.map(({ observations }) => observations);
  const reasons = await reasonsOf(served, deps.source, site, seen, explain);
  return results.map((result, index) => ({ ...result, reasons: reasons[index] ?? [] }));
}

export async function openScoring(
  deps: ScoringDependencies,
  site: string,
  { explain }: ScoringOptions,
): Promise<RecordSession> {
  const identities = new Identities();
  let served = await deps.models.current(site);
  return {
    get model() {
      return served.model.id;
    },
    async add(batch): Promise<Outcome[]> {
      served = await deps.models.current(site);
      const { tokenize, policy } = served;
      const context = deps.contextOf(policy);
      const generation = undatedGenerationOf(deps.clock.nowMs(), policy.retentionDays);
      const observed = batch.map(received =>
        observeRecord(received, identities.next(received), generation, context, tokenize),
      );
      return judge(deps, served, site, observed, explain);
    },
  };
}
