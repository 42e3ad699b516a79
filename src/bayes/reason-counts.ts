/** What stands behind a reason: the counts of its token, and how many good sightings would undo it (undoing.ts). */
import { isConditionalField } from '../domain/conditional.ts';
import { CategoryField } from './category-field.ts';
import type { EvidenceKind } from './evidence.ts';
import { GROUPS, groupOfShape, groupsOfCategory, weightOf } from './groups.ts';
import type { ClassCounts } from './log-odds.ts';
import type { ModelParameters, TokenCounts } from './model.ts';
import { isPruned, sightingsToBeKept } from './pruning.ts';
import type { SettledCounts } from './settled-counts.ts';
import { binOf, factorsOf, noiseOf } from './shrinkage.ts';
import { centreOf, tokenLogOdds } from './token-log-odds.ts';
import {
  sightingsToBeUsual,
  sightingsToUndo,
  sightingsToUndoConditional,
  type ValueSums,
  valueSumsOf,
} from './undoing.ts';

/** A reason, and the counted token that it rests on. */
export interface CountedReason {
  group: string;
  field: string;
  /** A category's token, or an n-gram. */
  token: string;
  /** Nats towards bad. */
  contribution: number;
}

export interface ReasonCounts {
  /** Settled, of both classes. */
  counts: TokenCounts;
  /**
   * Further good episodes that hold the token after which it says nothing towards bad: 0 where it does not now, null where no number
   * does. Absent where none is told: of what speaks towards bad by being strange in its text or in its context.
   */
  undoneBy?: number | null | undefined;
}

/** By what an n-gram's weight goes, of the kinds of evidence that go by weights. */
const GOOD_UNIT: Readonly<Partial<Record<EvidenceKind, 'goodEpisodes' | 'goodRecords'>>> = {
  likelihood: 'goodEpisodes',
  log_odds: 'goodEpisodes',
  log_odds_records: 'goodRecords',
  worst_likelihood: 'goodEpisodes',
  worst_log_odds: 'goodEpisodes',
  worst_log_odds_records: 'goodRecords',
};

/** Tells of the reasons of one question; what it needs of a whole field it reads once. */
export class ReasonCounter {
  readonly #settled: SettledCounts;
  readonly #parameters: ModelParameters;
  readonly #deltas: ReadonlyMap<string, number>;
  readonly #values = new Map<string, ValueSums>();
  /** By group, field and token: what was worked out. */
  readonly #told = new Map<string, number | null | undefined>();
  readonly #factors = new Map<string, readonly number[] | undefined>();

  constructor(settled: SettledCounts, parameters: ModelParameters) {
    this.#settled = settled;
    this.#parameters = parameters;
    this.#deltas = new Map(
      (parameters.corrections ?? []).map(({ field, token, delta }) => [`${field}\n${token}`, delta]),
    );
  }

  of(reason: CountedReason): ReasonCounts {
    const counts = this.#settled.countsOf(reason.field, reason.token);
    return { counts, undoneBy: this.#undoneBy(reason) };
  }

  #undoneBy(reason: CountedReason): number | null | undefined {
    if (reason.contribution <= 0) return 0;
    const key = `${reason.group}\n${reason.field}\n${reason.token}`;
    // Records of one question share most of their tokens.
    if (!this.#told.has(key)) this.#told.set(key, this.#sightings(reason));
    const sightings = this.#told.get(key);
    if (sightings === undefined) return undefined;
    // More good lowers what the counts say, and so raises what a negative weight makes of it. Of strangeness no weight is.
    return weightOf(this.#parameters.weights, reason.group) < 0 ? null : sightings;
  }

  #sightings(reason: CountedReason): number | null | undefined {
    const { group, field, token } = reason;
    const groups = groupsOfCategory(field);
    if (group === GROUPS[groups.surprise]) {
      return isConditionalField(field) ? undefined : this.#toBeUsual(field, token);
    }
    if (group === GROUPS[groupOfShape(field)] || group === GROUPS[groups.weight])
      return this.#ofCategory(reason);
    const unit = GOOD_UNIT[group.slice(field.length + 1) as EvidenceKind];
    const counts = this.#settled.decayedOf(field, token);
    // A part of a text of which no n-gram is known says what it does by being strange.
    if (unit === undefined || counts.badEpisodes <= 0) return undefined;
    return sightingsToUndo(
      { bad: counts.badEpisodes, good: counts[unit] },
      this.#presenceOf(field, unit),
      this.#parameters.tauSquared,
    );
  }

  #ofCategory(reason: CountedReason): number | null {
    const { field, token } = reason;
    const counts = this.#episodesOf(field, token);
    const sightings = this.#toWeigh(reason, counts, this.#targetOf(reason, counts.bad));
    // A correction speaks of a token that is pruned until its own weight is there to speak against it.
    return sightings === null ? null : Math.max(sightings, sightingsToBeKept(counts, this.#pruneBelow));
  }

  /** Sightings after which λ is at most the target. */
  #toWeigh({ field, token }: CountedReason, counts: ClassCounts, target: number): number | null {
    const { tauSquared } = this.#parameters;
    const centre = centreOf(field, token, { presenceOf: name => this.#presenceOf(name) });
    if (centre === undefined) {
      return sightingsToUndo(counts, this.#presenceOf(field), tauSquared, target);
    }
    const value = this.#episodesOf(centre.field, centre.token);
    const totals = this.#presenceOf(centre.field);
    const own = this.#presenceOf(centre.expectedBy);
    return sightingsToUndoConditional(counts, value, totals, tauSquared, { target, own });
  }

  /** The λ at which `β·s·λ + δ` is 0, s what chance leaves of a weight towards bad. */
  #targetOf({ group, field, token }: CountedReason, badEpisodes: number): number {
    const beta = weightOf(this.#parameters.weights, group);
    const delta = this.#deltas.get(`${field}\n${token}`) ?? 0;
    if (delta === 0 || beta === 0) return 0;
    const lambda = -delta / beta;
    return lambda > 0 ? lambda / (this.#factorsOf(field)?.[binOf(badEpisodes)] ?? 1) : lambda;
  }

  /** What chance leaves of the weights of a category field, by bin. */
  #factorsOf(field: string): readonly number[] | undefined {
    const noise = noiseOf(this.#parameters.noise, field);
    const settled = this.#settled.settledField(field);
    if (noise === undefined || settled === undefined) return undefined;
    if (!this.#factors.has(field)) {
      const counts = new CategoryField(field, settled, this.#pruneBelow).counts();
      const bad = (index: number) => counts[index]?.bad ?? 0;
      const lambda = (index: number) => {
        const count = counts[index];
        return count === undefined ? 0 : this.#lambdaOf(field, count.token, count);
      };
      this.#factors.set(field, factorsOf(noise, counts.length, bad, lambda));
    }
    return this.#factors.get(field);
  }

  /** λ before anything is taken off it. */
  #lambdaOf(field: string, token: string, counts: ClassCounts): number {
    const counted = {
      presenceOf: (name: string) => this.#presenceOf(name),
      countsOf: (name: string, other: string) => this.#heldOf(name, other),
    };
    return tokenLogOdds(field, token, counts, counted, this.#parameters.tauSquared);
  }

  #toBeUsual(field: string, token: string): number {
    const counts = this.#episodesOf(field, token);
    const value = { good: counts.good, isPruned: isPruned(counts, this.#pruneBelow) };
    const sightings = sightingsToBeUsual(value, this.#valuesOf(field));
    return sightings === 0 ? 0 : Math.max(sightings, sightingsToBeKept(counts, this.#pruneBelow));
  }

  #valuesOf(field: string): ValueSums {
    let sums = this.#values.get(field);
    if (sums === undefined) {
      const settled = this.#settled.settledField(field);
      const counts =
        settled === undefined ? [] : new CategoryField(field, settled, this.#pruneBelow).counts();
      sums = valueSumsOf(counts);
      this.#values.set(field, sums);
    }
    return sums;
  }

  #episodesOf(field: string, token: string): ClassCounts {
    const { badEpisodes, goodEpisodes } = this.#settled.decayedOf(field, token);
    return { bad: badEpisodes, good: goodEpisodes };
  }

  /** As the model has them: zeros for a token that is pruned. */
  #heldOf(field: string, token: string): ClassCounts {
    const counts = this.#episodesOf(field, token);
    return isPruned(counts, this.#pruneBelow) ? { bad: 0, good: 0 } : counts;
  }

  get #pruneBelow(): number {
    return this.#parameters.pruneBelow ?? 0;
  }

  #presenceOf(field: string, unit: 'goodEpisodes' | 'goodRecords' = 'goodEpisodes'): ClassCounts {
    const presence = this.#settled.totalsOf(field);
    return { bad: presence.badEpisodes, good: presence[unit] };
  }
}
