/** Setting a site's policy: a document more, and whoever serves the site is told. */

import type { Bus } from '../bus/port.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { isSamePolicy, type Policy, type PolicyInForce, type SetPolicy } from '../domain/policy.ts';
import type { Store } from '../store/port.ts';
import type { Caller } from './caller.ts';
import { inForceBy } from './policies.ts';

export interface SettingDependencies {
  store: Pick<Store, 'lastPolicy' | 'putPolicy'>;
  clock: Clock;
  bus: Pick<Bus, 'publish'>;
  /** Where this process serves the site: by the newest policy from now on. */
  serveNewest: (site: string) => Promise<unknown>;
  /** Told why this process does not serve by it yet; it will, when it looks again. */
  onError: (error: unknown, what: string) => void;
}

/**
 * Sets it durably; what this process answers afterwards is by it, and others follow within seconds. Setting once more what
 * was set last changes nothing.
 * @param after number of the policy that this one is to follow, 0 where none was set; absent, it follows whatever is there
 * @throws AppError `policy-changed` where the last one has another number
 */
export async function setPolicy(
  deps: SettingDependencies,
  caller: Caller,
  policy: Policy,
  after?: number,
): Promise<PolicyInForce> {
  const { bus, serveNewest, onError } = deps;
  const { site } = caller;
  const set = await insertNext(deps, caller, policy, after);
  await serveNewest(site).catch(error => onError(error, `serving site ${site} by its new policy`));
  await bus.publish({ type: 'policy', site, number: set.number });
  return inForceBy(set);
}

async function insertNext(
  { store, clock }: SettingDependencies,
  { site, keyId }: Caller,
  policy: Policy,
  after: number | undefined,
): Promise<SetPolicy> {
  for (;;) {
    const last = await store.lastPolicy(site);
    const lastNumber = last?.number ?? 0;
    if (after !== undefined && after !== lastNumber) throw changed(last);
    if (last !== null && isSamePolicy(last.policy, policy)) return last;
    const next: SetPolicy = { number: lastNumber + 1, policy, setAtMs: clock.nowMs(), by: keyId };
    if ((await store.putPolicy(site, next)) === 'inserted') return next;
  }
}

function changed(last: SetPolicy | null): AppError {
  const now = last === null ? 'none was ever set' : `the last one is number ${last.number}, by ${last.by}`;
  return new AppError('policy-changed', `the policy is another one than the one that was read: ${now}`);
}
