/** Intents: announced before a batch is stored, deleted once nothing of it is due. */
import type { Intent } from '../../domain/ledger.ts';
import { type MarkRun, markRunsOf, marksOf } from '../mark-runs.ts';
import { decodeRefs, encodeRefs } from '../refs-codec.ts';
import { binaryOf, viewOf } from './bytes.ts';
import type { Collections, IntentDocument } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, partOf } from './ids.ts';
import { insertOnce } from './insert.ts';
import { bsonTextOf, textOf } from './text-codec.ts';

export class Intents {
  readonly #intents: Collections['intents'];

  constructor({ intents }: Collections) {
    this.#intents = intents;
  }

  async put(site: string, { id, createdAtMs, records, memberships }: Intent): Promise<void> {
    await insertOnce(this.#intents, {
      _id: idOf(site, partOf(id)),
      site,
      id: bsonTextOf(id),
      createdAtMs,
      records: records.length,
      recordRefs: binaryOf(encodeRefs(records)),
      membershipMarks: JSON.stringify(markRunsOf(memberships)),
      membershipRefs: binaryOf(encodeRefs(memberships.map(({ record }) => record))),
    });
  }

  list(site: string, limit: number): Promise<Intent[]> {
    return answered(async () => {
      const documents = await this.#intents
        .find({ site: { $eq: site } })
        .sort({ createdAtMs: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return documents.map(intentOf);
    });
  }

  count(site: string): Promise<{ intents: number; records: number }> {
    return answered(async () => {
      const [sums] = await this.#intents
        .aggregate<{ intents: number; records: number }>([
          { $match: { site: { $eq: site } } },
          { $group: { _id: null, intents: { $sum: 1 }, records: { $sum: '$records' } } },
        ])
        .toArray();
      return { intents: sums?.intents ?? 0, records: sums?.records ?? 0 };
    });
  }

  async delete(site: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const gone = ids.map(id => idOf(site, partOf(id)));
    await answered(() => this.#intents.deleteMany({ _id: { $in: gone } }));
  }
}

function intentOf(document: IntentDocument): Intent {
  const refs = decodeRefs(viewOf(document.membershipRefs));
  const marks = marksOf(JSON.parse(document.membershipMarks) as MarkRun[]);
  return {
    id: textOf(document.id),
    createdAtMs: document.createdAtMs,
    records: decodeRefs(viewOf(document.recordRefs)),
    memberships: refs.map((record, index) => ({ markId: marks[index] ?? '', record })),
  };
}
