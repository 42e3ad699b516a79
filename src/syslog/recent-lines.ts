/**
 * Numbers equal lines of one connection, which is to syslog what a request is to HTTP: the second of two equal lines is
 * another event, and what a sender sends again over a new connection has the numbers that it had. Connections last for weeks,
 * so only recent lines are remembered; equal ones, which have their time in them, come close together.
 *
 * Two tables hold the lines of all connections, and one begins when the other is half full: whatever came within the last
 * `linesMax / 2` lines is in both.
 */
import { hash } from 'node:crypto';
import type { Identity } from '../domain/identity.ts';
import { Occurrences } from '../services/occurrences.ts';

/** Lines that are remembered, 12 to 24 bytes each in two tables: half a minute of 10,000 lines a second. */
const LINES_MAX = 262_144;

export class RecentLines {
  readonly #linesMax: number;
  #older = new Occurrences();
  #younger = new Occurrences();
  /** Lines that the older table has counted. */
  #counted = 0;

  constructor(linesMax = LINES_MAX) {
    this.#linesMax = linesMax;
  }

  /** 0 for the first line with this digest on a connection, then 1, 2 … */
  next(connection: number, lineDigest: Identity): number {
    const key = hash('sha256', `${connection} ${lineDigest}`, 'hex').slice(0, 32);
    if (this.#counted >= this.#linesMax) {
      this.#older = this.#younger;
      this.#younger = new Occurrences();
      this.#counted = Math.ceil(this.#linesMax / 2);
    }
    this.#counted += 1;
    if (2 * this.#counted > this.#linesMax) this.#younger.next(key);
    return this.#older.next(key);
  }
}
