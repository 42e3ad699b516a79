/**
 * Which slices hold something that a scope may cover, with their sizes. Sizes are counted from an index over the records
 * each time: a number kept beside them would be a second truth, which a crash between two inserts makes wrong.
 */
import type { Filter } from 'mongodb';
import { SLICE_MS, type Slice } from '../../domain/identity.ts';
import type { SliceQuery, SliceSize } from '../port.ts';
import type { Collections, RecordDocument } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, partOf, sliceText } from './ids.ts';

/** It holds all that sizes and receipts are counted from, so that no record is read. */
const COUNTED = { hint: 'by_slice' } as const;

export class Slices {
  readonly #records: Collections['records'];
  readonly #memberships: Collections['memberships'];

  constructor({ records, memberships }: Collections) {
    this.#records = records;
    this.#memberships = memberships;
  }

  list(site: string, query: SliceQuery): Promise<SliceSize[]> {
    return answered(async () => {
      const sizes = await this.#list(site, query);
      return sizes.sort((a, b) => a.slice - b.slice);
    });
  }

  async #list(site: string, query: SliceQuery): Promise<SliceSize[]> {
    switch (query.type) {
      case 'all':
        return this.#sizes({ site: { $eq: site } });
      case 'named':
        return this.#sizesOf(site, query.slices);
      case 'time': {
        const { fromMs, toMs } = query;
        const byHash = await this.#records.distinct('slice', {
          site: { $eq: site },
          atMs: { $gte: fromMs, $lt: toMs },
          _id: { $lt: idOf(site, sliceText(0)) },
        });
        const first = Math.max(0, Math.floor(fromMs / SLICE_MS));
        const last = Math.ceil(toMs / SLICE_MS) - 1;
        return [
          ...(await this.#sizesOf(site, byHash)),
          ...(await this.#sizes({ site: { $eq: site }, slice: { $gte: first, $lte: last } })),
        ];
      }
      case 'due':
        return this.#sizesOf(
          site,
          await this.#records.distinct('slice', {
            site: { $eq: site },
            dueMs: { $gt: query.afterMs, $lte: query.untilMs },
          }),
        );
      case 'received':
        return this.#sizesOf(site, await this.#receivedBy(site, query.untilMs));
      case 'list': {
        const ofMark = idOf(site, partOf(query.markId));
        return this.#sizesOf(site, await this.#memberships.distinct('slice', { _id: idsWithin(ofMark) }));
      }
    }
  }

  async #receivedBy(site: string, untilMs: number): Promise<Slice[]> {
    const slices = await this.#records
      .aggregate<{ _id: Slice }>(
        [
          { $match: { site: { $eq: site } } },
          { $sort: { slice: -1, receivedAtMs: -1 } },
          { $group: { _id: '$slice', newest: { $first: '$receivedAtMs' } } },
          { $match: { newest: { $lte: untilMs } } },
        ],
        COUNTED,
      )
      .toArray();
    return slices.map(({ _id }) => _id);
  }

  async #sizesOf(site: string, slices: readonly Slice[]): Promise<SliceSize[]> {
    return slices.length === 0 ? [] : this.#sizes({ site: { $eq: site }, slice: { $in: slices } });
  }

  async #sizes(records: Filter<RecordDocument>): Promise<SliceSize[]> {
    const sizes = await this.#records
      .aggregate<{ _id: Slice; records: number; symbols: number }>(
        [
          { $match: records },
          { $group: { _id: '$slice', records: { $sum: 1 }, symbols: { $sum: '$symbols' } } },
        ],
        COUNTED,
      )
      .toArray();
    return sizes.map(({ _id: slice, records, symbols }) => ({ slice, records, symbols }));
  }
}
