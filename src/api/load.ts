/**
 * What the process holds for requests that are under way, and where it stops: one more is told to come back
 * (`overloaded`, 429) rather than everybody's memory run out.
 */
import { AppError } from '../domain/errors.ts';
import { ANSWER_BYTES_MAX, HELD_BYTES_MAX, RECORD_REQUESTS_MAX } from '../domain/limits.ts';

interface LoadLimits {
  requestsMax: number;
  heldBytesMax: number;
  /** Unread bytes that one answer may keep. */
  answerBytesMax: number;
  /** A client that reads nothing for this long, with answerBytesMax waiting for it, does not read while it sends. */
  stallMs: number;
}

const DEFAULT_LIMITS: LoadLimits = {
  requestsMax: RECORD_REQUESTS_MAX,
  heldBytesMax: HELD_BYTES_MAX,
  answerBytesMax: ANSWER_BYTES_MAX,
  stallMs: 10_000,
};

export class Load {
  readonly limits: LoadLimits;
  #requests = 0;
  #heldBytes = 0;

  constructor(limits: Partial<LoadLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
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
    return this.#heldBytes > this.limits.heldBytesMax;
  }

  /**
   * Runs one request with records.
   * @throws AppError `overloaded` where there are too many already
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#requests >= this.limits.requestsMax) {
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
    if (this.#heldBytes + bytes > this.limits.heldBytesMax) {
      throw new AppError('overloaded', 'requests that are under way hold all the memory that they may');
    }
    this.#heldBytes += bytes;
  }

  /** Counts what is held already, up or down. */
  count(bytes: number): void {
    this.#heldBytes += bytes;
  }
}
