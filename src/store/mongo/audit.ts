/**
 * The audit of each site: entries by number, inserted once. The number in the id is the one that counts: whoever pages by
 * numbers must get on, whatever somebody has written into the content.
 */
import type { AuditEntry } from '../../domain/audit.ts';
import type { AuditQuery } from '../port.ts';
import type { AuditDocument, Collections } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, idOf, idsWithin, numberText } from './ids.ts';
import { insertUpToTaken } from './insert.ts';

export class Audit {
  readonly #audit: Collections['audit'];

  constructor({ audit }: Collections) {
    this.#audit = audit;
  }

  put(site: string, entries: readonly AuditEntry[]): Promise<number> {
    return insertUpToTaken(
      this.#audit,
      entries.map(entry => ({
        _id: idOf(site, numberText(entry.number)),
        number: entry.number,
        content: JSON.stringify(entry),
      })),
    );
  }

  list(site: string, { after = 0, before, order, limit }: AuditQuery): Promise<AuditEntry[]> {
    const ids = {
      $gt: idOf(site, numberText(after)),
      $lt: before === undefined ? afterIdsWithin(site) : idOf(site, numberText(before)),
    };
    return answered(async () => {
      const documents = await this.#audit
        .find({ _id: ids })
        .sort({ _id: order === 'ascending' ? 1 : -1 })
        .limit(limit)
        .toArray();
      return documents.map(({ number, content }) => ({ ...(JSON.parse(content) as AuditEntry), number }));
    });
  }

  purge(site: string, { upTo, limit }: { upTo: number; limit: number }): Promise<number> {
    const idOnly = { projection: { _id: 1 } } as const;
    return answered(async () => {
      const newest = await this.#audit.findOne({ _id: idsWithin(site) }, { ...idOnly, sort: { _id: -1 } });
      if (newest === null) return 0;
      const going = await this.#audit
        .find({ _id: { $gt: `${site}/`, $lte: idOf(site, numberText(upTo)), $lt: newest._id } })
        .sort({ _id: 1 })
        .limit(limit)
        .project<Pick<AuditDocument, '_id'>>({ _id: 1 })
        .toArray();
      await this.#audit.deleteMany({ _id: { $in: going.map(({ _id }) => _id) } });
      return going.length;
    });
  }
}
