/**
 * A long answer, written as fast as the client reads it. What it has not read yet is kept up to a limit,
 * because many clients send all of their body before they read anything. Beyond it their body waits until they read, and
 * a client that waits for us to take its body while we wait for it to read is told so after a while.
 */
import type { ServerResponse } from 'node:http';
import { AppError } from '../domain/errors.ts';
import { linger } from './linger.ts';
import type { KeyLoad } from './load.ts';
import { onceClosed } from './response-closed.ts';

/** Unread bytes that an answer may keep even where its key holds all that it may. */
const ALWAYS_BYTES = 65_536;

export class AnswerStream {
  readonly #response: ServerResponse;
  readonly #load: KeyLoad;
  readonly #mediaType: string;
  #countedBytes = 0;
  /** The answer went out, or nobody is there to read it. */
  #isOver = false;

  constructor(response: ServerResponse, load: KeyLoad, mediaType: string) {
    this.#response = response;
    this.#load = load;
    this.#mediaType = mediaType;
    onceClosed(response, () => {
      this.#isOver = true;
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
    if (this.#response.destroyed || this.#isOver) throw clientGone();
    if (text === '') this.#response.flushHeaders();
    else this.#response.write(text);
    const unread = this.#response.writableLength;
    this.#countAs(unread);
    const isMuch = unread > this.#load.limits.answerBytesMax;
    if (isMuch || (unread > ALWAYS_BYTES && this.#load.isFull)) await this.#drained();
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
    this.#response.write(lastWords, () => socket?.end());
    linger(this.#response.req, 'connection-closes');
  }

  #start(): void {
    if (this.#response.headersSent) return;
    this.#response.statusCode = 200;
    this.#response.setHeader('Content-Type', this.#mediaType);
  }

  #countAs(bytes: number): void {
    const held = this.#isOver ? 0 : bytes;
    this.#load.count(held - this.#countedBytes);
    this.#countedBytes = held;
  }

  /** @throws AppError `client-gone`; `overloaded` where the client has stopped reading */
  #drained(): Promise<void> {
    const response = this.#response;
    const { socket } = response;
    return new Promise((resolve, reject) => {
      let sentBytes = socket?.bytesWritten;
      const settle = (end: () => void) => {
        response.off('drain', onDrain);
        forget();
        clearInterval(watch);
        end();
      };
      const onDrain = () => {
        this.#countAs(response.writableLength);
        settle(resolve);
      };
      const watch = setInterval(() => {
        if (socket?.bytesWritten === sentBytes) settle(() => reject(unread()));
        sentBytes = socket?.bytesWritten;
      }, this.#load.limits.stallMs);
      response.once('drain', onDrain);
      const forget = onceClosed(response, () => settle(() => reject(clientGone())));
    });
  }
}

function unread(): AppError {
  const detail =
    'the answer is longer than the server keeps for a client that does not read while it sends; ' +
    'read it meanwhile, ask for less with Prefer: return=minimal, or send less at once';
  return new AppError('overloaded', detail);
}

function clientGone(): AppError {
  return new AppError('client-gone', 'the client went away before its answer was complete');
}
