/** The answers that are promised while something is away (README.md, "More than one process"). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import type { Answer, ClusterNode } from './node.ts';

const SCORED = '{"dns":{"question":{"name":"example.com"}}}\n';
/** As long as a load balancer waits for an answer. */
const ANSWER_MS_MAX = 10_000;
/** Until a process knows that something is gone. */
const NOTICED_MS_MAX = 20_000;
/**
 * Until all are well when it is back: a run that failed is tried again after eight seconds at the latest, and may then wait
 * for ten until the lease of another one has ended; and as long again for two busy cores.
 */
const RECOVERED_MS_MAX = 40_000;
const ROUND_MS = 1_000;

/** What is wrong, in words; nothing where all is as promised. */
export type Problems = string[];

type Question = readonly [method: string, path: string, body?: string | object];
type Look = (node: ClusterNode) => Promise<Problems>;

/** Asks once. */
function answers([method, path, body]: Question, isRight: (answer: Answer) => boolean): Look {
  return async node => {
    const asked = `${method} ${path} of the ${node.part}`;
    try {
      const answer = await node.ask(method, path, body, ANSWER_MS_MAX);
      return isRight(answer) ? [] : [`${asked} answered ${answer.status}: ${answer.text.slice(0, 300)}`];
    } catch (error) {
      return [`${asked} was not answered: ${String(error)}`];
    }
  };
}

const scores = answers(
  ['POST', '/v1/score', SCORED],
  ({ status, text }) => status === 200 && text.includes('"score":'),
);
const isAlive = answers(['GET', '/healthz'], ({ status }) => status === 200);
const refuses = (...question: Question) =>
  answers(question, ({ status, headers }) => status === 503 && headers.has('Retry-After'));

interface ReadinessAnswer {
  parts: Record<string, { ok: boolean }>;
}

/** @param parts those that must be well, or not */
function tellsOf(status: number, parts: Record<string, boolean>): Look {
  return answers(['GET', '/readyz'], answer => {
    if (answer.status !== status) return false;
    const told = JSON.parse(answer.text) as ReadinessAnswer;
    return Object.entries(parts).every(([name, ok]) => told.parts[name]?.ok === ok);
  });
}

async function problemsOf(nodes: readonly ClusterNode[], looks: readonly Look[]): Promise<Problems> {
  const found = await Promise.all(nodes.flatMap(node => looks.map(look => look(node))));
  return found.flat();
}

/** Looks again until nothing is wrong. @returns what is wrong at the end of the time */
async function soon(look: () => Promise<Problems>, withinMs = NOTICED_MS_MAX): Promise<Problems> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const problems = await look();
    if (problems.length === 0 || performance.now() > endMs) return problems;
    await sleep(100);
  }
}

/** Looks every second, once at least. */
async function during(forMs: number, look: () => Promise<Problems>): Promise<Problems> {
  const endMs = performance.now() + forMs;
  const problems: Problems = [];
  do {
    problems.push(...(await look()));
    await sleep(Math.max(0, Math.min(ROUND_MS, endMs - performance.now())));
  } while (performance.now() < endMs);
  return problems;
}

/** All processes are well again by themselves. */
export function recovers({ apis, workers }: Cluster): Promise<Problems> {
  const isWell = tellsOf(200, { store: true, model: true, learning: true, queue: true });
  return soon(() => problemsOf([...apis, ...workers], [isWell]), RECOVERED_MS_MAX);
}

/** Scoring and storing go on, and readiness tells of the queue. @param told what is told each time, and has to be taken */
export async function withoutRedis(
  { apis, workers }: Cluster,
  forMs: number,
  told: () => Promise<unknown>,
): Promise<Problems> {
  const isTold = tellsOf(200, { store: true, queue: false });
  return [
    ...(await soon(() => problemsOf([...apis, ...workers], [isTold]))),
    ...(await during(forMs, async () => {
      await told();
      return problemsOf(apis, [scores, isTold, isAlive, refuses('GET', '/v1/learning')]);
    })),
  ];
}

/** Scoring goes on from memory, what is to be stored is refused, and readiness tells of the store. */
export async function withoutMongo({ apis, workers, input }: Cluster, forMs: number): Promise<Problems> {
  const lines = `${input.batch(20).lines.join('\n')}\n`;
  const isTold = tellsOf(503, { store: false, model: true });
  return [
    ...(await soon(() => problemsOf([...apis, ...workers], [isTold]))),
    ...(await during(forMs, async () => {
      const refusesAll = [
        refuses('POST', '/v1/records', lines),
        refuses('POST', '/v1/windows', input.mark()),
      ];
      const found = [
        problemsOf(apis, [scores, isTold, isAlive, ...refusesAll]),
        problemsOf(workers, [isTold, isAlive]),
      ];
      return (await Promise.all(found)).flat();
    })),
  ];
}

/** A server that keeps its connections and says nothing: what needs it may wait for it, nothing else does. */
export async function besideHangingMongo({ apis, workers }: Cluster, forMs: number): Promise<Problems> {
  const isTold = tellsOf(503, { store: false, model: true });
  return [
    ...(await soon(() => problemsOf([...apis, ...workers], [isTold]))),
    ...(await during(forMs, () => problemsOf(apis, [scores, isTold, isAlive]))),
  ];
}
