/** The thread of the learner: its own handle on the store, so that counting never keeps a request waiting. */
import assert from 'node:assert';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { SYSTEM_CLOCK } from '../cli/clock.ts';
import type { Policy } from '../domain/policy.ts';
import { type LearnerPort, learnerBy } from '../services/learner.ts';
import { type LearnerStore, openLearnerStore } from './learner-store.ts';
import { serve } from './rpc.ts';

export interface LearnerThreadStart {
  store: LearnerStore;
  policy: Policy;
  waitsForClock: boolean;
}

/** A learner, and the beginning and the end of its thread. */
export interface LearnerThread extends LearnerPort {
  /** Resolves once the thread is there to answer. */
  start(): Promise<void>;
  close(): Promise<void>;
}

assert(parentPort !== null, 'this file is run in a thread');
// Where there are fewer cores than threads, who asks goes before who learns. Only Linux has a priority for each thread:
// elsewhere it would be that of the process. Anybody may lower it, so this does not fail.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const { store: where, policy, waitsForClock } = workerData as LearnerThreadStart;
const store = await openLearnerStore(where);
const learner = learnerBy(policy, store, SYSTEM_CLOCK, waitsForClock);
serve<LearnerThread>(
  {
    advance: site => learner.advance(site),
    refresh: (site, have) => learner.refresh(site, have),
    reasonCountsOf: (site, reasons) => learner.reasonCountsOf(site, reasons),
    driftOf: site => learner.driftOf(site),
    fieldsOf: site => learner.fieldsOf(site),
    pruningOf: (site, below) => learner.pruningOf(site, below),
    diff: (site, request, page) => learner.diff(site, request, page),
    goodBy: (site, upTo, goodRecords) => learner.goodBy(site, upTo, goodRecords),
    taughtBy: (site, tokens, upTo) => learner.taughtBy(site, tokens, upTo),
    tokenizerOf: site => learner.tokenizerOf(site),
    listTokens: (site, query) => learner.listTokens(site, query),
    readTokens: (site, page) => learner.readTokens(site, page),
    start: () => Promise.resolve(),
    close: () => store.close(),
  },
  parentPort,
);
