/**
 * β of a site: what each kind of evidence is worth here, drawn toward the weights that every site is born with.
 * A kind that told the bad of incidents apart from the good which no model had seen, gains; one that misled, loses.
 */
import { weightOf } from '../groups.ts';
import { KINDS } from './evidence-kinds.ts';
import { type FitSample, incidentsIn } from './fit-sample.ts';
import { type Example, fitLogistic } from './logistic.ts';

/** Below, a site goes by the shipped weights: four incidents tell more of themselves than of the fifth. */
export const WEIGHTS_INCIDENTS_MIN = 5;
/**
 * Strength of the ridge: that of so many incidents which say what the shipped weights say. Less gains more where incidents are
 * many, and loses where they are few and small (bench/results/site-weights.jsonl, docs/adr/0010-fits.md).
 */
export const RIDGE_INCIDENTS = 3;
/** Every kind keeps a share of its shipped weight: what no incident so far hides behind padding, the next one may. */
export const WEIGHT_FLOOR = 0.25;

/**
 * β by kind, of cross-fitted evidence. Both classes weigh the same, every incident among the bad, and its episodes.
 * @param evidence of each sample, by kind in the order of KINDS    @param shipped β by kind or group
 * @returns undefined below five incidents or without good samples
 */
export function siteWeightsOf(
  samples: readonly FitSample[],
  evidence: readonly Float64Array[],
  shipped: Readonly<Record<string, number>>,
  ridgeIncidents: number = RIDGE_INCIDENTS,
): Record<string, number> | undefined {
  const incidents = incidentsIn(samples);
  if (incidents < WEIGHTS_INCIDENTS_MIN || samples.every(({ bad }) => bad)) return undefined;
  const { weights } = fitLogistic(examplesOf(samples, evidence), {
    prior: KINDS.map(kind => weightOf(shipped, kind)),
    floor: WEIGHT_FLOOR,
    ridge: ridgeIncidents / incidents,
    intercept: 'free',
  });
  return Object.fromEntries(KINDS.map((kind, index) => [kind, weights[index] as number]));
}

/** The weight of a sample: ½ for each class, shared by incidents (the bad), by episodes within, by records within these. */
export function classWeights(samples: readonly FitSample[]): number[] {
  const incidentOf = ({ bad, incident }: FitSample) => (bad ? `bad ${incident}` : 'good');
  const records = new Map<string, number>();
  const episodes = new Map<string, Set<string>>();
  for (const sample of samples) {
    const incident = incidentOf(sample);
    const key = `${incident}\n${sample.episode}`;
    records.set(key, (records.get(key) ?? 0) + 1);
    episodes.set(incident, (episodes.get(incident) ?? new Set()).add(sample.episode));
  }
  const badIncidents = episodes.size - (episodes.has('good') ? 1 : 0);
  return samples.map(sample => {
    const incident = incidentOf(sample);
    const own = records.get(`${incident}\n${sample.episode}`) ?? 1;
    const among = episodes.get(incident)?.size ?? 1;
    return 1 / 2 / own / among / (sample.bad ? badIncidents : 1);
  });
}

function examplesOf(samples: readonly FitSample[], evidence: readonly Float64Array[]): Example[] {
  const weights = classWeights(samples);
  return samples.map(({ bad }, index) => ({
    bad,
    features: evidence[index] as Float64Array,
    weight: weights[index] as number,
  }));
}
