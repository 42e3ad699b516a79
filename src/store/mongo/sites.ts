/** Sites are names that hold a key, a record or a ledger entry. */
import type { Collection } from 'mongodb';
import type { Collections } from './collections.ts';
import { answered } from './errors.ts';
import { afterIdsWithin, siteIn } from './ids.ts';
import type { StoreDocument } from './insert.ts';

/** Ascending. */
export function listSites({ keys, records, entries }: Collections): Promise<string[]> {
  return answered(async () => {
    const withKeys = await keys.distinct('site');
    const sites = new Set([...withKeys, ...(await sitesOf(records)), ...(await sitesOf(entries))]);
    return [...sites].sort();
  });
}

/** One look into the index for each site: from the first id of one to the first id behind all of its. */
async function sitesOf<T extends StoreDocument>(collection: Collection<T>): Promise<string[]> {
  const sites: string[] = [];
  for (let from = ''; ; from = afterIdsWithin(sites.at(-1) ?? '')) {
    const [next] = await collection
      .aggregate<StoreDocument>([
        { $match: { _id: { $gte: from } } },
        { $sort: { _id: 1 } },
        { $limit: 1 },
        { $project: { _id: 1 } },
      ])
      .toArray();
    if (next === undefined) return sites;
    sites.push(siteIn(next._id));
  }
}
