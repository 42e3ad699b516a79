/** What counting an entry leaves behind: manifests (whose class changes) and segments (by how much the counts do). */
import type { Slice } from '../../domain/identity.ts';
import type { Manifest, Segment, SegmentKey } from '../../domain/ledger.ts';
import { decodeManifestRows, encodeManifestRows } from '../manifest-codec.ts';
import type { Inserted } from '../port.ts';
import type { Database } from './driver.ts';
import { bytesOf } from './hex.ts';
import type { Names } from './names.ts';

interface ManifestDbRow {
  entry: number;
  slice: number;
  part: number;
  row_bytes: Uint8Array;
}

interface SegmentKeyRow extends SegmentKey {
  chunks: number;
  sum: string;
}

export class Counting {
  readonly #database: Database;
  readonly #names: Names;

  constructor(database: Database, names: Names) {
    this.#database = database;
    this.#names = names;
  }

  putManifest(siteName: string, { slice, entry, part, rows }: Manifest): Inserted {
    const changes = this.#database
      .prepare('INSERT INTO manifests VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(this.#names.intern(siteName), slice, entry, part, encodeManifestRows(rows));
    return changes === 1 ? 'inserted' : 'already-there';
  }

  findManifest(siteName: string, key: { slice: Slice; entry: number; part: number }): Manifest | null {
    const site = this.#names.find(siteName);
    if (site === undefined) return null;
    const row = this.#database
      .prepare<ManifestDbRow>(
        `SELECT entry, slice, part, row_bytes FROM manifests
         WHERE site = ? AND slice = ? AND entry = ? AND part = ?`,
      )
      .get(site, key.slice, key.entry, key.part);
    return row === undefined ? null : manifestOf(row);
  }

  listManifests(
    siteName: string,
    query: { slice: Slice; afterEntry: number; beforeEntry: number },
  ): Manifest[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<ManifestDbRow>(
        `SELECT entry, slice, part, row_bytes FROM manifests
         WHERE site = ? AND slice = ? AND entry > ? AND entry < ? ORDER BY entry, part`,
      )
      .all(site, query.slice, query.afterEntry, query.beforeEntry)
      .map(manifestOf);
  }

  putSegment(siteName: string, segment: Segment): Inserted {
    const { entry, slice, part, chunk, chunks, sum, counts } = segment;
    const changes = this.#database
      .prepare('INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(this.#names.intern(siteName), entry, slice, part, chunk, chunks, bytesOf(sum), counts);
    return changes === 1 ? 'inserted' : 'already-there';
  }

  listSegmentKeys(siteName: string, entry: number): Omit<Segment, 'counts'>[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    return this.#database
      .prepare<SegmentKeyRow>(
        `SELECT entry, slice, part, chunk, chunks, lower(hex(sum)) AS sum FROM segments
         WHERE site = ? AND entry = ? ORDER BY slice, part, chunk`,
      )
      .all(site, entry)
      .map(segmentKeyOf);
  }

  listSegments(
    siteName: string,
    query: { after?: SegmentKey | undefined; untilEntry: number; limit: number },
  ): Segment[] {
    const site = this.#names.find(siteName);
    if (site === undefined) return [];
    const { after, untilEntry, limit } = query;
    return this.#database
      .prepare<SegmentKeyRow & { counts: Uint8Array }>(
        `SELECT entry, slice, part, chunk, chunks, lower(hex(sum)) AS sum, counts FROM segments
         WHERE site = ? AND entry <= ? ${after ? 'AND (entry, slice, part, chunk) > (?, ?, ?, ?)' : ''}
         ORDER BY entry, slice, part, chunk LIMIT ?`,
      )
      .all(site, untilEntry, ...(after ? [after.entry, after.slice, after.part, after.chunk] : []), limit)
      .map(row => ({ ...segmentKeyOf(row), counts: row.counts }));
  }

  deleteSegments(siteName: string, keys: readonly SegmentKey[]): void {
    const site = this.#names.find(siteName);
    if (site === undefined || keys.length === 0) return;
    this.#database.transaction(() => {
      const remove = this.#database.prepare(
        'DELETE FROM segments WHERE site = ? AND entry = ? AND slice = ? AND part = ? AND chunk = ?',
      );
      for (const { entry, slice, part, chunk } of keys) remove.run(site, entry, slice, part, chunk);
    });
  }
}

function manifestOf({ entry, slice, part, row_bytes: bytes }: ManifestDbRow): Manifest {
  return { entry, slice, part, rows: decodeManifestRows(bytes) };
}

function segmentKeyOf({ entry, slice, part, chunk, chunks, sum }: SegmentKeyRow): Omit<Segment, 'counts'> {
  return { entry, slice, part, chunk, chunks, sum };
}
