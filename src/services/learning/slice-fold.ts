/**
 * What has been counted of a slice so far: the fold of its manifests in ledger order. Manifests never change and those
 * of done entries are complete, so a fold is kept and only ever grows by later entries.
 */
import type { EpisodeId, Identity, Slice } from '../../domain/identity.ts';
import type { RecordClass } from '../../domain/label.ts';
import type { Store } from '../../store/port.ts';

export interface Counted {
  class: RecordClass;
  decidedBy: number;
  episode: EpisodeId;
}

interface Fold {
  /** Manifests of entries up to this one are in it. */
  upTo: number;
  counted: Map<Identity, Counted>;
}

/** Rows kept over all folds of one process: about 200 bytes each. */
const CACHED_ROWS_MAX = 2_000_000;

export class SliceFolds {
  readonly #store: Store;
  /** By site and slice, least recently used first. */
  readonly #folds = new Map<string, Fold>();
  #rows = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What entries before this one have counted in the slice. Entries before it must be done. */
  async before(site: string, slice: Slice, entry: number): Promise<ReadonlyMap<Identity, Counted>> {
    const key = `${site}/${slice}`;
    let fold = this.#folds.get(key);
    if (fold === undefined || fold.upTo >= entry) {
      if (fold !== undefined) this.#rows -= fold.counted.size;
      fold = { upTo: 0, counted: new Map() };
    }
    this.#folds.delete(key);
    this.#folds.set(key, fold);
    if (fold.upTo === entry - 1) return fold.counted;
    const sizeBefore = fold.counted.size;
    const manifests = await this.#store.listManifests(site, {
      slice,
      afterEntry: fold.upTo,
      beforeEntry: entry,
    });
    for (const { rows } of manifests) {
      for (const { identity, class: recordClass, decidedBy, episode } of rows) {
        fold.counted.set(identity, { class: recordClass, decidedBy, episode });
      }
    }
    fold.upTo = entry - 1;
    this.#rows += fold.counted.size - sizeBefore;
    this.#evict(key);
    return fold.counted;
  }

  #evict(inUse: string): void {
    for (const [key, fold] of this.#folds) {
      if (this.#rows <= CACHED_ROWS_MAX || key === inUse) return;
      this.#folds.delete(key);
      this.#rows -= fold.counted.size;
    }
  }
}
