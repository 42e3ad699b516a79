/**
 * The queue between those who send and the store. Room in it is shared by sender (pool.ts), so that one who floods takes none
 * that others need. A connection whose sender has no room waits, which TCP tells its other end; a datagram that has none
 * is dropped, for nobody would wait. Messages go on in batches: full ones at once, others after a moment.
 */
import { setImmediate } from 'node:timers/promises';
import type { Pool } from '../api/pool.ts';
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX } from '../domain/limits.ts';
import { heldBytesOf, type Message } from './message.ts';

/** How long a message waits for others to be stored with it. */
const GATHER_MS = 200;
/** While one batch is stored, the next is read and scored. */
const BATCHES_UNDERWAY_MAX = 2;
/** Looks at the sockets before a batch: four batches of datagrams at most, so that a flood does not keep all from the store. */
const LOOKS_MAX = 128;
/** Room that there must be before a connection that waits is read again: less would be a crowd at a door. */
const REOPEN_BYTES = 65_536;

/** A connection that can be made to wait. */
export interface Gate {
  readonly sender: string;
  pause(): void;
  resume(): void;
}

export class Intake {
  readonly #store: (batch: readonly Message[], stop: AbortSignal) => Promise<void>;
  readonly #room: Pool;
  readonly #onError: (error: unknown) => void;
  readonly #gatherMs: number;
  readonly #stop = new AbortController();
  readonly #gates = new Set<Gate>();
  readonly #waiting = new Set<Gate>();
  #open: Message[] = [];
  #openBytes = 0;
  readonly #full: Message[][] = [];
  #timer: NodeJS.Timeout | undefined;
  #underway = 0;
  #messages = 0;
  #onIdle: (() => void) | undefined;

  /**
   * @param parts.store resolves when nothing is left to be done for a batch; never rejects
   * @param parts.room bytes that may wait
   * @param parts.onError told of a batch that was given up all the same: its room is others' again
   */
  constructor(parts: {
    store: (batch: readonly Message[], stop: AbortSignal) => Promise<void>;
    room: Pool;
    onError: (error: unknown) => void;
    gatherMs?: number | undefined;
  }) {
    this.#store = parts.store;
    this.#room = parts.room;
    this.#onError = parts.onError;
    this.#gatherMs = parts.gatherMs ?? GATHER_MS;
  }

  /** What waits, or is on its way to the store. */
  get held(): { messages: number; bytes: number } {
    return { messages: this.#messages, bytes: this.#room.total };
  }

  /** Takes a datagram. @returns false where there is no room for it, and then it is not taken */
  offer(message: Message): boolean {
    if (!this.#room.fits(message.sender, heldBytesOf(message))) return false;
    this.#push(message);
    return true;
  }

  /** Takes what was read of a connection, and makes it wait where its sender has no room left. */
  take(messages: readonly Message[], gate: Gate): void {
    for (const message of messages) this.#push(message);
    if (!this.#room.fits(gate.sender, 0)) this.#pause(gate);
    // Else each connection could have one more chunk taken when there is no room for any.
    if (this.#room.total >= this.#room.max) for (const other of this.#gates) this.#pause(other);
  }

  /** A connection that may have to wait; it is read. */
  addGate(gate: Gate): void {
    this.#gates.add(gate);
    if (this.#room.total >= this.#room.max) this.#pause(gate);
  }

  removeGate(gate: Gate): void {
    this.#gates.delete(gate);
    this.#waiting.delete(gate);
  }

  /** Whether it was made to wait. */
  isWaiting(gate: Gate): boolean {
    return this.#waiting.has(gate);
  }

  /** Resolves when all that was taken is stored, or lost after `limitMs`; nothing may be taken any more. */
  async close(limitMs: number): Promise<void> {
    this.#sendOpen();
    const limit = setTimeout(() => this.#stop.abort(), limitMs);
    await new Promise<void>(resolve => {
      this.#onIdle = resolve;
      this.#checkIdle();
    });
    clearTimeout(limit);
  }

  #push(message: Message): void {
    const bytes = heldBytesOf(message);
    this.#room.count(message.sender, bytes);
    this.#messages += 1;
    this.#open.push(message);
    this.#openBytes += message.bytes.length;
    if (this.#open.length >= BATCH_RECORDS_MAX || this.#openBytes >= BATCH_BYTES_MAX) this.#sendOpen();
    else this.#timer ??= setTimeout(() => this.#sendOpen(), this.#gatherMs);
  }

  #sendOpen(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open.length > 0) this.#full.push(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#pump();
  }

  #pump(): void {
    while (this.#underway < BATCHES_UNDERWAY_MAX) {
      const batch = this.#full.shift();
      if (batch === undefined) break;
      this.#underway += 1;
      this.#send(batch).catch(this.#onError);
    }
    this.#checkIdle();
  }

  async #send(batch: readonly Message[]): Promise<void> {
    try {
      await this.#letCome();
      await this.#store(batch, this.#stop.signal);
    } finally {
      this.#underway -= 1;
      this.#messages -= batch.length;
      for (const message of batch) this.#room.count(message.sender, -heldBytesOf(message));
      for (const gate of this.#waiting) if (this.#mayReopen(gate)) this.#reopen(gate);
      this.#pump();
    }
  }

  /**
   * What waits in the sockets comes first: a batch has the thread for up to 30 ms, the system gives 32 datagrams at a look, and
   * has room for so many.
   */
  async #letCome(): Promise<void> {
    for (let looks = 0, before = -1; looks < LOOKS_MAX && before !== this.#messages; looks++) {
      before = this.#messages;
      await setImmediate();
    }
  }

  #pause(gate: Gate): void {
    if (this.#waiting.has(gate)) return;
    this.#waiting.add(gate);
    gate.pause();
    // What waits for others to come would wait for those that wait for it.
    this.#sendOpen();
  }

  #mayReopen({ sender }: Gate): boolean {
    const { max } = this.#room;
    return this.#room.fits(sender, Math.min(REOPEN_BYTES, max >> 3));
  }

  #reopen(gate: Gate): void {
    this.#waiting.delete(gate);
    gate.resume();
  }

  #checkIdle(): void {
    if (this.#underway === 0 && this.#full.length === 0 && this.#open.length === 0) this.#onIdle?.();
  }
}
