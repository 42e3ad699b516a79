/**
 * What HTTP asks of a request before any route sees it. Node would answer some of it with an empty body and let the
 * rest pass; here each breach is a problem, and ends the connection.
 *
 * Sources: RFC 9112, 3.2 (Host, exactly once), 6.1 (a transfer coding that is not understood: 501); RFC 9110, 10.1.1
 * (an expectation other than 100-continue: 417).
 */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../domain/errors.ts';

/** Why a request is not taken, or null where nothing is wrong with it. */
export function breachOf(request: IncomingMessage): AppError | null {
  const hosts = hostsOf(request.rawHeaders);
  if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) {
    return new AppError('bad-request', `a request has exactly one Host header, this one has ${hosts}`);
  }
  const transferEncoding = request.headers['transfer-encoding'];
  if (transferEncoding !== undefined && transferEncoding.trim().toLowerCase() !== 'chunked') {
    // Node undoes chunked and hands on what is inside as if it were the body.
    const detail = 'transfer encodings that are taken: chunked; to compress, use Content-Encoding';
    return new AppError('unsupported-transfer-encoding', detail);
  }
  return null;
}

export function unknownExpectation(): AppError {
  return new AppError('expectation-failed', 'expectations that are met: 100-continue');
}

/** @param rawHeaders names and values in turn */
function hostsOf(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
