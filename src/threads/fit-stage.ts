/**
 * How far the thread of a fit is, known to both sides at once: it may be stopped only where it holds no store, for a thread
 * that is stopped amid a call of the native driver may take the process with it.
 */
const READING = 0;
const TO_END = 1;
const COMPUTING = 2;

export class FitStage {
  /** Shared with the other side. */
  readonly memory: SharedArrayBuffer;
  readonly #stage: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#stage = new Int32Array(memory);
  }

  /** The store is closed. @returns false where the thread was told to end before */
  beginComputing(): boolean {
    return Atomics.compareExchange(this.#stage, 0, READING, COMPUTING) === READING;
  }

  isToEnd(): boolean {
    return Atomics.load(this.#stage, 0) === TO_END;
  }

  /** Tells the thread to end by itself. @returns false where it computes, and may be stopped */
  tellToEnd(): boolean {
    return Atomics.compareExchange(this.#stage, 0, READING, TO_END) !== COMPUTING;
  }
}
