/** How many requests a key may send a minute: to this process, or where processes share Redis, to all of them together. */
import type { Request, Response } from 'express';
import { MemoryStore, type Options, rateLimit, type Store } from 'express-rate-limit';
import { AppError } from '../domain/errors.ts';

const MINUTE_MS = 60_000;

/**
 * Counts one more of a name, for everybody who counts there.
 * @returns how many there are of it since its window began, and milliseconds until the next one begins
 */
export type CountHit = (name: string, windowMs: number) => Promise<{ hits: number; leftMs: number }>;

/** Resolves where the key may send one more. @throws AppError `overloaded` where it may not */
export type RateLimit = (request: Request, response: Response, keyId: string) => Promise<void>;

/** @param perMinute requests of a key    @param countHit where others count, too; null where nobody does */
export function rateLimitOf(perMinute: number, countHit: CountHit | null): RateLimit {
  const keyIds = new WeakMap<Request, string>();
  const limit = rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'key',
    keyGenerator: request => keyIds.get(request) ?? '',
    handler(_request, _response, next) {
      next(new AppError('overloaded', `this key may send ${perMinute} requests a minute`));
    },
    ...(countHit === null ? {} : { store: new SharedCounts(countHit) }),
  });
  return (request, response, keyId) => {
    keyIds.set(request, keyId);
    return new Promise((resolve, reject) => {
      Promise.resolve(
        limit(request, response, error => (error === undefined ? resolve() : reject(error))),
      ).catch(reject);
    });
  };
}

/** Counts with the others; alone while they cannot be reached. Every request counts, and nothing is given back. */
class SharedCounts implements Store {
  readonly #countHit: CountHit;
  readonly #own = new MemoryStore();

  constructor(countHit: CountHit) {
    this.#countHit = countHit;
  }

  init(options: Options): void {
    this.#own.init(options);
  }

  async increment(key: string) {
    try {
      const { hits, leftMs } = await this.#countHit(key, MINUTE_MS);
      return { totalHits: hits, resetTime: new Date(Date.now() + leftMs) };
    } catch {
      // Readiness tells that they cannot be reached; each process then lets through what all may.
      return this.#own.increment(key);
    }
  }

  decrement(key: string) {
    return this.#own.decrement(key);
  }

  resetKey(key: string) {
    return this.#own.resetKey(key);
  }
}
