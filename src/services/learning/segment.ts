/**
 * Counts after minus counts before, over the episodes that an entry touches in one slice. Presence in an episode is
 * not linear, so every record of a touched episode that is counted before or after is read again.
 */
import { EpisodeCounter } from '../../bayes/episode-counter.ts';
import {
  dayOf,
  type EpisodeId,
  type Identity,
  type RecordRef,
  recordIdOf,
  type Slice,
} from '../../domain/identity.ts';
import type { RecordClass } from '../../domain/label.ts';
import type { Manifest, ManifestRow, Plan, Segment } from '../../domain/ledger.ts';
import { SEGMENT_ROWS_MAX } from '../../domain/limits.ts';
import type { Store } from '../../store/port.ts';
import type { Tokenize } from '../../tokenize/tokenizers.ts';
import { observationsOf } from '../observations-of.ts';
import { GoneError } from './gone-error.ts';
import { partOf } from './partition.ts';
import type { Counted } from './slice-fold.ts';

/** A record that is counted otherwise than before; those of an episode stand together. */
export interface Change {
  episode: EpisodeId;
  ref: RecordRef;
  before: RecordClass;
  after: RecordClass;
}

const READ_RECORDS = 512;

/**
 * The segments of one planned slice, part by part, chunk by chunk, in the order in which they are to be inserted.
 * @param changes by part: of manifests (changesOf), or of a generation (everythingIn)
 * @param wanted whether a part is still to be done
 */
export async function* segmentsOf(
  store: Store,
  site: string,
  { entry, slice }: { entry: number; slice: Slice },
  changes: readonly Change[][],
  tokenize: Tokenize,
  wanted: (part: number) => boolean,
): AsyncGenerator<Segment> {
  for (const [part, ofPart] of changes.entries()) {
    if (!wanted(part)) continue;
    const counts = await countChunks(store, site, byEpisode(ofPart), tokenize);
    for (const [chunk, { counts: bytes, sum }] of counts.entries()) {
      yield { entry, slice, part, chunk, chunks: counts.length, sum, counts: bytes };
    }
  }
}

/** By part, all that entries before have counted in the slice, as if it were counted for the first time. */
export function everythingIn(
  { slice, parts }: Plan['slices'][number],
  counted: ReadonlyMap<Identity, Counted>,
): Change[][] {
  const changes = Array.from({ length: parts }, (): Change[] => []);
  for (const [identity, { class: after, episode }] of counted) {
    if (after === 'none') continue;
    changes[partOf(episode, parts)]?.push({ episode, ref: { slice, identity }, before: 'none', after });
  }
  return changes;
}

/**
 * By part, every record of a touched episode that is counted before or after.
 * @param manifests of all parts of the slice
 * @param counted what entries before have counted in the slice
 */
export function changesOf(
  { slice, parts }: Plan['slices'][number],
  manifests: readonly Manifest[],
  counted: ReadonlyMap<Identity, Counted>,
): Change[][] {
  const rows = new Map<Identity, ManifestRow>();
  const touched = new Set<EpisodeId>();
  for (const manifest of manifests) {
    for (const row of manifest.rows) {
      rows.set(row.identity, row);
      touched.add(row.episode);
    }
  }
  const changes = Array.from({ length: parts }, (): Change[] => []);
  const add = (identity: Identity, episode: EpisodeId, before: RecordClass, after: RecordClass) => {
    if (before === 'none' && after === 'none') return;
    changes[partOf(episode, parts)]?.push({ episode, ref: { slice, identity }, before, after });
  };
  if (touched.size === 0) return changes;
  for (const [identity, { class: before, episode }] of counted) {
    if (!touched.has(episode)) continue;
    add(identity, episode, before, rows.get(identity)?.class ?? before);
  }
  for (const { identity, episode, class: after } of rows.values()) {
    if (!counted.has(identity)) add(identity, episode, 'none', after);
  }
  return changes;
}

/** Episodes together. */
function byEpisode(changes: Change[]): Change[] {
  return changes.sort((a, b) => (a.episode < b.episode ? -1 : a.episode > b.episode ? 1 : 0));
}

/** Counts in as many passes over the records as keep each chunk's table, and so its document, small. */
export async function countChunks(
  store: Store,
  site: string,
  changes: readonly Change[],
  tokenize: Tokenize,
): Promise<{ counts: Uint8Array; sum: string }[]> {
  for (let chunks = 1; ; chunks *= 2) {
    const counted = [];
    for (let chunk = 0; chunk < chunks; chunk++) {
      const counts = await countChunk(store, site, changes, tokenize, { chunk, chunks });
      if (counts === 'too-large') break;
      counted.push(counts);
    }
    if (counted.length === chunks) return counted;
  }
}

async function countChunk(
  store: Store,
  site: string,
  changes: readonly Change[],
  tokenize: Tokenize,
  { chunk, chunks }: { chunk: number; chunks: number },
): Promise<{ counts: Uint8Array; sum: string } | 'too-large'> {
  const counter = new EpisodeCounter({ chunk, chunks });
  let open: EpisodeId | undefined;
  for (let at = 0; at < changes.length; at += READ_RECORDS) {
    const page = changes.slice(at, at + READ_RECORDS);
    const records = await store.findContents(
      site,
      page.map(({ ref }) => ref),
    );
    for (const [index, { episode, ref, before, after }] of page.entries()) {
      const stored = records[index];
      if (stored === null || stored === undefined) {
        throw new GoneError(`record ${recordIdOf(ref)}`);
      }
      if (episode !== open) {
        if (open !== undefined) counter.endEpisode();
        counter.beginEpisode(dayOf(stored.atMs));
        open = episode;
      }
      counter.addRecord(observationsOf(stored, tokenize), before, after);
    }
    if (counter.rows > SEGMENT_ROWS_MAX) return 'too-large';
  }
  if (open !== undefined) counter.endEpisode();
  counter.settle();
  return counter.rows > SEGMENT_ROWS_MAX ? 'too-large' : counter.finish();
}
