/** What was fitted to a site's marks, by entry: the highest one counts, and those before it go. */
import type { StoredFit } from '../../domain/fit.ts';
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

  put(site: string, { entry, content }: StoredFit): Promise<Inserted> {
    return insertOnce(this.#fits, { _id: idOf(site, numberText(entry)), entry, content });
  }

  last(site: string): Promise<StoredFit | null> {
    return answered(async () => {
      const newest = await this.#fits.findOne({ _id: idsWithin(site) }, { sort: { _id: -1 } });
      return newest === null ? null : { entry: newest.entry, content: newest.content };
    });
  }

  async purge(site: string, before: number): Promise<void> {
    await answered(() =>
      this.#fits.deleteMany({ _id: { $gt: `${site}/`, $lt: idOf(site, numberText(before)) } }),
    );
  }
}
