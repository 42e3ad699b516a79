/**
 * One worker a site at a time, as far as workers can know of each other: the others wait until the site is let go, or until
 * its holder has not been heard of for so long, by the clock of who waits. It saves the same work being done twice;
 * a holder that slept and wakes up goes on beside its successor, and the protocol of learning lets it.
 *
 * Nothing but inserts: a holder that beats inserts the next epoch, as does who lets go, and who takes over.
 */
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Store } from '../store/port.ts';

/** Whoever was not heard of for so long is taken for dead: several beats, and a pause of the garbage collector. */
export const LEASE_MS = 10_000;
const BEAT_MS = 3_000;
/** How often who waits looks. */
const LOOK_MS = 500;

export interface SiteLeasesDependencies {
  store: Pick<Store, 'putLease' | 'lastLease' | 'purgeLeases'>;
  clock: Pick<Clock, 'monotonicMs'>;
  /** Of this process, and of no other. */
  holder: string;
  /** Resolves after some milliseconds, or at once where the signal says so. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of beats that could not be inserted: the work goes on. */
  onError: (error: unknown, what: string) => void;
}

export class SiteLeases {
  readonly #deps: SiteLeasesDependencies;
  readonly #closing = new AbortController();
  /** The last epochs of sites whose work is done here and that could not be let go of: the store was away. */
  readonly #done = new Map<string, number>();

  constructor(deps: SiteLeasesDependencies) {
    this.#deps = deps;
  }

  /**
   * The work, once nobody else holds the site.
   * @throws AppError `stopping` where this is closed before
   */
  async hold<T>(site: string, work: () => Promise<T>): Promise<T> {
    const epoch = await this.#take(site);
    const done = new AbortController();
    const beating = this.#beat(site, epoch, done.signal);
    try {
      return await work();
    } finally {
      done.abort();
      await this.#letGo(site, await beating);
    }
  }

  /** Who waits for a site waits no longer; who holds one goes on. */
  close(): void {
    this.#closing.abort();
  }

  /** @returns the epoch by which this process holds the site */
  async #take(site: string): Promise<number> {
    const { store, clock, holder, wait } = this.#deps;
    let seen = { epoch: 0, atMs: 0 };
    while (!this.#closing.signal.aborted) {
      const last = await store.lastLease(site);
      const epoch = last?.epoch ?? 0;
      const nowMs = clock.monotonicMs();
      if (epoch !== seen.epoch) seen = { epoch, atMs: nowMs };
      const isFree =
        last === null ||
        last.holder === null ||
        (last.holder === holder && this.#isDone(site, epoch)) ||
        nowMs - seen.atMs >= LEASE_MS;
      if (!isFree) await wait(LOOK_MS, this.#closing.signal);
      else if ((await store.putLease(site, { epoch: epoch + 1, holder })) === 'inserted') {
        this.#done.delete(site);
        return epoch + 1;
      }
    }
    throw new AppError('stopping', 'the process stops, and another one holds the site');
  }

  /** Says now and then that the holder lives, until the work is done. @returns the last epoch; null where others took over */
  async #beat(site: string, taken: number, done: AbortSignal): Promise<number | null> {
    const { store, holder, wait, onError } = this.#deps;
    let epoch = taken;
    while (!done.aborted) {
      await wait(BEAT_MS, done);
      if (done.aborted) break;
      try {
        if ((await store.putLease(site, { epoch: epoch + 1, holder })) !== 'inserted') return null;
        epoch += 1;
      } catch (error) {
        onError(error, `saying that site ${site} is worked on`);
      }
    }
    return epoch;
  }

  /** A beat of which nobody knows whether it was inserted may be one epoch ahead. */
  #isDone(site: string, epoch: number): boolean {
    return epoch <= (this.#done.get(site) ?? Number.NEGATIVE_INFINITY) + 1;
  }

  /** What is not let go runs out for the others; who held it takes it again. */
  async #letGo(site: string, epoch: number | null): Promise<void> {
    const { store, onError } = this.#deps;
    if (epoch === null) return;
    try {
      await store.putLease(site, { epoch: epoch + 1, holder: null });
      await store.purgeLeases(site, epoch + 1);
    } catch (error) {
      this.#done.set(site, epoch);
      onError(error, `letting go of site ${site}`);
    }
  }
}
