/**
 * One connection: its bytes are framed, and its messages go to the intake, which makes it wait. It may be quiet for as long as it
 * likes, but a message that has begun has to end in time, so that nobody holds a place with a byte now and then.
 */
import type { Socket } from 'node:net';
import { type Frame, FrameReader } from './framing.ts';
import type { Gate } from './intake.ts';
import type { ListenerParts } from './listener.ts';
import type { Message, Transport } from './message.ts';

/** Of all connections of this process: equal lines are numbered by it. */
let connectionsSoFar = 0;

export class Connection implements Gate {
  readonly sender: string;
  readonly #socket: Socket;
  readonly #parts: ListenerParts & { transport: Transport };
  readonly #reader: FrameReader;
  readonly #number: number;
  #stalling: NodeJS.Timeout | undefined;
  #hasEnded = false;

  constructor(socket: Socket, parts: ListenerParts & { transport: Transport; sender: string }) {
    this.sender = parts.sender;
    this.#socket = socket;
    this.#parts = parts;
    this.#reader = new FrameReader(parts.lineBytesMax);
    connectionsSoFar += 1;
    this.#number = connectionsSoFar;
    socket.on('data', chunk => this.#read(chunk));
    socket.on('end', () => this.#readEnd());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#close());
    parts.intake.addGate(this);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#stalling?.refresh();
    this.#socket.resume();
  }

  /** Tells the sender that nothing more is taken; what it has sent is still read. */
  end(): void {
    this.#socket.end();
  }

  #read(chunk: Buffer): void {
    const { metrics, transport } = this.#parts;
    metrics.countBytes(transport, chunk.length);
    const frames = this.#reader.push(chunk);
    this.#take(frames);
    if (this.#reader.broken !== null) this.#cut('framing', this.#reader.broken);
    else this.#watch(frames.length > 0);
  }

  #readEnd(): void {
    this.#hasEnded = true;
    const rest = this.#reader.end();
    if (rest === 'cut') this.#tellCut();
    else if (rest !== null) this.#take([rest]);
  }

  #take(frames: readonly Frame[]): void {
    const { transport, intake, metrics, notices } = this.#parts;
    const { sender } = this;
    metrics.countReceived(transport, frames.length);
    const messages: Message[] = [];
    for (const frame of frames) {
      if ('bytes' in frame) {
        messages.push({ transport, sender, connection: this.#number, bytes: frame.bytes });
        continue;
      }
      metrics.countRejected(transport, 'line-too-long');
      notices.tell('messages are too long', { sender });
    }
    intake.take(messages, this);
  }

  /** @param hasEnded whether a message has ended just now: another one may have begun behind it */
  #watch(hasEnded: boolean): void {
    if (!this.#reader.isInFrame || hasEnded) {
      clearTimeout(this.#stalling);
      this.#stalling = undefined;
    }
    if (this.#reader.isInFrame)
      this.#stalling ??= setTimeout(() => this.#checkStalled(), this.#parts.messageMs).unref();
  }

  #checkStalled(): void {
    if (this.#parts.intake.isWaiting(this)) this.#stalling?.refresh();
    else this.#cut('stalled', 'a message that has begun does not end');
  }

  #cut(outcome: 'framing' | 'stalled', reason: string): void {
    const { transport, metrics, notices } = this.#parts;
    metrics.countConnection(transport, outcome);
    notices.tell(`connections are closed: ${reason}`, { sender: this.sender });
    this.#socket.destroy();
  }

  #close(): void {
    clearTimeout(this.#stalling);
    this.#parts.intake.removeGate(this);
    if (!this.#hasEnded && this.#reader.isInFrame) this.#tellCut();
  }

  #tellCut(): void {
    const { transport, metrics, notices } = this.#parts;
    metrics.countReceived(transport, 1);
    metrics.countDropped(transport, 'cut');
    notices.tell('connections end within a message', { sender: this.sender });
  }
}
