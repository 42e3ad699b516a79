/**
 * Drift of a site: the good of the last seven days that it has learnt, field by field against all good that it had learnt
 * before, as both weigh in the model (docs/adr/0013-drift.md). A week holds every hour and weekday once, whatever week it is.
 */
import { type Drift, driftOf } from '../bayes/drift.ts';
import type { SettledCounts } from '../bayes/settled-counts.ts';
import type { Clock } from '../domain/clock.ts';
import { isConditionalField } from '../domain/conditional.ts';
import { UNDATED_DAY } from '../domain/identity.ts';

export interface FieldDrift extends Drift {
  field: string;
}

export interface SiteDrift {
  /** First and last day of the week, days since the epoch. */
  days: { first: number; last: number };
  /** Those of which both stretches hold enough, the furthest first. */
  fields: FieldDrift[];
}

const WEEK_DAYS = 7;
/** What took long to work out is told so many times as long: it takes a twentieth of the time, however often is asked. */
const TOLD_TIMES = 20;

/** Null where no field of either stretch holds enough. */
export function siteDriftOf(counts: SettledCounts): SiteDrift | null {
  const last = counts.newestGoodDay;
  if (last === UNDATED_DAY) return null;
  const first = last - WEEK_DAYS + 1;
  const fields: FieldDrift[] = [];
  // Values in their contexts are many, and their values and contexts are looked at by themselves.
  for (const { field, values } of counts.goodSince(first, name => !isConditionalField(name))) {
    const drift = driftOf(values);
    if (drift !== null) fields.push({ field, ...drift });
  }
  fields.sort((a, b) => b.divergence - a.divergence || (a.field < b.field ? -1 : 1));
  return fields.length === 0 ? null : { days: { first, last }, fields };
}

interface Told {
  key: string;
  drift: SiteDrift | null;
  atMs: number;
  tookMs: number;
}

/** What was worked out last, by site: metrics ask every few seconds, and learning goes on. */
export class SiteDrifts {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #told = new Map<string, Told>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** @param sum of the counts: equal sums, equal counts */
  of(site: string, counts: SettledCounts, sum: string): SiteDrift | null {
    const key = `${sum} ${counts.halfLifeDays}`;
    const startMs = this.#clock.monotonicMs();
    const told = this.#told.get(site);
    if (told !== undefined && (told.key === key || startMs - told.atMs < TOLD_TIMES * told.tookMs)) {
      return told.drift;
    }
    const drift = siteDriftOf(counts);
    const atMs = this.#clock.monotonicMs();
    this.#told.set(site, { key, drift, atMs, tookMs: atMs - startMs });
    return drift;
  }
}
