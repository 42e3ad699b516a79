/**
 * The sample that a site's fit rests on: of each incident, and of the good, the episodes with the lowest hashes. It depends on
 * what is counted alone, not on when or in which order it came to be: names of incidents are what was marked, not ids.
 *
 * Every manifest is read for it, which takes time that grows with the site; fit-runs.ts says how often. What is sealed has no
 * records any more and is not in it.
 */
import {
  type FitSample,
  lowestHashed,
  SAMPLE_EPISODES_OF_INCIDENT_MAX,
  SAMPLE_GOOD_EPISODES_MAX,
  SAMPLE_INCIDENTS_MAX,
} from '../../bayes/fit/fit-sample.ts';
import { canonicalText } from '../../bayes/model-id.ts';
import type { Identity, RecordRef, Slice } from '../../domain/identity.ts';
import type { Store } from '../../store/port.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import { episodeSourceOf } from '../identity-of.ts';
import type { LedgerState } from '../learning/ledger-state.ts';
import { type Counted, SliceFolds } from '../learning/slice-fold.ts';
import { observationsOf } from '../observations-of.ts';
import { LowestHashed } from './lowest-hashed.ts';

/** Who knew it could choose records that are not drawn; who can mark can do worse. */
export const FIT_SEED = 1;
/** Of one episode: the lowest identities, which are hashes themselves. */
const RECORDS_OF_EPISODE_MAX = 4;
const READ_RECORDS = 512;
/** The incident of what people judged record by record. */
const JUDGED = 'judged';

export interface SampleOf {
  store: Store;
  site: string;
  state: LedgerState;
  /** The last entry that counts; it is done. */
  entry: number;
  tokenize: Tokenize;
  /** Awaited between reads: others use the thread, or want it to end. */
  breathe: () => Promise<unknown>;
}

/** Bad samples by incident, then good ones. */
export async function drawSample(of: SampleOf): Promise<FitSample[]> {
  const { store, site, state, entry, breathe } = of;
  const incidentOf = incidentNames(state);
  const good = new LowestHashed<RecordRef[]>(SAMPLE_GOOD_EPISODES_MAX, FIT_SEED);
  const bad = new Map<string, LowestHashed<RecordRef[]>>();
  for (const { slice } of await store.listSlices(site, { type: 'all' })) {
    if (state.isSealed(slice, entry + 1)) continue;
    // A fold of its own: those of the worker are of the slices that it works on.
    const counted = await new SliceFolds(store).before(site, slice, entry + 1);
    const episodes = episodesIn(slice, counted, incidentOf);
    for (const [name, refs] of episodes.good) good.offer(name, refs);
    for (const [incident, own] of episodes.bad) {
      const pool = bad.get(incident) ?? new LowestHashed(SAMPLE_EPISODES_OF_INCIDENT_MAX, FIT_SEED);
      bad.set(incident, pool);
      for (const [name, refs] of own) pool.offer(name, refs);
    }
    await breathe();
  }
  const samples: FitSample[] = [];
  for (const incident of lowestHashed(bad.keys(), SAMPLE_INCIDENTS_MAX, FIT_SEED)) {
    samples.push(...(await samplesOf(of, bad.get(incident)?.items() ?? new Map(), incident)));
  }
  samples.push(...(await samplesOf(of, good.items(), null)));
  return samples;
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
): { good: Episodes; bad: Map<string, Episodes> } {
  const good: Episodes = new Map();
  const bad = new Map<string, Episodes>();
  for (const [identity, { class: recordClass, decidedBy, episode }] of counted) {
    if (recordClass === 'none') continue;
    let episodes = good;
    if (recordClass === 'bad') {
      const incident = incidentOf(decidedBy);
      episodes = bad.get(incident) ?? new Map();
      bad.set(incident, episodes);
    }
    const name = `${slice}/${episode}`;
    const refs = episodes.get(name) ?? [];
    episodes.set(name, refs);
    insertAscending(refs, { slice, identity });
    if (refs.length > RECORDS_OF_EPISODE_MAX) refs.pop();
  }
  return { good, bad };
}

/** Whatever order manifests tell records in: what is fitted is sums, whose last bits go by the order of their terms. */
function insertAscending(refs: RecordRef[], ref: RecordRef): void {
  const at = refs.findIndex(({ identity }) => ref.identity < identity);
  refs.splice(at < 0 ? refs.length : at, 0, ref);
}

/** @param incident null of the good, whose incident is who sent it */
async function samplesOf(
  { store, site, tokenize, breathe }: SampleOf,
  episodes: ReadonlyMap<string, RecordRef[]>,
  incident: string | null,
): Promise<FitSample[]> {
  const drawn = [...episodes].flatMap(([episode, refs]) => refs.map(ref => ({ episode, ref })));
  const samples: FitSample[] = [];
  for (let at = 0; at < drawn.length; at += READ_RECORDS) {
    await breathe();
    const some = drawn.slice(at, at + READ_RECORDS);
    const contents = await store.findContents(
      site,
      some.map(({ ref }) => ref),
    );
    for (const [index, content] of contents.entries()) {
      const episode = some[index]?.episode;
      // What retention has taken since is in no sample.
      if (content === null || episode === undefined) continue;
      samples.push({
        incident: incident ?? episodeSourceOf(content.record) ?? episode,
        episode,
        observations: observationsOf(content, tokenize),
        bad: incident !== null,
      });
    }
  }
  return samples;
}
