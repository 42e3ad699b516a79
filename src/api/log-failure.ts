/** What the log says of a failed request: faults of ours with their stack, those of senders in a line nobody has to read. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { errorCodeOf, PROBLEMS } from './problem.ts';

/** @param request its path is logged as it came, which pino escapes; its query and body never are */
export function logFailure(
  logger: Logger,
  error: unknown,
  request: Pick<IncomingMessage, 'method'> & { path: string },
  what: string,
): void {
  const code = errorCodeOf(error);
  const summary = { code, method: request.method, path: request.path };
  if (PROBLEMS[code].status >= 500) logger.error({ ...summary, err: error }, what);
  else logger.debug(summary, what);
}
