/** What is kept of sealed slices, and how their records go. */
import type { Slice } from '../../domain/identity.ts';
import type { SealKey, SealVector } from '../../domain/ledger.ts';
import type { Inserted } from '../port.ts';
import { binaryOf, bytesOf } from './bytes.ts';
import type { Collections, RecordDocument } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, numberText, sliceText } from './ids.ts';
import { insertOnce } from './insert.ts';

export class Seals {
  readonly #sealVectors: Collections['sealVectors'];
  readonly #records: Collections['records'];
  readonly #memberships: Collections['memberships'];
  readonly #manifests: Collections['manifests'];

  constructor({ sealVectors, records, memberships, manifests }: Collections) {
    this.#sealVectors = sealVectors;
    this.#records = records;
    this.#memberships = memberships;
    this.#manifests = manifests;
  }

  putVector(site: string, vector: SealVector): Promise<Inserted> {
    const { chunks, sum, counts } = vector;
    return insertOnce(this.#sealVectors, {
      _id: vectorId(site, vector),
      site,
      ...sealKeyOf(vector),
      chunks,
      sum,
      counts: binaryOf(counts),
    });
  }

  listKeys(
    site: string,
    { incident, slice }: { incident?: number | undefined; slice?: Slice | undefined },
  ): Promise<SealKey[]> {
    const ids = idsWithin(slice === undefined ? site : idOf(site, sliceText(slice)));
    return answered(async () => {
      const documents = await this.#sealVectors
        .find({
          _id: ids,
          ...(incident === undefined ? {} : { site: { $eq: site }, incident: { $eq: incident } }),
        })
        .sort({ _id: 1 })
        .project<SealKey>({ slice: 1, incident: 1, part: 1, chunk: 1 })
        .toArray();
      return documents.map(sealKeyOf);
    });
  }

  async findVector(site: string, key: SealKey): Promise<SealVector | null> {
    const found = await answered(() => this.#sealVectors.findOne({ _id: vectorId(site, key) }));
    if (found === null) return null;
    const { chunks, sum, counts } = found;
    return { ...sealKeyOf(found), chunks, sum, counts: bytesOf(counts) };
  }

  /**
   * What hangs on records goes before they do: who is cut off in between leaves records, by which the next call finds what
   * is left to delete.
   */
  purgeRecords(
    site: string,
    { slice, receivedUntilMs, limit }: { slice: Slice; receivedUntilMs: number; limit: number },
  ): Promise<number> {
    const ofSlice = idsWithin(idOf(site, sliceText(slice)));
    return answered(async () => {
      const found = await this.#records
        .find({ _id: ofSlice, receivedAtMs: { $lte: receivedUntilMs } })
        .sort({ _id: 1 })
        .limit(limit)
        .project<Pick<RecordDocument, '_id'>>({ _id: 1 })
        .toArray();
      if (found.length === 0) return 0;
      const going = found.map(({ _id }) => _id);
      const stays = await this.#records.findOne(
        { _id: { ...ofSlice, $nin: going } },
        { projection: { _id: 1 } },
      );
      if (stays === null) {
        await this.#manifests.deleteMany({ _id: ofSlice });
        await this.#memberships.deleteMany({ record: ofSlice });
      } else {
        await this.#memberships.deleteMany({ record: { $in: going } });
      }
      await this.#records.deleteMany({ _id: { $in: going } });
      return going.length;
    });
  }
}

function vectorId(site: string, { slice, incident, part, chunk }: SealKey): string {
  return idOf(site, sliceText(slice), numberText(incident), numberText(part), numberText(chunk));
}

function sealKeyOf({ slice, incident, part, chunk }: SealKey): SealKey {
  return { slice, incident, part, chunk };
}
