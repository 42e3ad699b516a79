/**
 * Where the placebos of a window lie: in the good traffic of the same hours of other days, else of other hours. Which of them is
 * drawn by hashes, so that nobody's mark is laid beside chosen traffic, and equal sites draw the same.
 */
import { seededHash } from '../../bayes/fit/fit-sample.ts';
import { SLICE_MS, type Slice } from '../../domain/identity.ts';
import { countBelow } from '../../domain/rising.ts';
import { DAY_MS } from '../../domain/time.ts';

export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Of stretches of one kind those with less than this share of the mean are left out: there the good begins, ends or rests. */
const SHARE_OF_MEAN_MIN = 0.5;

/** How much good traffic lies in any stretch of time. */
export class GoodTimeline {
  readonly #slices: readonly Slice[];
  /** Good records of all slices before the one with this index. */
  readonly #before: Float64Array;

  /** @param good by hour, ascending */
  constructor(good: readonly { slice: Slice; records: number }[]) {
    this.#slices = good.map(({ slice }) => slice);
    this.#before = new Float64Array(good.length + 1);
    for (const [index, { records }] of good.entries())
      this.#before[index + 1] = (this.#before[index] as number) + records;
  }

  /** Of hours that the stretch covers in part, that part. */
  recordsIn({ fromMs, toMs }: Stretch): number {
    return Math.max(0, this.#until(toMs) - this.#until(fromMs));
  }

  #until(atMs: number): number {
    const hour = Math.floor(atMs / SLICE_MS);
    const index = countBelow(this.#slices, hour);
    const before = this.#before[index] as number;
    if (this.#slices[index] !== hour) return before;
    return before + ((this.#before[index + 1] as number) - before) * (atMs / SLICE_MS - hour);
  }

  /**
   * By how much a stretch may be shifted to lie in the good, in ms, those of whole days first.
   * @param recordsMax a stretch that holds more is too large to be counted
   * @param taken stretches that a placebo must not touch
   * @param seed integer ≥ 0
   */
  shifts(stretch: Stretch, recordsMax: number, taken: readonly Stretch[], seed: number): number[] {
    const { fromMs, toMs } = stretch;
    const first = Math.floor(fromMs / SLICE_MS);
    const possible = this.#slices.flatMap((slice): Shift[] => {
      const shiftMs = (slice - first) * SLICE_MS;
      const shifted = { fromMs: fromMs + shiftMs, toMs: toMs + shiftMs };
      const records = this.recordsIn(shifted);
      if (records === 0 || records > recordsMax) return [];
      if ([stretch, ...taken].some(other => other.fromMs < shifted.toMs && shifted.fromMs < other.toMs))
        return [];
      return [{ shiftMs, records, hash: seededHash(`${fromMs} ${toMs} ${shiftMs}`, seed) }];
    });
    const isOfDays = ({ shiftMs }: Shift) => shiftMs % DAY_MS === 0;
    return [possible.filter(isOfDays), possible.filter(shift => !isOfDays(shift))].flatMap(drawn);
  }
}

interface Shift {
  shiftMs: number;
  /** Good records there. */
  records: number;
  hash: number;
}

/** Those with enough traffic, lowest hash first. */
function drawn(shifts: readonly Shift[]): number[] {
  const mean = shifts.reduce((sum, { records }) => sum + records, 0) / shifts.length;
  return shifts
    .filter(({ records }) => records >= SHARE_OF_MEAN_MIN * mean)
    .sort((a, b) => a.hash - b.hash || a.shiftMs - b.shiftMs)
    .map(({ shiftMs }) => shiftMs);
}
