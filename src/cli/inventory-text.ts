/** What a backup or a restored folder holds, for people. */
import type { SiteInventory } from '../services/inventory.ts';
import { plainText } from './plain-text.ts';

/** A colon, and a line for each site. */
export function inventoryText(sites: readonly SiteInventory[]): string {
  const lines = sites.map(({ site, records, keys, entries, entry, model, waiting }) => {
    const counted =
      entry === entries && waiting === 0 ? 'all learnt' : `learnt up to entry ${entry} of ${entries}`;
    return plainText(`  site ${site}: ${records} records, ${keys} keys, ${counted}, model ${model}`);
  });
  return `:\n${lines.join('\n')}\n`;
}
