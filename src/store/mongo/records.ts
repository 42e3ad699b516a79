/** Records: stored once under (site, slice, identity), found by it, listed by slice. */
import type { RecordRef } from '../../domain/identity.ts';
import type { RecordContent, RecordHead, StoredRecord } from '../../domain/stored-record.ts';
import type { HeadQuery, Inserted } from '../port.ts';
import type { Collections, RecordDocument } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, idOf, recordId, sliceText } from './ids.ts';
import { insertEach } from './insert.ts';
import {
  CONTENT_FIELDS,
  type ContentDocument,
  contentOf,
  documentOf,
  HEAD_FIELDS,
  type HeadDocument,
  headOf,
  recordOf,
} from './record-document.ts';

/** Ids of one query: 200 kB of them. */
const IDS_MAX = 4_096;

export class Records {
  readonly #records: Collections['records'];

  constructor({ records }: Collections) {
    this.#records = records;
  }

  put(site: string, records: readonly StoredRecord[]): Promise<Inserted[]> {
    return insertEach(
      this.#records,
      records.map(record => documentOf(site, record)),
    );
  }

  async find(
    site: string,
    refs: readonly RecordRef[],
    bytesMax: number | undefined,
  ): Promise<(StoredRecord | null)[]> {
    const wanted = bytesMax === undefined ? refs : await this.#firstOf(site, refs, bytesMax);
    return this.#findEach(site, wanted, {}, recordOf);
  }

  findHeads(site: string, refs: readonly RecordRef[]): Promise<(RecordHead | null)[]> {
    return this.#findEach<HeadDocument, RecordHead>(site, refs, HEAD_FIELDS, headOf);
  }

  findContents(site: string, refs: readonly RecordRef[]): Promise<(RecordContent | null)[]> {
    return this.#findEach<ContentDocument, RecordContent>(site, refs, CONTENT_FIELDS, contentOf);
  }

  findScores(site: string, refs: readonly RecordRef[]): Promise<(number | null)[]> {
    return this.#findEach<Pick<RecordDocument, '_id' | 'score'>, number | null>(
      site,
      refs,
      { score: 1 },
      ({ score }) => score ?? null,
    );
  }

  listHeads(site: string, { slice, fromMs, toMs, after = '', limit }: HeadQuery): Promise<RecordHead[]> {
    const ofSlice = idOf(site, sliceText(slice));
    const time = {
      ...(fromMs === undefined ? {} : { $gte: fromMs }),
      ...(toMs === undefined ? {} : { $lt: toMs }),
    };
    const bounded = fromMs !== undefined || toMs !== undefined;
    return answered(async () => {
      const documents = await this.#records
        .find({
          _id: { $gt: `${ofSlice}/${after}`, $lt: afterIdsWithin(ofSlice) },
          ...(bounded ? { atMs: time } : {}),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .project<HeadDocument>(HEAD_FIELDS)
        .toArray();
      return documents.map(headOf);
    });
  }

  /** The first of these, as many as come to at most so many bytes, and one at least: by their sizes alone. */
  async #firstOf(site: string, refs: readonly RecordRef[], bytesMax: number): Promise<readonly RecordRef[]> {
    const sizes = await this.#findEach<Pick<RecordDocument, '_id' | 'bytes'>, number>(
      site,
      refs,
      { bytes: 1 },
      ({ bytes }) => bytes,
    );
    let sum = 0;
    for (const [index, size] of sizes.entries()) {
      const bytes = size ?? 0;
      if (sum > 0 && bytes > 0 && sum + bytes > bytesMax) return refs.slice(0, index);
      sum += bytes;
    }
    return refs;
  }

  async #findEach<Document extends { _id: string }, T>(
    site: string,
    refs: readonly RecordRef[],
    fields: Readonly<Record<string, 1>>,
    of: (document: Document) => T,
  ): Promise<(T | null)[]> {
    const ids = refs.map(ref => recordId(site, ref));
    const found = new Map<string, Document>();
    for (let at = 0; at < ids.length; at += IDS_MAX) {
      const documents = await answered(() =>
        this.#records
          .find({ _id: { $in: ids.slice(at, at + IDS_MAX) } })
          .project<Document>(fields)
          .toArray(),
      );
      for (const document of documents) found.set(document._id, document);
    }
    return ids.map(id => {
      const document = found.get(id);
      return document === undefined ? null : of(document);
    });
  }
}
