/** The code of learning, from src or from a changed copy of it. */
import { pathToFileURL } from 'node:url';
import type { Implementation } from './simulation.ts';

const SRC = new URL('../../../src/', import.meta.url);

/** @param src folder of the sources, absolute; the project's own by default */
export async function loadImplementation(src?: string): Promise<Implementation> {
  const root = src === undefined ? SRC : pathToFileURL(`${src}/`);
  const load = (path: string) => import(new URL(`services/${path}`, root).href);
  const [worker, ledger, generations, follower, retention, accept, storing, corpus, marking, judging] =
    await Promise.all([
      load('learning/advance-ledger.ts'),
      load('learning/ledger.ts'),
      load('learning/generations.ts'),
      load('model-follower.ts'),
      load('learning/retention.ts'),
      load('accept-record.ts'),
      load('store-batch.ts'),
      load('join-corpus.ts'),
      load('mark-window.ts'),
      load('judge-records.ts'),
    ]);
  return {
    ...{ ...worker, ...ledger, ...generations, ...follower, ...retention },
    ...{ ...accept, ...storing, ...corpus, ...marking, ...judging },
  };
}
