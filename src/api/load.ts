/**
 * What the process holds for requests that are under way, and where it stops: one more is told to come back
 * (`overloaded`, 429) rather than everybody's memory run out, and no key can take what the others need, of room (pool.ts)
 * and of time (turns.ts).
 */
import { AppError } from '../domain/errors.ts';
import {
  ANSWER_BYTES_MAX,
  BATCH_RECORDS_MAX,
  HELD_BYTES_MAX,
  RECORD_REQUESTS_MAX,
} from '../domain/limits.ts';
import { Pool } from './pool.ts';
import { ROUND_RECORDS, Turns } from './turns.ts';

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
  readonly #requests: Pool;
  readonly #heldBytes: Pool;
  readonly #turns = new Turns();

  constructor(limits: Partial<LoadLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.#requests = new Pool(this.limits.requestsMax);
    this.#heldBytes = new Pool(this.limits.heldBytesMax);
  }

  /** Requests with records that are under way. */
  get requests(): number {
    return this.#requests.total;
  }

  /** Bytes of whole bodies and of answers that nobody has read yet. */
  get heldBytes(): number {
    return this.#heldBytes.total;
  }

  /** The part of it that is a key's. */
  of(keyId: string): KeyLoad {
    return new KeyLoad(keyId, this.limits, this.#requests, this.#heldBytes, this.#turns);
  }
}

/** What the process holds for the requests of one key. */
export class KeyLoad {
  readonly limits: LoadLimits;
  readonly #keyId: string;
  readonly #requests: Pool;
  readonly #heldBytes: Pool;
  readonly #turns: Turns;

  constructor(keyId: string, limits: LoadLimits, requests: Pool, heldBytes: Pool, turns: Turns) {
    this.#keyId = keyId;
    this.limits = limits;
    this.#requests = requests;
    this.#heldBytes = heldBytes;
    this.#turns = turns;
  }

  /** Whether the key holds more than its share. */
  get isFull(): boolean {
    return !this.#heldBytes.fits(this.#keyId, 0);
  }

  /**
   * Runs one request with records.
   * @throws AppError `overloaded` where there are too many already, in all or of this key
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#requests.fits(this.#keyId, 1)) {
      const { total, max } = this.#requests;
      const own = this.#requests.takenBy(this.#keyId);
      const detail =
        `${total} of at most ${max} requests with records are under way, ${own} of them with this key; ` +
        'a key gets as many as it leaves to others';
      throw new AppError('overloaded', detail);
    }
    this.#requests.count(this.#keyId, 1);
    try {
      return await work();
    } finally {
      this.#requests.count(this.#keyId, -1);
    }
  }

  /** Of a batch that can be worked on in parts, how many records at once: fewer where other keys have requests under way. */
  get recordsAtOnce(): number {
    const isAlone = this.#requests.total === this.#requests.takenBy(this.#keyId);
    return isAlone ? BATCH_RECORDS_MAX : ROUND_RECORDS;
  }

  /** Resolves when a batch of so many records may be worked on. */
  turn(records: number): Promise<void> {
    return this.#turns.take(this.#keyId, records);
  }

  /**
   * Holds what a caller would like to keep in memory; each byte must be released again.
   * @throws AppError `overloaded` where there is no room, in all or for this key, and then nothing is held
   */
  hold(bytes: number): void {
    if (!this.#heldBytes.fits(this.#keyId, bytes)) {
      const detail =
        'requests that are under way hold all the memory that they may, or those of this key its share';
      throw new AppError('overloaded', detail);
    }
    this.#heldBytes.count(this.#keyId, bytes);
  }

  /** Counts what is held already, up or down. */
  count(bytes: number): void {
    this.#heldBytes.count(this.#keyId, bytes);
  }
}
