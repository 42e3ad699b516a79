/**
 * The sample that a site's fit rests on: of each incident, and of the good, the episodes with the lowest hashes. It depends on
 * what is counted alone, not on when or in which order it came to be: names of incidents are what was marked, not ids.
 * What is sealed has no records any more and is not in it.
 */
import { CONFORMAL_EPISODES_MIN, INCIDENTS_MIN } from '../../bayes/fit/calibration.ts';
import {
  EPISODE_RECORDS_MAX,
  episodesOfIncident,
  type FitSample,
  lowestHashed,
  recordsOfEpisode,
  SAMPLE_EPISODES_OF_INCIDENT_MAX,
  SAMPLE_GOOD_EPISODES_MAX,
  SAMPLE_INCIDENTS_MAX,
} from '../../bayes/fit/fit-sample.ts';
import { canonicalText } from '../../bayes/model-id.ts';
import type { Identity, RecordRef, Slice } from '../../domain/identity.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import { episodeSourceOf } from '../identity-of.ts';
import type { LedgerState } from '../learning/ledger-state.ts';
import type { Counted } from '../learning/slice-fold.ts';
import { observationsOf } from '../observations-of.ts';
import { LowestHashed } from './lowest-hashed.ts';
import type { FittedSite } from './open-slices.ts';
import { readContents } from './read-contents.ts';

/** Who knew it could choose records that are not drawn; who can mark can do worse. */
export const FIT_SEED = 1;
/** The incident of what people judged record by record. */
const JUDGED = 'judged';

/** Draws from slice after slice, in any order. */
export class SampleDraw {
  readonly #incidentOf: (decidedBy: number) => string;
  readonly #good = new LowestHashed<RecordRef[]>(SAMPLE_GOOD_EPISODES_MAX, FIT_SEED);
  readonly #bad = new Map<string, LowestHashed<RecordRef[]>>();
  #badRecords = 0;

  constructor(state: LedgerState) {
    this.#incidentOf = incidentNames(state);
  }

  add(slice: Slice, counted: ReadonlyMap<Identity, Counted>): void {
    const episodes = episodesIn(slice, counted, this.#incidentOf);
    this.#badRecords += episodes.badRecords;
    for (const [name, refs] of episodes.good) this.#good.offer(name, refs);
    for (const [incident, own] of episodes.bad) {
      const pool = this.#bad.get(incident) ?? new LowestHashed(SAMPLE_EPISODES_OF_INCIDENT_MAX, FIT_SEED);
      this.#bad.set(incident, pool);
      for (const [name, refs] of own) pool.offer(name, refs);
    }
  }

  /** Bad ones of all that was added. */
  get badRecords(): number {
    return this.#badRecords;
  }

  /** Whether something can be fitted to it: an incident to learn from and another one to be held, or enough of the good alone. */
  isEnough(): boolean {
    return this.#bad.size >= INCIDENTS_MIN || this.#good.items().size >= CONFORMAL_EPISODES_MIN;
  }

  /** Bad samples by incident, then good ones. */
  async read(of: FittedSite, tokenize: Tokenize): Promise<FitSample[]> {
    const samples: FitSample[] = [];
    const incidents = lowestHashed(this.#bad.keys(), SAMPLE_INCIDENTS_MAX, FIT_SEED);
    const ofEach = episodesOfIncident(Math.max(1, incidents.length));
    for (const incident of incidents) {
      const episodes = [...(this.#bad.get(incident)?.items() ?? [])].slice(0, ofEach);
      const drawn = drawnOf(new Map(episodes), ofEach);
      samples.push(...(await samplesOf(of, tokenize, drawn, incident)));
    }
    const good = drawnOf(this.#good.items(), SAMPLE_GOOD_EPISODES_MAX);
    samples.push(...(await samplesOf(of, tokenize, good, null)));
    return samples;
  }
}

interface Drawn {
  episode: string;
  ref: RecordRef;
}

/** Of each episode the lowest identities, which are hashes themselves. */
function drawnOf(episodes: ReadonlyMap<string, RecordRef[]>, episodesMax: number): Drawn[] {
  const count = recordsOfEpisode(episodes.size, episodesMax);
  return [...episodes].flatMap(([episode, refs]) => refs.slice(0, count).map(ref => ({ episode, ref })));
}

/**
 * What each entry that can decide marked: equal marks of two sites, or of one site at two times, have one name. What is no
 * mark is a judgement.
 */
function incidentNames(state: LedgerState): (decidedBy: number) => string {
  const names = new Map(
    state.marks().map(({ entry }) => [entry.number, canonicalText(entry.mark.scope)] as const),
  );
  return decidedBy => names.get(decidedBy) ?? JUDGED;
}

/** Lowest identities of the records of an episode, by the episode's name. */
type Episodes = Map<string, RecordRef[]>;

function episodesIn(
  slice: Slice,
  counted: ReadonlyMap<Identity, Counted>,
  incidentOf: (decidedBy: number) => string,
): { good: Episodes; bad: Map<string, Episodes>; badRecords: number } {
  const good: Episodes = new Map();
  const bad = new Map<string, Episodes>();
  let badRecords = 0;
  for (const [identity, { class: recordClass, decidedBy, episode }] of counted) {
    if (recordClass === 'none') continue;
    let episodes = good;
    if (recordClass === 'bad') {
      badRecords += 1;
      const incident = incidentOf(decidedBy);
      episodes = bad.get(incident) ?? new Map();
      bad.set(incident, episodes);
    }
    const name = `${slice}/${episode}`;
    const refs = episodes.get(name) ?? [];
    episodes.set(name, refs);
    insertAscending(refs, { slice, identity });
    if (refs.length > EPISODE_RECORDS_MAX) refs.pop();
  }
  return { good, bad, badRecords };
}

/** Whatever order manifests tell records in: what is fitted is sums, whose last bits go by the order of their terms. */
function insertAscending(refs: RecordRef[], ref: RecordRef): void {
  const at = refs.findIndex(({ identity }) => ref.identity < identity);
  refs.splice(at < 0 ? refs.length : at, 0, ref);
}

/** @param incident null of the good, whose incident is who sent it */
async function samplesOf(
  of: FittedSite,
  tokenize: Tokenize,
  drawn: readonly Drawn[],
  incident: string | null,
): Promise<FitSample[]> {
  const samples: FitSample[] = [];
  for await (const { one, content } of readContents(of, drawn)) {
    const { episode } = one;
    samples.push({
      incident: incident ?? episodeSourceOf(content.record) ?? episode,
      episode,
      observations: observationsOf(content, tokenize),
      bad: incident !== null,
    });
  }
  return samples;
}
