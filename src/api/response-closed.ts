/**
 * When an answer is over: it went out, or its connection is gone. A response that waits behind others of one connection
 * never emits `close` when the connection does, so the socket is watched too, by one listener whatever is pipelined.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const waiting = new WeakMap<Socket, Set<() => void>>();

/** Calls back once, when the response or its connection has closed. @returns what takes the wish back */
export function onceClosed(response: ServerResponse, callback: () => void): () => void {
  const callbacks = callbacksOf(response.req.socket);
  const forget = () => {
    response.off('close', over);
    callbacks.delete(over);
  };
  const over = () => {
    forget();
    callback();
  };
  response.once('close', over);
  callbacks.add(over);
  return forget;
}

function callbacksOf(socket: Socket): Set<() => void> {
  const known = waiting.get(socket);
  if (known !== undefined) return known;
  const callbacks = new Set<() => void>();
  waiting.set(socket, callbacks);
  socket.once('close', () => {
    for (const callback of [...callbacks]) callback();
  });
  return callbacks;
}
