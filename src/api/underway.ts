/**
 * Requests whose handlers run, whether or not somebody still waits for the answer: a connection that is cut does not
 * end its handler, which may sit between two calls of the store. Who stops waits for all of them.
 */
export class Underway {
  #running = 0;
  readonly #whenIdle = new Set<() => void>();

  /** Handlers that run. */
  get running(): number {
    return this.#running;
  }

  async run(work: () => Promise<void> | void): Promise<void> {
    this.#running += 1;
    try {
      await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const tell of [...this.#whenIdle]) tell();
    }
  }

  /** Resolves when no handler runs, or after `limitMs` with those that still do. @returns how many they are */
  idle(limitMs: number): Promise<number> {
    if (this.#running === 0) return Promise.resolve(0);
    return new Promise(resolve => {
      const tell = () => {
        clearTimeout(limit);
        this.#whenIdle.delete(tell);
        resolve(this.#running);
      };
      const limit = setTimeout(tell, limitMs);
      this.#whenIdle.add(tell);
    });
  }
}
