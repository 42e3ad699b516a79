/**
 * Searching records: by time or score, descending, ties by slice and identity, descending too (as ids sort); those without
 * a time or score come last. Pages go by place, not by number, so that writes in between neither repeat nor skip a record.
 *
 * A filter that matches little could make one call read millions of documents. So a call with filters looks at
 * SEARCHED_RECORDS_MAX places, and one for text at SEARCHED_BYTES_MAX of content besides, and then says where to go on:
 * such a page may be short, even empty, and have a cursor all the same. So may one whose heads come to PAGE_BYTES_MAX.
 */
import type { Filter } from 'mongodb';
import { PAGE_BYTES_MAX, SEARCHED_BYTES_MAX, SEARCHED_RECORDS_MAX } from '../../domain/limits.ts';
import type { RecordHead } from '../../domain/stored-record.ts';
import { contentHolds } from '../content-search.ts';
import { cursorOf, type Place, placeOf } from '../cursor.ts';
import type { FoundHead, Page, RecordSearch } from '../port.ts';
import type { Collections, RecordDocument } from './collections.ts';
import { answered } from './errors.ts';
import { identityIn, recordId } from './ids.ts';
import { HEAD_FIELDS, type HeadDocument, headOf, unpackedText } from './record-document.ts';
import { bsonTextOf } from './text-codec.ts';

/** How much one call looks at. */
interface SearchBounds {
  records: number;
  contentBytes: number;
  /** Of the texts in the heads found. */
  headBytes: number;
}

const BOUNDS: SearchBounds = {
  records: SEARCHED_RECORDS_MAX,
  contentBytes: SEARCHED_BYTES_MAX,
  headBytes: PAGE_BYTES_MAX,
};
/** Documents of one answer of the server, where contents come along. */
const CONTENTS_BATCH = 128;

type RecordFilter = Filter<RecordDocument>;
type FoundDocument = HeadDocument & Pick<RecordDocument, 'score'> & Partial<Pick<RecordDocument, 'content'>>;

/** The field that each order goes by. */
const FIELDS = { time: 'atMs', score: 'score' } as const satisfies Record<RecordSearch['sort'], string>;
type Field = (typeof FIELDS)[keyof typeof FIELDS];
/** The index that has this order already: a server that chose another would sort all that it finds. */
const INDEXES = { atMs: 'by_time', score: 'by_score' } as const satisfies Record<Field, string>;

export class Search {
  readonly #records: Collections['records'];
  readonly #bounds: SearchBounds;

  constructor({ records }: Collections, bounds: Partial<SearchBounds> = {}) {
    this.#records = records;
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  /** @throws AppError `invalid-request` for a cursor of another list, or of nobody's */
  async page(site: string, search: RecordSearch): Promise<Page<FoundHead>> {
    const after = search.cursor === undefined ? null : placeOf(search.sort, search.cursor);
    return answered(() => this.#pageOf(site, search, after));
  }

  async #pageOf(site: string, search: RecordSearch, after: Place | null): Promise<Page<FoundHead>> {
    const { sort, limit } = search;
    const filters = filtersOf(search);
    const text = search.q === undefined || search.q === '' ? null : this.#textOf(search.q.toLowerCase());
    const items: FoundHead[] = [];
    let headBytes = 0;
    for (const stretch of stretchesAfter(site, search, after)) {
      const stop = filters.length > 0 ? await this.#lastToScan(FIELDS[sort], stretch) : undefined;
      const until = stop === undefined ? [] : [fromPlaceOn(site, FIELDS[sort], stop)];
      const rowsMax = text === null ? limit - items.length + 1 : this.#bounds.records;
      let rows = 0;
      const found = this.#documents(
        FIELDS[sort],
        { $and: [stretch, ...until, ...filters] },
        { limit: rowsMax, withContent: text !== null },
      );
      for await (const document of found) {
        if (items.length === limit || headBytes >= this.#bounds.headBytes)
          return { items, nextCursor: items.at(-1)?.cursor };
        const cursor = cursorOf(sort, placeIn(FIELDS[sort], document));
        if (text === null || text.isIn(document)) {
          const head = headOf(document);
          headBytes += bytesIn(head);
          items.push({ head, cursor });
        }
        rows += 1;
        if (text !== null && (rows === rowsMax || text.hasReadEnough())) return { items, nextCursor: cursor };
      }
      if (stop !== undefined) return { items, nextCursor: cursorOf(sort, stop) };
    }
    return { items };
  }

  /** The last place that this call looks at; undefined where it looks at all. Keys of the index alone are read. */
  async #lastToScan(field: Field, stretch: RecordFilter): Promise<Place | undefined> {
    const [last] = await this.#records
      .find(stretch)
      .hint(INDEXES[field])
      .sort({ [field]: -1, _id: -1 })
      .skip(this.#bounds.records - 1)
      .limit(1)
      .project<Pick<FoundDocument, '_id' | 'slice' | Field>>({ slice: 1, [field]: 1 })
      .toArray();
    return last === undefined ? undefined : placeIn(field, last);
  }

  #documents(
    field: Field,
    filter: RecordFilter,
    { limit, withContent }: { limit: number; withContent: boolean },
  ): AsyncIterable<FoundDocument> {
    const found = this.#records
      .find(filter)
      .hint(INDEXES[field])
      .sort({ [field]: -1, _id: -1 })
      .limit(limit)
      .project<FoundDocument>({ ...HEAD_FIELDS, score: 1, ...(withContent ? { content: 1 } : {}) });
    return withContent ? found.batchSize(CONTENTS_BATCH) : found;
  }

  /** Looks for a text in contents, and counts what it has read of them. */
  #textOf(needle: string): { isIn(document: FoundDocument): boolean; hasReadEnough(): boolean } {
    let readBytes = 0;
    return {
      isIn({ content = '' }) {
        const text = unpackedText(content);
        readBytes += text.length;
        return contentHolds(text, needle);
      },
      hasReadEnough: () => readBytes >= this.#bounds.contentBytes,
    };
  }
}

/** The parts of a search's order from the place on (all, where there is none): each is one range of an index. */
function stretchesAfter(siteName: string, search: RecordSearch, after: Place | null): RecordFilter[] {
  const site = { $eq: siteName };
  const field = FIELDS[search.sort];
  const { from, below } = boundsOf(search);
  const within = { $gte: from ?? Number.NEGATIVE_INFINITY, ...(below === undefined ? {} : { $lt: below }) };
  const without = from === undefined && below === undefined ? [{ site, [field]: null }] : [];
  if (after === null) return [{ site, [field]: within }, ...without];
  const ids = { $lt: recordId(siteName, after) };
  if (after.value === null) return without.map(stretch => ({ ...stretch, _id: ids }));
  return [
    { site, [field]: { ...within, $eq: after.value }, _id: ids },
    { site, [field]: { ...within, $lt: Math.min(after.value, below ?? after.value) } },
    ...without,
  ];
}

/** Between what values of its own order a search looks. */
function boundsOf({ sort, fromMs, toMs, minScore }: RecordSearch): {
  from?: number | undefined;
  below?: number | undefined;
} {
  return sort === 'time' ? { from: fromMs, below: toMs } : { from: minScore };
}

/** Whatever somebody asks for is compared as a value, never read as an operator. */
function filtersOf(search: RecordSearch): RecordFilter[] {
  const { sort, fromMs, toMs, kind, verdict, minScore, source, host } = search;
  const filters: RecordFilter[] = [];
  if (sort === 'score' && fromMs !== undefined) filters.push({ atMs: { $gte: fromMs } });
  if (sort === 'score' && toMs !== undefined) filters.push({ atMs: { $lt: toMs } });
  if (sort === 'time' && minScore !== undefined) filters.push({ score: { $gte: minScore } });
  if (kind !== undefined) filters.push({ kind: { $eq: kind } });
  if (verdict !== undefined) filters.push({ verdict: { $eq: verdict } });
  if (source !== undefined) filters.push({ source: { $eq: bsonTextOf(source) } });
  if (host !== undefined) {
    const is = { $eq: bsonTextOf(host) };
    filters.push({ $or: [{ host: is }, { source: is }, { destination: is }] });
  }
  return filters;
}

/** Down to a place, that one included. */
function fromPlaceOn(site: string, field: Field, place: Place): RecordFilter {
  const ids = { $gte: recordId(site, place) };
  if (place.value === null) return { _id: ids };
  return {
    [field]: { $gte: place.value },
    $or: [{ [field]: { $gt: place.value } }, { _id: ids }],
  };
}

function placeIn(field: Field, document: Pick<FoundDocument, '_id' | 'slice' | Field>): Place {
  return { value: document[field] ?? null, slice: document.slice, identity: identityIn(document._id) };
}

/** What the texts of a head take in memory: two bytes a character at most. */
function bytesIn({ host, source, destination, domain, sensor }: RecordHead): number {
  return [host, source, destination, domain, sensor].reduce((sum, text = '') => sum + 2 * text.length, 0);
}
