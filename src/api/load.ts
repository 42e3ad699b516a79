/**
 * What the process holds for requests that are under way, and where it stops: one more is told to come back
 * (`overloaded`, 429) rather than everybody's memory run out.
 */
import { AppError } from '../domain/errors.ts';
import { HELD_BYTES_MAX, RECORD_REQUESTS_MAX } from '../domain/limits.ts';

export class Load {
  #requests = 0;
  #heldBytes = 0;
  readonly #requestsMax: number;
  readonly #heldBytesMax: number;

  constructor(limits: { requestsMax?: number; heldBytesMax?: number } = {}) {
    this.#requestsMax = limits.requestsMax ?? RECORD_REQUESTS_MAX;
    this.#heldBytesMax = limits.heldBytesMax ?? HELD_BYTES_MAX;
  }

  /** Requests with records that are under way. */
  get requests(): number {
    return this.#requests;
  }

  /** Bytes of whole bodies and of answers that nobody has read yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get isFull(): boolean {
    return this.#heldBytes > this.#heldBytesMax;
  }

  /**
   * Runs one request with records.
   * @throws AppError `overloaded` where there are too many already
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#requests >= this.#requestsMax) {
      throw new AppError('overloaded', `${this.#requests} requests with records are under way`);
    }
    this.#requests += 1;
    try {
      return await work();
    } finally {
      this.#requests -= 1;
    }
  }

  /**
   * Holds what a caller would like to keep in memory; each byte must be released again.
   * @throws AppError `overloaded` where there is no room, and then nothing is held
   */
  hold(bytes: number): void {
    if (this.#heldBytes + bytes > this.#heldBytesMax) {
      throw new AppError('overloaded', 'requests that are under way hold all the memory that they may');
    }
    this.#heldBytes += bytes;
  }

  /** Counts what is held already, up or down. */
  count(bytes: number): void {
    this.#heldBytes += bytes;
  }
}
