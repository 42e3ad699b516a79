/** A message as it came in, out of its frame or datagram, on its way to the store. */

export type Transport = 'udp' | 'tcp' | 'tls';

export interface Message {
  transport: Transport;
  /** Address that it came from. */
  sender: string;
  /** Number of the connection in this process; null of a datagram. */
  connection: number | null;
  /** Without frame and line end; never none. */
  bytes: Uint8Array;
}

/** What the queue holds for a message beside its bytes. */
const OVERHEAD_BYTES = 256;

export function heldBytesOf({ bytes }: Message): number {
  return bytes.length + OVERHEAD_BYTES;
}
