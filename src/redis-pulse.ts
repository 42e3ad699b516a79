/** Whether Redis answers: a connection that is there says little of a server that hangs. */
import type { Redis } from 'ioredis';

const BEAT_MS = 2_000;

export class RedisPulse {
  readonly #connection: Redis;
  #isAnswered = true;

  /** @param connection whose commands fail after a time: `commandTimeout`; with its end this ends */
  constructor(connection: Redis) {
    this.#connection = connection;
    const timer = setInterval(() => this.#beat(), BEAT_MS);
    timer.unref();
    connection.once('end', () => clearInterval(timer));
  }

  get isReached(): boolean {
    return this.#connection.status === 'ready' && this.#isAnswered;
  }

  #beat(): void {
    if (this.#connection.status !== 'ready') return;
    this.#connection.ping().then(
      () => {
        this.#isAnswered = true;
      },
      () => {
        this.#isAnswered = false;
      },
    );
  }
}
