/** The code of learning, from src or from a changed copy of it. */
import { pathToFileURL } from 'node:url';

/** The parts of src/services that the protocol lives in, or a changed copy of them. */
export interface Implementation {
  LedgerWorker: typeof import('../../../src/services/learning/advance-ledger.ts').LedgerWorker;
  Ledger: typeof import('../../../src/services/learning/ledger.ts').Ledger;
  appendTokenizer: typeof import('../../../src/services/learning/generations.ts').appendTokenizer;
  removeReplaced: typeof import('../../../src/services/learning/generations.ts').removeReplaced;
  ModelFollower: typeof import('../../../src/services/model-follower.ts').ModelFollower;
  acceptRecord: typeof import('../../../src/services/accept-record.ts').acceptRecord;
  storeBatch: typeof import('../../../src/services/store-batch.ts').storeBatch;
  joinCorpus: typeof import('../../../src/services/join-corpus.ts').joinCorpus;
  markWindow: typeof import('../../../src/services/mark-window.ts').markWindow;
  retractWindow: typeof import('../../../src/services/mark-window.ts').retractWindow;
  judgeRecords: typeof import('../../../src/services/judge-records.ts').judgeRecords;
  importTokens: typeof import('../../../src/services/import-tokens.ts').importTokens;
  purgeSealed: typeof import('../../../src/services/learning/retention.ts').purgeSealed;
}

const SRC = new URL('../../../src/', import.meta.url);

/** @param src folder of the sources, absolute; the project's own by default */
export async function loadImplementation(src?: string): Promise<Implementation> {
  const root = src === undefined ? SRC : pathToFileURL(`${src}/`);
  const load = (path: string) => import(new URL(`services/${path}`, root).href);
  const [
    worker,
    ledger,
    generations,
    follower,
    retention,
    accept,
    storing,
    corpus,
    marking,
    judging,
    importing,
  ] = await Promise.all([
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
    load('import-tokens.ts'),
  ]);
  return {
    ...{ ...worker, ...ledger, ...generations, ...follower, ...retention },
    ...{ ...accept, ...storing, ...corpus, ...marking, ...judging, ...importing },
  };
}
