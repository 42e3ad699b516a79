/**
 * The store's promises (src/store/port.ts), one case each, for every adapter. An adapter may give several handles on the
 * same data: then what one writes the other must see, and racing inserts race for good.
 */
import { describe, test } from 'vitest';
import type { Store } from '../../src/store/port.ts';
import { auditCases } from './store/audit.ts';
import { fitCases } from './store/fits.ts';
import { importCases } from './store/imports.ts';
import { keyCases } from './store/keys.ts';
import { learningCases } from './store/learning.ts';
import { leaseCases } from './store/leases.ts';
import { lifeCases } from './store/life.ts';
import { membershipCases } from './store/memberships.ts';
import { policyCases } from './store/policies.ts';
import { recordCases } from './store/records.ts';
import { sealCases } from './store/seals.ts';
import { searchCases } from './store/search.ts';
import { sliceCases } from './store/slices.ts';

export interface OpenedStore {
  /** Handles on the same data, one or more. */
  stores: readonly [Store, ...Store[]];
  /** Closes all handles and opens the data anew. */
  reopen(): Promise<Store>;
  /** Closes all handles and forgets the data. */
  dispose(): Promise<void>;
}

export interface StoreAdapter {
  name: string;
  /** A new store that holds nothing. */
  open(): Promise<OpenedStore>;
  skip?: readonly { reason: string; tests: readonly string[] }[];
}

export interface CaseContext {
  store: Store;
  /** Another handle where the adapter gives one, else the same. */
  other: Store;
  reopen(): Promise<Store>;
}

/** Name of a promise → what shows that it is kept. */
export type Cases = Record<string, (context: CaseContext) => Promise<void>>;

const CASES: Cases = {
  ...recordCases,
  ...sliceCases,
  ...searchCases,
  ...membershipCases,
  ...learningCases,
  ...sealCases,
  ...importCases,
  ...keyCases,
  ...auditCases,
  ...fitCases,
  ...policyCases,
  ...leaseCases,
  ...lifeCases,
};

export function storeContract(adapter: StoreAdapter): void {
  const reasons = new Map(
    (adapter.skip ?? []).flatMap(({ reason, tests }) => tests.map(name => [name, reason] as const)),
  );
  for (const name of reasons.keys())
    if (!(name in CASES)) throw new Error(`${adapter.name} skips “${name}”, which is no case`);

  describe(`store contract: ${adapter.name}`, () => {
    for (const [name, run] of Object.entries(CASES)) {
      const reason = reasons.get(name);
      test.skipIf(reason !== undefined)(
        reason === undefined ? name : `${name} (skipped: ${reason})`,
        async () => {
          const opened = await adapter.open();
          const [store, other = store] = opened.stores;
          try {
            await run({ store, other, reopen: () => opened.reopen() });
          } finally {
            await opened.dispose();
          }
        },
      );
    }
  });
}
