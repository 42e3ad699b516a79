/** How many requests of one key several processes let through together. */
import type { Cluster } from './cluster.ts';
import { ClusterNode } from './node.ts';

export interface Limited {
  passed: number;
  refused: number;
  /** All that were refused say when to come again. */
  sayWhen: boolean;
}

/** Starts two processes that answer with a limit, and asks each so many times, in turns. */
export async function askTwoWithLimit(cluster: Cluster, perMinute: number, times: number): Promise<Limited> {
  const start = cluster.startOf('api', { BAYESWATCH_KEY_REQUESTS_PER_MINUTE: String(perMinute) });
  const pair = await Promise.all([ClusterNode.start(start), ClusterNode.start(start)]);
  try {
    const answers = [];
    for (let time = 0; time < times; time++)
      for (const node of pair) answers.push(await node.ask('GET', '/v1/keys'));
    const passed = answers.filter(({ status }) => status === 200).length;
    const refused = answers.filter(({ status }) => status === 429);
    const sayWhen = refused.every(({ headers }) => Number(headers.get('retry-after')) > 0);
    return { passed, refused: refused.length, sayWhen };
  } finally {
    await Promise.all(pair.map(node => node.stop()));
  }
}
