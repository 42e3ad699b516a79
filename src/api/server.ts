/**
 * The HTTP server around the app: timeouts against connections that only sit there, and an end that lets what is under
 * way finish, within a time.
 *
 * Long streams are ordinary here, so no request has a limit on its whole time. What is limited is silence: headers must
 * come within HEADERS_MS, and a connection on which nothing moves for IDLE_MS is closed. Bodies are read only for a key
 * that is in force, so that trickling one in needs a key.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { AppError } from '../domain/errors.ts';
import { setHeaders } from './answer.ts';
import { type App, classesOf } from './app-classes.ts';
import { noteWaiting } from './expect-continue.ts';
import { breachOf, unknownExpectation } from './http-rules.ts';
import { answerEarly } from './linger.ts';
import { problemOf, sendProblem } from './problem.ts';
import { onceClosed } from './response-closed.ts';

const HEADERS_MS = 15_000;
const IDLE_MS = 300_000;
/** Longer than the minute for which common load balancers keep a connection, so that they close it, not we. */
const KEEP_ALIVE_MS = 65_000;
const HEADER_BYTES_MAX = 16_384;
/** How often a closing server looks for connections that have become idle. */
const CLOSE_POLL_MS = 50;

/** A certificate, with those that vouch for it, and its key, in PEM. */
export interface TlsFiles {
  cert: string;
  key: string;
}

export interface RunningServer {
  host: string;
  port: number;
  url: string;
  /**
   * Takes no more requests, lets those under way finish for at most `graceMs`, then cuts them. Resolves when all
   * connections are gone; what was cut may still run for a moment (Underway).
   */
  close(graceMs: number): Promise<void>;
  /** Shows another certificate to connections that begin from now on. Without TLS it does nothing. */
  renew(tls: TlsFiles): void;
}

/**
 * @param address port 0 lets the system pick one; the answer says which
 * @param tls speaks TLS with it; without it, plain HTTP
 * @throws what the system says of an address that cannot be listened on, e.g. EADDRINUSE
 */
export async function listen(
  app: App,
  address: { host: string; port: number },
  tls?: TlsFiles,
): Promise<RunningServer> {
  const options = {
    ...classesOf(app),
    headersTimeout: HEADERS_MS,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    // Its answer would have no body: http-rules.ts asks for the header.
    requireHostHeader: false,
  };
  const secure =
    tls === undefined ? null : createTlsServer({ ...options, ...tls, handshakeTimeout: HEADERS_MS });
  const server = secure ?? createServer(options);
  server.timeout = IDLE_MS;
  const pendingAnswers = new PendingAnswers();
  const take = (request: IncomingMessage, response: ServerResponse, breach = breachOf(request)) => {
    pendingAnswers.add(response);
    const refusal = server.listening ? breach : new AppError('stopping', 'no more requests are taken');
    if (refusal === null) app(request, response);
    else refuse(request, response, refusal);
  };
  server.on('request', (request, response) => take(request, response));
  server.on('checkContinue', (request, response) => {
    noteWaiting(response);
    take(request, response);
  });
  server.on('checkExpectation', (request, response) => take(request, response, unknownExpectation()));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else pendingAnswers.endMalformed(socket, () => answerMalformed(error, socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const { host } = address;
  const scheme = secure === null ? 'http' : 'https';
  const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    host,
    port,
    url,
    close: graceMs => close(server, graceMs),
    renew: files => secure?.setSecureContext(files),
  };
}

/** Answers before any route, and ends the connection once the rest of the request has come. */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: AppError): void {
  setHeaders(response);
  answerEarly(request, response, true);
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  sendProblem(response, refusal, path);
}

/** Answers that connections wait for. What malformed input is answered with must not be taken for one of them. */
class PendingAnswers {
  readonly #pending = new WeakMap<Socket, Set<ServerResponse>>();
  /** The last request that was answered before its end. */
  readonly #answeredEarly = new WeakMap<Socket, IncomingMessage>();
  readonly #ended = new WeakSet<Socket>();

  add(response: ServerResponse): void {
    const { socket } = response.req;
    const answers = this.#pending.get(socket) ?? new Set();
    this.#pending.set(socket, answers.add(response));
    onceClosed(response, () => {
      answers.delete(response);
      if (!response.req.complete) this.#answeredEarly.set(socket, response.req);
    });
  }

  /**
   * Ends a connection on which malformed input came: at once where that was in the middle of a request whose answer has begun,
   * after the answers to requests that came whole, without another answer where it is the rest of a request that was answered
   * before its end, else with the answer to it.
   */
  endMalformed(socket: Socket, answer: () => void): void {
    if (this.#ended.has(socket)) return;
    this.#ended.add(socket);
    const answers = [...(this.#pending.get(socket) ?? [])];
    const last = answers.at(-1);
    if (last === undefined && this.#answeredEarly.get(socket)?.complete === false) socket.end();
    else if (last === undefined || (answers.length === 1 && !last.req.complete && !last.headersSent))
      answer();
    else if (last.req.complete) onceClosed(last, () => socket.destroySoon());
    else socket.destroy();
  }
}

/** What is not even HTTP gets a problem. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
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

function close(server: Server | TlsServer, graceMs: number): Promise<void> {
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
