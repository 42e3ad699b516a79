/**
 * A long answer, written as fast as the client reads it. What it has not read yet is kept up to ANSWER_BYTES_MAX,
 * because many clients send all of their body before they read anything: with less they and we would wait for each
 * other. A client that neither reads nor sends is ended by the server's idle timeout (server.ts).
 */
import type { ServerResponse } from 'node:http';
import { AppError } from '../domain/errors.ts';
import { ANSWER_BYTES_MAX } from '../domain/limits.ts';
import type { Load } from './load.ts';

/** Unread bytes that an answer may keep even when the process as a whole holds all that it may. */
const ALWAYS_BYTES = 65_536;
/** How long an answer that was cut short is left to travel before its connection is dropped. */
const LINGER_MS = 2_000;

export class AnswerStream {
  readonly #response: ServerResponse;
  readonly #load: Load;
  readonly #mediaType: string;
  #countedBytes = 0;

  constructor(response: ServerResponse, load: Load, mediaType: string) {
    this.#response = response;
    this.#load = load;
    this.#mediaType = mediaType;
    response.once('close', () => {
      this.#countAs(0);
    });
  }

  /** Whether the status has been sent, so that a problem can only be told in the stream itself. */
  get isStarted(): boolean {
    return this.#response.headersSent;
  }

  /** Resolves when more may be written. @throws AppError `client-gone` */
  async write(text: string): Promise<void> {
    this.#start();
    if (this.#response.destroyed) throw clientGone();
    this.#response.write(text);
    const unread = this.#response.writableLength;
    this.#countAs(unread);
    if (unread > ANSWER_BYTES_MAX || (unread > ALWAYS_BYTES && this.#load.isFull)) await this.#drained();
  }

  end(): void {
    this.#start();
    this.#response.end();
  }

  /**
   * Writes the last words of an answer that is not complete, and ends the connection without the end mark of chunked
   * encoding: whoever looks only at the status still sees that the transfer broke off.
   */
  breakOff(lastWords: string): void {
    const { socket } = this.#response;
    this.#response.write(lastWords, () => {
      // The other half stays open for a moment: dropping unread input at once would take the last words with it.
      socket?.end();
    });
    this.#response.req.resume();
    setTimeout(() => socket?.destroy(), LINGER_MS).unref();
  }

  #start(): void {
    if (this.#response.headersSent) return;
    this.#response.statusCode = 200;
    this.#response.setHeader('Content-Type', this.#mediaType);
  }

  #countAs(bytes: number): void {
    this.#load.count(bytes - this.#countedBytes);
    this.#countedBytes = bytes;
  }

  #drained(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve, reject) => {
      const onDrain = () => {
        response.off('close', onClose);
        this.#countAs(response.writableLength);
        resolve();
      };
      const onClose = () => {
        response.off('drain', onDrain);
        reject(clientGone());
      };
      response.once('drain', onDrain);
      response.once('close', onClose);
    });
  }
}

function clientGone(): AppError {
  return new AppError('client-gone', 'the client went away before its answer was complete');
}
