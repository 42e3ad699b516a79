/** What a store holds, site by site, in numbers: what a backup says is in it, and a restored store must have again. */
import { modelIdOf } from '../bayes/model-id.ts';
import { Sum128 } from '../bayes/sum128.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/port.ts';
import { doneAfter } from './learning/done-entries.ts';
import { Ledger } from './learning/ledger.ts';
import { parametersIn } from './model-parameters.ts';

export interface SiteInventory {
  site: string;
  keys: number;
  records: number;
  /** Last entry of the ledger, and the last that is counted with all before it. */
  entries: number;
  entry: number;
  /** Of the counts up to `entry`, 32 hexadecimal digits: equal sums, equal counts. */
  sum: string;
  /** Id of the model that they make with the policy in force. */
  model: string;
  /** Records that intents name: they may still have to be counted. */
  waiting: number;
  /** Number and hash of the last entry of the audit; 0 and empty where there is none. */
  audit: number;
  auditHash: string;
}

/** Sites in ascending order. */
export async function inventoryOf(
  store: Store,
  policyOf: (site: string) => Promise<Policy>,
): Promise<SiteInventory[]> {
  const inventories: SiteInventory[] = [];
  for (const site of await store.listSites()) {
    const slices = await store.listSlices(site, { type: 'all' });
    const { entry, sum } = await settledOf(store, site);
    const state = await new Ledger(store).read(site);
    const [lastAudit] = await store.listAuditEntries(site, { order: 'descending', limit: 1 });
    inventories.push({
      site,
      keys: (await store.listKeys(site)).length,
      records: slices.reduce((records, slice) => records + slice.records, 0),
      entries: await store.lastEntryNumber(site),
      entry,
      sum,
      model: modelIdOf(sum, (await parametersIn({ store, policyOf }, site))(state.tokenizerAt(entry))),
      waiting: (await store.countIntents(site)).records,
      audit: lastAudit?.number ?? 0,
      auditHash: lastAudit?.hash ?? '',
    });
  }
  return inventories;
}

/** The sum of the entries that are done, up to the first that is not. */
async function settledOf(store: Store, site: string): Promise<{ entry: number; sum: string }> {
  const sum = new Sum128();
  let entry = 0;
  for await (const done of doneAfter(store, site, 0)) {
    sum.addSum(Sum128.parse(done.sum));
    entry = done.entry;
  }
  return { entry, sum: sum.toString() };
}
