/**
 * The end of a connection whose request is answered before all of it has come. Closing it at once would make the
 * system discard the answer together with the unread input, so the rest is taken and thrown away for a while; clients
 * that send everything before they read anything then find their answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A client that neither sends nor reads for this long is not waited for. */
const QUIET_MS = 2_000;
const LINGER_MS_MAX = 60_000;

/** @param until what ends the wait well: the end of the request (the connection stays), or the client's closing it */
export function linger(request: IncomingMessage, until: 'request-ends' | 'connection-closes'): void {
  const { socket } = request;
  const endsAtMs = performance.now() + LINGER_MS_MAX;
  let movedBytes = -1;
  request.on('data', () => undefined);
  const watch = setInterval(() => {
    const moved = socket.bytesRead + socket.bytesWritten;
    if (moved === movedBytes || performance.now() > endsAtMs) socket.destroy();
    movedBytes = moved;
  }, QUIET_MS);
  watch.unref();
  // The connection may outlive many such requests: nothing of this one stays with it.
  const stop = () => {
    clearInterval(watch);
    socket.off('close', stop);
  };
  socket.once('close', stop);
  if (until === 'request-ends') request.once('end', stop);
}

/**
 * Prepares an answer to a request that still comes: the connection outlives the answer until the rest has been taken.
 * @param isLast whether the connection ends then
 */
export function answerEarly(
  request: IncomingMessage,
  response: ServerResponse,
  isLast = !response.shouldKeepAlive,
): void {
  // Node would cut a connection that is to be closed as soon as the answer is out, and the answer with it.
  response.shouldKeepAlive = true;
  response.removeHeader('Connection');
  response.once('finish', () => {
    linger(request, 'request-ends');
    if (isLast) request.once('end', () => request.socket.end());
  });
}
