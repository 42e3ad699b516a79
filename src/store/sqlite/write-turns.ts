/**
 * Whose turn it is to write, among the threads of one process: who comes first writes first.
 *
 * SQLite's own lock keeps every other writer out, but whoever waits for it only looks again after up to a tenth of a
 * second; beside a thread that commits without pause it may look for seconds and find it taken each time. A turn is a
 * courtesy above that lock and guards nothing: whoever takes too long, or ended in its turn, is passed over.
 */

/** Cells of the shared memory: the next turn to be taken, and the turn that is on. */
const NEXT = 0;
const ON = 1;
const CELLS = 2;

/** How long a turn is waited for: longer than a commit takes on any disk that is not failing. */
const PATIENCE_MS = 1_000;

export class WriteTurns {
  /** To be handed to another thread, which makes its own WriteTurns of it. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;
  readonly #patienceMs: number;

  constructor(
    memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT),
    patienceMs = PATIENCE_MS,
  ) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
    this.#patienceMs = patienceMs;
  }

  /**
   * Does the work when its turn has come; meanwhile the thread waits.
   * @example turns.take(() => database.exec('COMMIT'))
   */
  take<T>(work: () => T): T {
    const mine = Atomics.add(this.#cells, NEXT, 1);
    for (;;) {
      const on = Atomics.load(this.#cells, ON);
      // Turns are numbered beyond 2³¹, and their difference is taken in 32 bits, too.
      if (((on - mine) | 0) >= 0) break;
      if (Atomics.wait(this.#cells, ON, on, this.#patienceMs) === 'timed-out') this.#end(on);
    }
    try {
      return work();
    } finally {
      this.#end(mine);
    }
  }

  /** The next turn is on, unless the given one was passed over. */
  #end(turn: number): void {
    if (Atomics.compareExchange(this.#cells, ON, turn, (turn + 1) | 0) === turn)
      Atomics.notify(this.#cells, ON);
  }
}
