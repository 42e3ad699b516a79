/**
 * What a seal keeps of a slice whose records will go: its counts, shared among the incidents that taught them. All shares
 * of a slice sum to what is counted in it, so taking one away never leaves a count below zero. Where two incidents hold the
 * same token in the same episode, it is the earlier one's alone: the one whose first record in that episode is the earliest.
 */
import { Counts } from '../../bayes/counts.ts';
import { decodeCounts, encodeCounts } from '../../bayes/counts-codec.ts';
import { Sum128 } from '../../bayes/sum128.ts';
import type { EpisodeId, Identity, Slice } from '../../domain/identity.ts';
import type { RecordClass } from '../../domain/label.ts';
import type { Manifest, SealVector, Segment } from '../../domain/ledger.ts';
import type { Store } from '../../store/port.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import { GoneError } from './gone-error.ts';
import type { LedgerState } from './ledger-state.ts';
import { partOf } from './partition.ts';
import { type Change, countChunks } from './segment.ts';
import type { Counted } from './slice-fold.ts';
import { sliceHeads } from './slice-heads.ts';

/** A record that is counted in the slice when it is sealed. */
interface Taught {
  identity: Identity;
  episode: EpisodeId;
  class: RecordClass;
  incident: number;
  /** Own time, else receipt: which record of an episode is the earliest. */
  atMs: number;
}

/**
 * The shares of all incidents of one slice, each in the slice's parts and in chunks, as segments are.
 * @param manifests of the seal, all parts of the slice
 * @param counted what entries before have counted in the slice
 * @param tokenize of the generation in which the slice is counted
 */
export async function* sealVectorsOf(
  store: Store,
  site: string,
  state: LedgerState,
  { slice, parts }: { slice: Slice; parts: number },
  manifests: readonly Manifest[],
  counted: ReadonlyMap<Identity, Counted>,
  tokenize: Tokenize,
): AsyncGenerator<SealVector> {
  const taught = await taughtIn(store, site, state, slice, manifests, counted);
  const incidents = [...new Set(taught.map(({ incident }) => incident))].sort((a, b) => a - b);
  for (let part = 0; part < parts; part++) {
    const ofPart = taught.filter(({ episode }) => partOf(episode, parts) === part);
    for (const incident of incidents) {
      const chunks = await countChunks(store, site, sharesOf(slice, ofPart, incident), tokenize);
      for (const [chunk, { counts, sum }] of chunks.entries()) {
        yield { slice, incident, part, chunk, chunks: chunks.length, sum, counts };
      }
    }
  }
}

/** Counted records in the order of their episodes, and within one of their incidents, the earliest first. */
async function taughtIn(
  store: Store,
  site: string,
  state: LedgerState,
  slice: Slice,
  manifests: readonly Manifest[],
  counted: ReadonlyMap<Identity, Counted>,
): Promise<Taught[]> {
  const rows = new Map(manifests.flatMap(({ rows: own }) => own).map(row => [row.identity, row]));
  const taught: Taught[] = [];
  for await (const heads of sliceHeads(store, site, { slice })) {
    for (const { identity, episode, atMs, receivedAtMs } of heads) {
      const last = rows.get(identity) ?? counted.get(identity);
      if (last === undefined || last.class === 'none') continue;
      const incident = state.isMark(last.decidedBy) ? last.decidedBy : 0;
      taught.push({ identity, episode, class: last.class, incident, atMs: atMs ?? receivedAtMs });
    }
  }
  const beginnings = new Map<string, number>();
  const beginningOf = ({ episode, incident }: Taught) =>
    beginnings.get(`${episode} ${incident}`) ?? Number.NaN;
  for (const { episode, incident, atMs } of taught) {
    const key = `${episode} ${incident}`;
    beginnings.set(key, Math.min(beginnings.get(key) ?? atMs, atMs));
  }
  return taught.sort(
    (a, b) =>
      (a.episode < b.episode ? -1 : a.episode > b.episode ? 1 : 0) ||
      beginningOf(a) - beginningOf(b) ||
      a.incident - b.incident,
  );
}

/**
 * One incident's share as a change that can be counted: in each of its episodes, what earlier incidents hold is there
 * before and after, and its own records are added to it. What a later one holds does not matter.
 */
function sharesOf(slice: Slice, taught: readonly Taught[], incident: number): Change[] {
  const shares: Change[] = [];
  let before: Change[] = [];
  for (const one of taught) {
    const ref = { slice, identity: one.identity };
    if (before[0]?.episode !== one.episode) before = [];
    if (one.incident === incident) {
      shares.push(...before, { episode: one.episode, ref, before: 'none', after: one.class });
      before = [];
    } else before.push({ episode: one.episode, ref, before: one.class, after: one.class });
  }
  return shares;
}

/** The segments of a retraction in a sealed slice: what the incident taught, taken away. */
export async function* withoutIncident(
  store: Store,
  site: string,
  { entry, slice }: { entry: number; slice: Slice },
  incident: number,
  wanted: (part: number) => boolean,
): AsyncGenerator<Segment> {
  for (const key of await store.listSealKeys(site, { incident, slice })) {
    if (!wanted(key.part)) continue;
    const vector = await store.findSealVector(site, key);
    if (vector === null) throw new GoneError(`a share of the sealed slice ${slice}`);
    const counts = new Counts();
    counts.add(decodeCounts(vector.counts), -1);
    const sum = new Sum128();
    sum.addSum(Sum128.parse(vector.sum), -1);
    const { part, chunk, chunks } = vector;
    yield { entry, slice, part, chunk, chunks, sum: sum.toString(), counts: encodeCounts(counts) };
  }
}
