/** What counting an entry leaves behind: manifests (whose class changes) and segments (by how much the counts do). */
import type { Slice } from '../../domain/identity.ts';
import type { Manifest, Segment, SegmentKey } from '../../domain/ledger.ts';
import { decodeManifestRows, encodeManifestRows } from '../manifest-codec.ts';
import type { Inserted } from '../port.ts';
import { binaryOf, bytesOf, viewOf } from './bytes.ts';
import type { Collections, ManifestDocument, SegmentDocument } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, idOf, idsWithin, numberText, sliceText } from './ids.ts';
import { insertOnce } from './insert.ts';

type ManifestKey = Pick<Manifest, 'slice' | 'entry' | 'part'>;

export class Counting {
  readonly #manifests: Collections['manifests'];
  readonly #segments: Collections['segments'];

  constructor({ manifests, segments }: Collections) {
    this.#manifests = manifests;
    this.#segments = segments;
  }

  putManifest(site: string, { slice, entry, part, rows }: Manifest): Promise<Inserted> {
    return insertOnce(this.#manifests, {
      _id: manifestId(site, { slice, entry, part }),
      slice,
      entry,
      part,
      rows: binaryOf(encodeManifestRows(rows)),
    });
  }

  async findManifest(site: string, key: ManifestKey): Promise<Manifest | null> {
    const found = await answered(() => this.#manifests.findOne({ _id: manifestId(site, key) }));
    return found === null ? null : manifestOf(found);
  }

  listManifests(
    site: string,
    { slice, afterEntry, beforeEntry }: { slice: Slice; afterEntry: number; beforeEntry: number },
  ): Promise<Manifest[]> {
    const ofEntry = (entry: number) => idOf(site, sliceText(slice), numberText(entry));
    return answered(async () => {
      const documents = await this.#manifests
        .find({ _id: { $gt: afterIdsWithin(ofEntry(afterEntry)), $lt: ofEntry(beforeEntry) } })
        .sort({ _id: 1 })
        .toArray();
      return documents.map(manifestOf);
    });
  }

  putSegment(site: string, segment: Segment): Promise<Inserted> {
    return insertOnce(this.#segments, {
      _id: segmentId(site, segment),
      ...segmentKeyOf(segment),
      counts: binaryOf(segment.counts),
    });
  }

  listSegmentKeys(site: string, entry: number): Promise<Omit<Segment, 'counts'>[]> {
    return answered(async () => {
      const documents = await this.#segments
        .find({ _id: idsWithin(idOf(site, numberText(entry))) })
        .sort({ _id: 1 })
        .project<Omit<SegmentDocument, 'counts'>>({ counts: 0 })
        .toArray();
      return documents.map(segmentKeyOf);
    });
  }

  listSegments(
    site: string,
    { after, untilEntry, limit }: { after?: SegmentKey | undefined; untilEntry: number; limit: number },
  ): Promise<Segment[]> {
    const ids = {
      $gt: after === undefined ? `${site}/` : segmentId(site, after),
      $lt: afterIdsWithin(idOf(site, numberText(untilEntry))),
    };
    return answered(async () => {
      const documents = await this.#segments.find({ _id: ids }).sort({ _id: 1 }).limit(limit).toArray();
      return documents.map(document => ({ ...segmentKeyOf(document), counts: bytesOf(document.counts) }));
    });
  }

  async deleteSegments(site: string, keys: readonly SegmentKey[]): Promise<void> {
    if (keys.length === 0) return;
    const gone = keys.map(key => segmentId(site, key));
    await answered(() => this.#segments.deleteMany({ _id: { $in: gone } }));
  }
}

function manifestId(site: string, { slice, entry, part }: ManifestKey): string {
  return idOf(site, sliceText(slice), numberText(entry), numberText(part));
}

function segmentId(site: string, { entry, slice, part, chunk }: SegmentKey): string {
  return idOf(site, numberText(entry), sliceText(slice), numberText(part), numberText(chunk));
}

function manifestOf({ entry, slice, part, rows }: ManifestDocument): Manifest {
  return { entry, slice, part, rows: decodeManifestRows(viewOf(rows)) };
}

function segmentKeyOf(segment: Omit<Segment, 'counts'>): Omit<Segment, 'counts'> {
  const { entry, slice, part, chunk, chunks, sum } = segment;
  return { entry, slice, part, chunk, chunks, sum };
}
