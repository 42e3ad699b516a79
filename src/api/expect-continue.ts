/**
 * `Expect: 100-continue`: the body is asked for only once the key and the headers are found good, so that a wrong key
 * does not cost its sender a gigabyte. server.ts notes who waits, body.ts asks.
 */
import type { ServerResponse } from 'node:http';

const waiting = new WeakSet<ServerResponse>();

/** The client holds its body back until it is asked. */
export function noteWaiting(response: ServerResponse): void {
  waiting.add(response);
}

/** Asks for the body, once, if the client waits to be asked. */
export function askForBody(response: ServerResponse): void {
  if (waiting.delete(response)) response.writeContinue();
}
