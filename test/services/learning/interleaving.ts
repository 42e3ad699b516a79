/**
 * Runs actors over one store in an order drawn from a seed: at every store call an actor waits until it is drawn, and
 * may be paused for long or die there, before the call takes effect or after it (its answer lost).
 */
import type { Store } from '../../../src/store/port.ts';

/** Mulberry32: a small seeded generator, uniform in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Pending {
  actor: string;
  /** Carries the call out; `lost` keeps the answer back for ever. */
  carryOut: (lost: boolean) => Promise<void>;
}

export interface Odds {
  /** P(an actor dies) at a call. */
  crash: number;
  /** P(an actor is paused) at a call, and for how many calls of others. */
  pause: number;
  pausedCalls: number;
}

const CALLS_MAX = 200_000;

export class Interleaving {
  readonly #random: () => number;
  readonly #odds: Odds;
  readonly #pending: Pending[] = [];
  readonly #running = new Set<string>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #asides = new Set<Promise<unknown>>();
  readonly #failures: unknown[] = [];
  /** Called with the actor that died. */
  onCrash: (actor: string) => void = () => {};
  calls = 0;
  crashes = 0;

  constructor(random: () => number, odds: Odds) {
    this.#random = random;
    this.#odds = odds;
  }

  /**
   * The store as one actor sees it. Batches are inserted one document at a time, others may come in between: the port
   * promises no more.
   */
  storeOf(actor: string, store: Store): Store {
    const draw = (method: keyof Store, args: unknown[]) => this.#draw(actor, store, method, args);
    const oneByOne =
      (method: 'putRecords' | 'putMemberships') =>
      async (site: string, documents: readonly unknown[]): Promise<unknown[]> => {
        const answers: unknown[] = [];
        for (const document of documents) answers.push(await draw(method, [site, [document]]));
        return answers.flat();
      };
    return new Proxy(store, {
      get: (_, method: keyof Store) =>
        method === 'putRecords' || method === 'putMemberships'
          ? oneByOne(method)
          : (...args: unknown[]) => draw(method, args),
    });
  }

  #draw(actor: string, store: Store, method: keyof Store, args: unknown[]): Promise<unknown> {
    const call = store[method] as (...args: unknown[]) => Promise<unknown>;
    return new Promise((resolve, reject) => {
      const carryOut = async (lost: boolean): Promise<void> => {
        try {
          const answer = await call.apply(store, args);
          if (!lost) resolve(answer);
        } catch (error) {
          if (!lost) reject(error);
        }
      };
      this.#pending.push({ actor, carryOut });
    });
  }

  start(actor: string, act: () => Promise<void>): void {
    this.#running.add(actor);
    act().then(
      () => this.#running.delete(actor),
      error => {
        this.#running.delete(actor);
        this.#failures.push(error);
      },
    );
  }

  /** For what an actor waits beside its store calls: nothing is drawn until it has come. */
  async aside<T>(awaited: Promise<T>): Promise<T> {
    this.#asides.add(awaited);
    try {
      return await awaited;
    } finally {
      this.#asides.delete(awaited);
    }
  }

  /** Draws calls until every actor has ended or died. Rejects with the first failure of an actor. */
  async run(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      if (this.#asides.size > 0) {
        await Promise.allSettled(this.#asides);
        continue;
      }
      if (this.#failures.length > 0) throw this.#failures[0];
      if (this.#pending.length === 0) {
        if (this.#running.size === 0) return;
        throw new Error(`actors wait for something that is no store call: ${[...this.#running].join(', ')}`);
      }
      if (this.calls > CALLS_MAX) throw new Error(`no end after ${CALLS_MAX} store calls`);
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    const awake = this.#pending.filter(({ actor }) => (this.#pausedUntil.get(actor) ?? 0) <= this.calls);
    const candidates = awake.length > 0 ? awake : this.#pending;
    const drawn = candidates[Math.floor(this.#random() * candidates.length)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    this.calls += 1;
    if (this.#random() < this.#odds.pause && awake.length > 1) {
      this.#pausedUntil.set(drawn.actor, this.calls + Math.floor(this.#random() * this.#odds.pausedCalls));
      return;
    }
    this.#pending.splice(this.#pending.indexOf(drawn), 1);
    if (this.#random() >= this.#odds.crash) {
      await drawn.carryOut(false);
      return;
    }
    this.crashes += 1;
    if (this.#random() < 0.5) await drawn.carryOut(true);
    this.#die(drawn.actor);
  }

  #die(actor: string): void {
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      if (this.#pending[i]?.actor === actor) this.#pending.splice(i, 1);
    }
    this.#running.delete(actor);
    this.onCrash(actor);
  }
}
