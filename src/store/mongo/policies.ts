/** The policies that were set in a site, by number: the highest one is in force. */
import { type SetPolicy, setPolicyOf } from '../../domain/policy.ts';
import type { Inserted } from '../port.ts';
import type { Collections } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, numberText } from './ids.ts';
import { insertOnce } from './insert.ts';

export class Policies {
  readonly #policies: Collections['policies'];

  constructor({ policies }: Collections) {
    this.#policies = policies;
  }

  put(site: string, policy: SetPolicy): Promise<Inserted> {
    return insertOnce(this.#policies, {
      _id: idOf(site, numberText(policy.number)),
      content: JSON.stringify(policy),
    });
  }

  last(site: string): Promise<SetPolicy | null> {
    return answered(async () => {
      const newest = await this.#policies.findOne({ _id: idsWithin(site) }, { sort: { _id: -1 } });
      return newest === null ? null : setPolicyOf(newest.content);
    });
  }
}
