/**
 * What seals keep, tried against the records of sealed slices while they are still there: every acknowledged record was
 * counted as the ledger ruled when its slice was sealed, and the incidents' shares sum to what a plain count gives.
 */
import { recordIdOf } from '../../../src/domain/identity.ts';
import type { RecordClass } from '../../../src/domain/label.ts';
import type { LedgerEntry } from '../../../src/domain/ledger.ts';
import { addEncoded, PlainCounts } from '../../../src/services/plain-counts.ts';
import { classesBy, generationsOf, sealsOf } from '../../../src/services/plain-ledger.ts';
import { countSlice } from '../../../src/services/recount.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Tokenizers } from '../../../src/tokenize/tokenizers.ts';

/** @param certain ids of records all of whose posts were acknowledged  @returns what is wrong, in words */
export async function sealProblems(
  store: Store,
  site: string,
  certain: ReadonlySet<string>,
  tokenizers: Tokenizers,
): Promise<string[]> {
  const problems: string[] = [];
  const entries = await distinctEntries(store, site);
  for (const [slice, sealedBy] of sealsOf(entries)) {
    const counted = new Map<string, RecordClass>();
    for (const manifest of await store.listManifests(site, {
      slice,
      afterEntry: 0,
      beforeEntry: sealedBy + 1,
    })) {
      for (const row of manifest.rows) counted.set(row.identity, row.class);
    }
    const before = entries.filter(({ number }) => number <= sealedBy);
    const classOf = classesBy(before);
    const tokenize = tokenizers.getTokenizer(generationsOf(before).at(-1)?.version ?? 1);
    const plain = new PlainCounts();
    const asSealed: typeof classOf = (head, lists) => {
      const asCounted = counted.get(head.identity) ?? 'none';
      if (certain.has(recordIdOf(head)) && asCounted !== classOf(head, lists))
        problems.push(
          `${recordIdOf(head)} was sealed as ${asCounted}, the ledger says ${classOf(head, lists)}`,
        );
      return asCounted;
    };
    await countSlice(plain, store, site, { slice, classOf: asSealed, tokenize });
    const kept = new PlainCounts();
    for (const key of await store.listSealKeys(site, { slice })) {
      const vector = await store.findSealVector(site, key);
      if (vector !== null) addEncoded(kept, vector.counts);
    }
    for (const token of new Set([...plain.keys(), ...kept.keys()])) {
      const [ours, theirs] = [JSON.stringify(kept.get(token)), JSON.stringify(plain.get(token))];
      if (ours !== theirs) problems.push(`slice ${slice}, ${token}: kept ${ours}, counted ${theirs}`);
    }
  }
  return problems;
}

/** Without those whose id was there before. */
export async function distinctEntries(store: Store, site: string): Promise<LedgerEntry[]> {
  const byId = new Map<string, LedgerEntry>();
  const last = await store.lastEntryNumber(site);
  for (const entry of await store.listEntries(site, 0, last))
    if (!byId.has(entry.id)) byId.set(entry.id, entry);
  return [...byId.values()];
}
