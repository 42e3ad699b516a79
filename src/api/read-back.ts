/**
 * Answers that hold stored records. A record may be a mebibyte, a page four, and who asks for them may ask a hundred
 * times at once: so a few answers are made at a time while the others wait with nothing in memory. What making one takes
 * is held with the Load beforehand, and an answer that nobody has read yet stays counted there until it is over.
 */
import type { ServerResponse } from 'node:http';
import { AppError } from '../domain/errors.ts';
import { READ_BACK_BYTES_MAX, READ_BACK_REQUESTS_MAX, READ_BACK_WAITING_MAX } from '../domain/limits.ts';
import type { Caller } from '../services/caller.ts';
import { sendText } from './answer.ts';
import type { KeyLoad, Load } from './load.ts';
import { Pool } from './pool.ts';
import { onceClosed } from './response-closed.ts';

export class ReadBack {
  readonly #load: Load;
  readonly #waiting = new Pool(READ_BACK_WAITING_MAX);
  /** What starts those that wait, in the order of arrival. */
  readonly #starts: (() => void)[] = [];
  #running = 0;

  constructor(load: Load) {
    this.#load = load;
  }

  /**
   * Answers with what `read` gives, when it is this request's turn. Nothing is read for a client that is gone by then.
   * @throws AppError `overloaded` where too many wait or memory has no room, in all or for this key
   */
  async answer(response: ServerResponse, { keyId }: Caller, read: () => Promise<unknown>): Promise<void> {
    await this.#turn(keyId);
    try {
      await answerHeld(response, this.#load.of(keyId), read);
    } finally {
      const next = this.#starts.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // it runs in the place of this one
    }
  }

  async #turn(keyId: string): Promise<void> {
    if (this.#running < READ_BACK_REQUESTS_MAX) {
      this.#running += 1;
      return;
    }
    if (!this.#waiting.fits(keyId, 1)) {
      throw new AppError('overloaded', `${this.#starts.length} requests wait to read records back`);
    }
    this.#waiting.count(keyId, 1);
    await new Promise<void>(start => this.#starts.push(start));
    this.#waiting.count(keyId, -1);
  }
}

async function answerHeld(
  response: ServerResponse,
  load: KeyLoad,
  read: () => Promise<unknown>,
): Promise<void> {
  const { socket } = response.req;
  if (socket.destroyed) return;
  load.hold(READ_BACK_BYTES_MAX);
  try {
    const text = JSON.stringify(await read());
    if (socket.destroyed) return;
    const unreadBytes = Buffer.byteLength(text);
    load.count(unreadBytes);
    onceClosed(response, () => load.count(-unreadBytes));
    sendText(response, 200, 'application/json', text);
  } finally {
    load.count(-READ_BACK_BYTES_MAX);
  }
}
