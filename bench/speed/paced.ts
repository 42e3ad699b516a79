/**
 * Requests that come whatever became of those before, as from many sensors that know nothing of each other: at moments
 * drawn from a seed (a Poisson process), and never waiting for an answer. autocannon does not do that: at a fixed rate it
 * sends each second's requests in one burst, one behind the other.
 */
import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '../accuracy/seeded.ts';

export interface Target {
  url: string;
  headers: Record<string, string>;
  bodies: readonly string[];
}

/** Idle connections that are kept for the next request. */
const IDLE_SOCKETS_MAX = 256;

export class PacedClient {
  readonly #target: Target;
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: IDLE_SOCKETS_MAX });
  readonly #random: () => number;
  #sent = 0;

  constructor(target: Target, seed: number) {
    this.#target = target;
    this.#random = seededRandom(seed);
  }

  /**
   * Sends so many requests a second on the average, for so many seconds, and awaits their answers.
   * @returns milliseconds from sending each to the end of its answer
   * @throws Error where one is not answered 200
   */
  async sendFor(perSecond: number, seconds: number): Promise<number[]> {
    const endMs = performance.now() + seconds * 1_000;
    const latenciesMs: number[] = [];
    const open = new Set<Promise<void>>();
    let failure: unknown;
    let dueAtMs = performance.now();
    while (performance.now() < endMs && failure === undefined) {
      while (dueAtMs <= performance.now()) {
        dueAtMs += this.#intervalMs(perSecond);
        const answered: Promise<void> = this.#one()
          .then(
            ms => {
              latenciesMs.push(ms);
            },
            error => {
              failure ??= error;
            },
          )
          .finally(() => open.delete(answered));
        open.add(answered);
      }
      await setTimeout(Math.max(0, dueAtMs - performance.now()));
    }
    await Promise.all(open);
    if (failure !== undefined) throw failure;
    return latenciesMs;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Time to the next request: exponentially distributed. */
  #intervalMs(perSecond: number): number {
    return (-Math.log(1 - this.#random()) / perSecond) * 1_000;
  }

  #one(): Promise<number> {
    const { url, headers, bodies } = this.#target;
    const body = bodies[this.#sent++ % bodies.length] ?? '';
    return new Promise((resolve, reject) => {
      const sentAtMs = performance.now();
      const sent = request(url, { method: 'POST', agent: this.#agent, headers }, answer => {
        answer.on('error', reject);
        answer.resume().on('end', () => {
          if (answer.statusCode === 200) resolve(performance.now() - sentAtMs);
          else reject(new Error(`${url} answered ${answer.statusCode}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
