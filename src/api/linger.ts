/**
 * The end of a connection whose request is answered before all of it has come. Closing it at once would make the
 * system discard the answer together with the unread input, so the rest is taken and thrown away for a while; clients
 * that send everything before they read anything then find their answer.
 */
import type { IncomingMessage } from 'node:http';

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
  const stop = () => clearInterval(watch);
  socket.once('close', stop);
  if (until === 'request-ends') request.once('end', stop);
}
