/**
 * The HTTP server around the app: timeouts against connections that only sit there, and an end that lets what is under
 * way finish.
 *
 * Long streams are ordinary here, so no request has a limit on its whole time. What is limited is silence: headers must
 * come within HEADERS_MS, and a connection on which nothing moves for IDLE_MS is closed. Bodies are read only for a key
 * that is in force, so that trickling one in needs a key.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '../domain/errors.ts';
import { noteWaiting } from './expect-continue.ts';
import { problemOf } from './problem.ts';

const HEADERS_MS = 15_000;
const IDLE_MS = 300_000;
/** Longer than the minute for which common load balancers keep a connection, so that they close it, not we. */
const KEEP_ALIVE_MS = 65_000;
const HEADER_BYTES_MAX = 16_384;
/** How often a closing server looks for connections that have become idle. */
const CLOSE_POLL_MS = 50;

export interface RunningServer {
  host: string;
  port: number;
  url: string;
  /** Stops accepting, lets requests finish for at most `graceMs`, then cuts them. Resolves when all are gone. */
  close(graceMs: number): Promise<void>;
}

/**
 * @param address port 0 lets the system pick one; the answer says which
 * @throws what the system says of an address that cannot be listened on, e.g. EADDRINUSE
 */
export async function listen(
  app: RequestListener,
  address: { host: string; port: number },
): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    app,
  );
  server.timeout = IDLE_MS;
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    noteWaiting(response);
    app(request, response);
  });
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const { host } = address;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { host, port, url, close: graceMs => close(server, graceMs) };
}

/** What is not even HTTP gets a problem, if there is somebody to read it. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const detail =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? `the headers are longer than ${HEADER_BYTES_MAX} bytes`
      : 'this is not HTTP';
  const body = JSON.stringify(problemOf(new AppError('bad-request', detail), '/'));
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise(resolve => {
    const poll = setInterval(() => server.closeIdleConnections(), CLOSE_POLL_MS);
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(poll);
      clearTimeout(cut);
      resolve();
    });
  });
}
