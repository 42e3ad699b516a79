/** What is told to a cluster and to its twin: the same, in an order that comes to the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import type { Batch, Mark } from './input.ts';

/** Every process that answers looks by itself after a third of it. */
const NEWS_MS_MAX = 30_000;

/** Posts lines to the cluster until it has taken them, and to the twin. */
export async function post(cluster: Cluster, batch: Batch): Promise<void> {
  await Promise.all([
    cluster.told.post(cluster.someApis(), batch),
    cluster.toldTwin.post([cluster.twin], batch),
  ]);
}

export async function mark(cluster: Cluster, window: Mark = cluster.input.mark()): Promise<Mark> {
  await cluster.told.mark(cluster.someApis(), window);
  await cluster.toldTwin.mark([cluster.twin], window);
  return window;
}

export async function retract(cluster: Cluster, note: string): Promise<void> {
  await cluster.told.retract(cluster.someApis(), note);
  await cluster.toldTwin.retract([cluster.twin], note);
}

/**
 * Batches, lists and retractions at any process and in any order, several at once; marks one after the other, for of windows
 * that overlap the last one decides.
 */
export async function storm(cluster: Cluster, steps: number): Promise<void> {
  const { input } = cluster;
  const marking = async () => {
    for (let step = 0; step < steps; step++) {
      const { note } = await mark(cluster);
      if (input.below(3) === 0) await retract(cluster, note);
    }
  };
  const sending = async () => {
    for (let step = 0; step < steps; step++) {
      const kind = input.below(4);
      if (kind === 0) await post(cluster, input.corpus(20 + input.below(40), 'bad'));
      else if (kind === 1) await post(cluster, input.corpus(20 + input.below(40), 'good'));
      else await post(cluster, input.batch(20 + input.below(80)));
    }
  };
  const takingBack = async () => {
    for (let step = 0; step < steps / 2; step++) {
      const notes = cluster.toldTwin.inForce();
      const note = notes[input.below(notes.length)];
      if (note !== undefined) await retract(cluster, note);
      else await post(cluster, input.batch(10));
    }
  };
  await Promise.all([marking(), sending(), sending(), takingBack()]);
}

/** Milliseconds from the answer to a mark until another process serves the model with it. */
export async function newsMs(cluster: Cluster): Promise<number> {
  const [here, there] = cluster.someApis();
  if (here === undefined || there === undefined) throw new Error('it takes two processes');
  const window = cluster.input.mark();
  await cluster.told.mark([here], window);
  const beganMs = performance.now();
  const endMs = beganMs + NEWS_MS_MAX;
  while ((await cluster.modelOf(there)).backlog.windows > 0) {
    if (performance.now() > endMs) throw new Error(`the other one did not hear of it in ${NEWS_MS_MAX} ms`);
    await sleep(10);
  }
  const passedMs = performance.now() - beganMs;
  await cluster.toldTwin.mark([cluster.twin], window);
  return passedMs;
}

/** Milliseconds from the answer to a policy that is set until another process scores by it. */
export async function policyNewsMs(cluster: Cluster): Promise<number> {
  const [here, there] = cluster.someApis();
  if (here === undefined || there === undefined) throw new Error('it takes two processes');
  const { set, ...policy } = await here.json<Record<string, unknown>>('GET', '/v1/policy');
  const baseRate = 0.001 + cluster.input.below(1_000) / 1e6;
  await here.json('PUT', '/v1/policy', { ...policy, baseRate });
  const beganMs = performance.now();
  const endMs = beganMs + NEWS_MS_MAX;
  while ((await there.json<{ baseRate: number }>('GET', '/v1/model')).baseRate !== baseRate) {
    if (performance.now() > endMs) throw new Error(`the other one did not hear of it in ${NEWS_MS_MAX} ms`);
    await sleep(10);
  }
  const passedMs = performance.now() - beganMs;
  await cluster.twin.json('PUT', '/v1/policy', { ...policy, baseRate });
  return passedMs;
}
