/**
 * The servers of one test run, as Vitest's global set-up: one MongoDB and one Redis at most, each started when the first
 * suite asks for it (servers.ts), so that a run without such suites starts none. `MONGODB_URL` and `REDIS_URL` name
 * servers that are there already. Where one cannot be had, the run says so at its end; with CI=true that is a failure.
 */
import { createServer } from 'node:http';
import type { TestProject } from 'vitest/node';
import { startMongoServer } from './mongodb.ts';
import { NoServer } from './provision.ts';
import { startRedisServer } from './redis.ts';
import type { RunningServer } from './running-server.ts';

/** What a suite is told of a server: where it is, or why there is none. */
export type ServerAnswer = { url: string } | { missing: string };
export type ServerName = 'MongoDB' | 'Redis';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the set-up answers for its servers. */
    serversUrl: string;
  }
}

interface OnDemand {
  name: ServerName;
  /** The variable that names one that is there. */
  variable: string;
  start(): Promise<RunningServer & { url: string }>;
}

/** It holds what all suites store at a time: two days of a host's logs, for one. */
const HEAP_MEGABYTES = 2_048;

const SERVERS: readonly OnDemand[] = [
  {
    name: 'MongoDB',
    variable: 'MONGODB_URL',
    start: () => startMongoServer({ heapMegabytes: HEAP_MEGABYTES }),
  },
  { name: 'Redis', variable: 'REDIS_URL', start: () => startRedisServer() },
];

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const started: RunningServer[] = [];
  const answers = new Map<ServerName, Promise<ServerAnswer>>();

  const answerOf = async ({ variable, start }: OnDemand): Promise<ServerAnswer> => {
    const given = process.env[variable];
    if (given !== undefined && given !== '') return { url: given };
    try {
      const server = await start();
      started.push(server);
      return { url: server.url };
    } catch (error) {
      if (!(error instanceof NoServer)) throw error;
      return { missing: error.message };
    }
  };
  const answerOnce = (server: OnDemand): Promise<ServerAnswer> => {
    const answer = answers.get(server.name) ?? answerOf(server);
    answers.set(server.name, answer);
    return answer;
  };

  const asked = createServer((request, response) => {
    const server = SERVERS.find(({ name }) => request.url === `/${name}`);
    const answer = server === undefined ? Promise.reject(new Error('no such server')) : answerOnce(server);
    answer.then(
      told => response.end(JSON.stringify(told)),
      error => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(resolve => asked.listen(0, '127.0.0.1', resolve));
  const address = asked.address();
  if (address === null || typeof address === 'string') throw new Error('no port of the loopback');
  project.provide('serversUrl', `http://127.0.0.1:${address.port}`);

  return async () => {
    asked.closeAllConnections();
    asked.close();
    await Promise.all(started.map(server => server.stop()));
    for (const [name, answer] of answers) {
      const told = await answer.catch(error => ({ missing: String(error) }));
      if ('missing' in told) process.stdout.write(`skipped: no ${name} server (${told.missing})\n`);
    }
  };
}
