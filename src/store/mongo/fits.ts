/** What was fitted to a site's marks, by version and entry: the highest one counts, and those before it go. */
import type { StaleFits, StoredFit } from '../../domain/fit.ts';
import type { Inserted } from '../port.ts';
import type { Collections } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, numberText } from './ids.ts';
import { insertOnce } from './insert.ts';

export class Fits {
  readonly #fits: Collections['fits'];

  constructor({ fits }: Collections) {
    this.#fits = fits;
  }

  put(site: string, { version, entry, content }: StoredFit): Promise<Inserted> {
    const _id = idOf(site, numberText(version), numberText(entry));
    return insertOnce(this.#fits, { _id, version, entry, content });
  }

  last(site: string, version: number): Promise<StoredFit | null> {
    return answered(async () => {
      const _id = idsWithin(idOf(site, numberText(version)));
      const newest = await this.#fits.findOne({ _id }, { sort: { _id: -1 } });
      return newest === null ? null : { version, entry: newest.entry, content: newest.content };
    });
  }

  async purge(site: string, { version, before, since }: StaleFits): Promise<void> {
    const older = { $gt: `${site}/`, $lt: idOf(site, numberText(since)) };
    const { $gt } = idsWithin(idOf(site, numberText(version)));
    const own = { $gt, $lt: idOf(site, numberText(version), numberText(before)) };
    await answered(() => this.#fits.deleteMany({ $or: [{ _id: older }, { _id: own }] }));
  }
}
