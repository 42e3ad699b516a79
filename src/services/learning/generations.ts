/**
 * Generations of tokenizers: a newer tokenizer is an entry of the ledger, which counts open slices again; once that is done,
 * the segments before it count no more and go. LedgerState.generationOf says what counts of a slice.
 */
import { Sum128 } from '../../bayes/sum128.ts';
import type { SegmentKey } from '../../domain/ledger.ts';
import type { LearningDependencies } from './dependencies.ts';
import type { LedgerState } from './ledger-state.ts';

/** Segments that go in one call: an embedded store keeps its thread for as long. */
const REMOVED_SEGMENTS = 64;

type Breathing = Pick<LearningDependencies, 'store' | 'breathe'>;

/**
 * Begins a generation where this program has a newer tokenizer than the ledger. It must know the ledger's too, for what is
 * not counted yet is finished with that.
 * @returns whether an entry was appended
 * @throws AppError `tokenizer-unknown` where the ledger's is newer than what this program knows, or was dropped from it
 */
export async function appendTokenizer(
  {
    ledger,
    clock,
    newId,
    tokenizers,
  }: Pick<LearningDependencies, 'ledger' | 'clock' | 'newId' | 'tokenizers'>,
  site: string,
): Promise<boolean> {
  const version = (await ledger.read(site)).tokenizerAt();
  tokenizers.getTokenizer(version);
  if (tokenizers.newest <= version) return false;
  const draft = { type: 'tokenizer', version: tokenizers.newest } as const;
  await ledger.append(site, { ...draft, id: newId(), appendedAtMs: clock.nowMs() });
  return true;
}

/** Sum of the segments that a generation takes the place of: those that counted up to the entry before the one that begins it. */
export async function replacedSum(
  { store, breathe }: Breathing,
  site: string,
  state: LedgerState,
  entry: number,
): Promise<Sum128> {
  const sum = new Sum128();
  for (let number = 1; number < entry; number++) {
    for (const key of await store.listSegmentKeys(site, number)) {
      if (isInForce(state, key, entry - 1) && !isInForce(state, key, entry))
        sum.addSum(Sum128.parse(key.sum));
    }
    await breathe?.();
  }
  return sum;
}

/**
 * Removes the segments that count no more. A worker that slept may insert some again, which count no more either, and go at
 * the next call.
 * @param doneTo the last entry that is counted
 * @returns how many segments went
 */
export async function removeReplaced(
  { store, breathe }: Breathing,
  site: string,
  state: LedgerState,
  doneTo: number,
): Promise<number> {
  let removed = 0;
  for (let number = 1; number < state.generationAt(doneTo); number++) {
    const stale = (await store.listSegmentKeys(site, number)).filter(key => !isInForce(state, key, doneTo));
    for (let at = 0; at < stale.length; at += REMOVED_SEGMENTS) {
      await store.deleteSegments(site, stale.slice(at, at + REMOVED_SEGMENTS));
      await breathe?.();
    }
    removed += stale.length;
    await breathe?.();
  }
  return removed;
}

/** Whether a segment counts when everything up to an entry is done. */
export function isInForce(
  state: LedgerState,
  { entry, slice }: Pick<SegmentKey, 'entry' | 'slice'>,
  upTo: number,
): boolean {
  return entry <= upTo && entry >= state.generationOf(slice, upTo);
}
