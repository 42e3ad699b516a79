/** The ledger of a site: entries without gaps, their plans, and which of them are counted. */
import type { Done, LedgerEntry, Plan } from '../../domain/ledger.ts';
import type { Inserted } from '../port.ts';
import { decodeRefs, encodeRefs } from '../refs-codec.ts';
import { binaryOf, viewOf } from './bytes.ts';
import type { Collections, EntryDocument } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, idOf, idsWithin, numberText } from './ids.ts';
import { insertOnce } from './insert.ts';

export class Ledger {
  readonly #entries: Collections['entries'];
  readonly #plans: Collections['plans'];
  readonly #done: Collections['done'];

  constructor({ entries, plans, done }: Collections) {
    this.#entries = entries;
    this.#plans = plans;
    this.#done = done;
  }

  putEntry(site: string, entry: LedgerEntry): Promise<Inserted> {
    const late = entry.type === 'late';
    return insertOnce(this.#entries, {
      _id: idOf(site, numberText(entry.number)),
      content: JSON.stringify(late ? { ...entry, records: [] } : entry),
      lateRefs: late ? binaryOf(encodeRefs(entry.records)) : undefined,
    });
  }

  listEntries(site: string, after: number, limit: number): Promise<LedgerEntry[]> {
    return answered(async () => {
      const documents = await this.#entries
        .find({ _id: numbersAfter(site, after) })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map(entryOf);
    });
  }

  lastEntryNumber(site: string): Promise<number> {
    return answered(async () => {
      const [last] = await this.#entries
        .find({ _id: idsWithin(site) })
        .sort({ _id: -1 })
        .limit(1)
        .project<Pick<EntryDocument, '_id'>>({ _id: 1 })
        .toArray();
      return last === undefined ? 0 : Number(last._id.slice(last._id.indexOf('/') + 1));
    });
  }

  putPlan(site: string, { entry, slices }: Plan): Promise<Inserted> {
    return insertOnce(this.#plans, {
      _id: idOf(site, numberText(entry)),
      slices: JSON.stringify(slices.map(({ slice, parts }) => [slice, parts])),
    });
  }

  async findPlan(site: string, entry: number): Promise<Plan | null> {
    const found = await answered(() => this.#plans.findOne({ _id: idOf(site, numberText(entry)) }));
    if (found === null) return null;
    const pairs = JSON.parse(found.slices) as [slice: number, parts: number][];
    return { entry, slices: pairs.map(([slice, parts]) => ({ slice, parts })) };
  }

  putDone(site: string, { entry, sum, doneAtMs }: Done): Promise<Inserted> {
    return insertOnce(this.#done, { _id: idOf(site, numberText(entry)), entry, sum, doneAtMs });
  }

  listDone(site: string, after: number, limit: number): Promise<Done[]> {
    return answered(async () => {
      const documents = await this.#done
        .find({ _id: numbersAfter(site, after) })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map(({ entry, sum, doneAtMs }) => ({ entry, sum, doneAtMs }));
    });
  }
}

/** The ids of a site with a greater number. */
function numbersAfter(site: string, number: number): { $gt: string; $lt: string } {
  return { $gt: idOf(site, numberText(number)), $lt: afterIdsWithin(site) };
}

function entryOf({ content, lateRefs }: EntryDocument): LedgerEntry {
  const entry = JSON.parse(content) as LedgerEntry;
  if (entry.type !== 'late') return entry;
  return { ...entry, records: lateRefs === undefined ? [] : decodeRefs(viewOf(lateRefs)) };
}
