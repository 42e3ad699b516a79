/**
 * The policy of each site: what was set last, else what the environment says. It is read of the store wherever it is to be
 * known now. Who scores goes by the policy that its model was made with (models.ts), so that the score and the verdict of a
 * record are by one.
 */
import type { Policy, PolicyInForce, SetPolicy } from '../domain/policy.ts';
import type { Store } from '../store/port.ts';

export class Policies {
  readonly #store: Pick<Store, 'lastPolicy'>;
  readonly #environment: Policy;

  /** @param environment what holds in a site whose policy was never set */
  constructor(store: Pick<Store, 'lastPolicy'>, environment: Policy) {
    this.#store = store;
    this.#environment = environment;
  }

  async inForce(site: string): Promise<PolicyInForce> {
    const last = await this.#store.lastPolicy(site);
    return last === null ? { policy: this.#environment, set: null } : inForceBy(last);
  }

  async policyOf(site: string): Promise<Policy> {
    return (await this.inForce(site)).policy;
  }
}

export function inForceBy({ policy, ...set }: SetPolicy): PolicyInForce {
  return { policy, set };
}
