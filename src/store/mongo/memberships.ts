/** Which records belong to the list of a mark. */
import type { RecordRef, Slice } from '../../domain/identity.ts';
import type { Membership } from '../../domain/ledger.ts';
import type { Collections, MembershipDocument } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, identityIn, idOf, idsWithin, partOf, recordId, sliceText } from './ids.ts';
import { insertEach } from './insert.ts';
import { bsonTextOf, textOf } from './text-codec.ts';

/** Records of one query: 200 kB of ids. */
const RECORDS_MAX = 4_096;

export class Memberships {
  readonly #memberships: Collections['memberships'];

  constructor({ memberships }: Collections) {
    this.#memberships = memberships;
  }

  async put(site: string, memberships: readonly Membership[]): Promise<void> {
    await insertEach(
      this.#memberships,
      memberships.map(({ markId, record: { slice, identity } }) => ({
        _id: idOf(site, partOf(markId), sliceText(slice), identity),
        mark: bsonTextOf(markId),
        slice,
        record: recordId(site, { slice, identity }),
      })),
    );
  }

  async find(site: string, refs: readonly RecordRef[]): Promise<Membership[]> {
    const found: Membership[] = [];
    for (let at = 0; at < refs.length; at += RECORDS_MAX) {
      const records = refs.slice(at, at + RECORDS_MAX).map(ref => recordId(site, ref));
      const documents = await answered(() => this.#memberships.find({ record: { $in: records } }).toArray());
      for (const document of documents) found.push(membershipOf(document));
    }
    return found;
  }

  list(
    site: string,
    query: { markId: string; slice: Slice; after?: string | undefined; limit: number },
  ): Promise<Membership[]> {
    const { markId, slice, after = '', limit } = query;
    const ofSlice = idOf(site, partOf(markId), sliceText(slice));
    return answered(async () => {
      const documents = await this.#memberships
        .find({ _id: { $gt: `${ofSlice}/${after}`, $lt: afterIdsWithin(ofSlice) } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map(membershipOf);
    });
  }

  count(site: string, markId: string): Promise<number> {
    return answered(() => this.#memberships.countDocuments({ _id: idsWithin(idOf(site, partOf(markId))) }));
  }
}

function membershipOf({ mark, slice, record }: MembershipDocument): Membership {
  return { markId: textOf(mark), record: { slice, identity: identityIn(record) } };
}
