/** What suites ask of the servers of a test run; on-demand.ts answers. */
import { inject } from 'vitest';
import type { ServerAnswer, ServerName } from './on-demand.ts';

/**
 * Where a server is; null where none can be had, for `describe.skipIf`. With CI=true none may be missing.
 * @example const url = await findServer('MongoDB');
 */
export async function findServer(name: ServerName): Promise<string | null> {
  const response = await fetch(new URL(name, `${inject('serversUrl')}/`));
  if (!response.ok) throw new Error(`asking for ${name}: ${await response.text()}`);
  const answer = (await response.json()) as ServerAnswer;
  if ('url' in answer) return answer.url;
  if (process.env['CI'] === 'true') throw new Error(`no ${name} server: ${answer.missing}`);
  return null;
}
