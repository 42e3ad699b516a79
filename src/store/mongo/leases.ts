/** Who works on a site, by epoch: the highest one counts, and those before it go. */
import type { Lease } from '../../domain/lease.ts';
import type { Inserted } from '../port.ts';
import type { Collections } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, numberText } from './ids.ts';
import { insertOnce } from './insert.ts';

export class Leases {
  readonly #leases: Collections['leases'];

  constructor({ leases }: Collections) {
    this.#leases = leases;
  }

  put(site: string, { epoch, holder }: Lease): Promise<Inserted> {
    return insertOnce(this.#leases, { _id: idOf(site, numberText(epoch)), epoch, holder });
  }

  last(site: string): Promise<Lease | null> {
    return answered(async () => {
      const newest = await this.#leases.findOne({ _id: idsWithin(site) }, { sort: { _id: -1 } });
      return newest === null ? null : { epoch: newest.epoch, holder: newest.holder };
    });
  }

  async purge(site: string, before: number): Promise<void> {
    await answered(() =>
      this.#leases.deleteMany({ _id: { $gt: `${site}/`, $lt: idOf(site, numberText(before)) } }),
    );
  }
}
