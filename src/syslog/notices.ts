/**
 * What the log says of messages that are not stored: what is met first at once, what follows of it summed up, once a minute. A
 * line of the log for each would let anybody who can send a datagram fill the disk. Never what a sender wrote.
 */
import type { Logger } from 'pino';

const PERIOD_MS = 60_000;

export class Notices {
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #periodMs: number;
  /** By what is told: how often since it was told last. */
  readonly #waiting = new Map<string, { times: number; last: object }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(logger: Pick<Logger, 'warn'>, periodMs = PERIOD_MS) {
    this.#logger = logger;
    this.#periodMs = periodMs;
  }

  /**
   * @param what a sentence of ours: there are only so many
   * @param about of this one, e.g. the address of its sender; of those that are summed up the last is told
   */
  tell(what: string, about: object = {}, times = 1): void {
    const waiting = this.#waiting.get(what);
    if (waiting !== undefined) {
      waiting.times += times;
      waiting.last = about;
      return;
    }
    this.#logger.warn({ ...about, times }, `syslog: ${what}`);
    this.#waiting.set(what, { times: 0, last: {} });
    this.#timer ??= setTimeout(() => this.flush(), this.#periodMs).unref();
  }

  /** Tells what waits to be told. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [what, { times, last }] of waiting) if (times > 0) this.tell(what, last, times);
  }

  /** Nothing is summed up any more. */
  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
