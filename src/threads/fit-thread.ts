/** The thread that works out one fit, and ends: it takes long, and neither requests nor learning wait for it. */
import assert from 'node:assert';
import { constants, setPriority } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { StoredFit } from '../domain/fit.ts';
import type { Policy } from '../domain/policy.ts';
import { fitBasis, fitBy } from '../services/fitting/fitter.ts';
import { KNOWN_TOKENIZERS } from '../tokenize/tokenizers.ts';
import { FitStage } from './fit-stage.ts';
import { type LearnerStore, openLearnerStore } from './learner-store.ts';
import { serve } from './rpc.ts';

export interface FitThreadStart {
  store: LearnerStore;
  environment: Policy;
  /** Of its stage (fit-stage.ts). */
  stage: SharedArrayBuffer;
}

export interface FitThread {
  /** @returns null where there is nothing to fit, or it was told to end */
  fit(site: string, examined: number): Promise<StoredFit | null>;
}

assert(parentPort !== null, 'this file is run in a thread');
// Only Linux has a priority for each thread: elsewhere it would be that of the process.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const { store: where, environment, stage: memory } = workerData as FitThreadStart;
const stage = new FitStage(memory);

class ToldToEnd extends Error {}

async function breathe(): Promise<void> {
  await setImmediate();
  if (stage.isToEnd()) throw new ToldToEnd();
}

async function fit(site: string, examined: number): Promise<StoredFit | null> {
  const store = await openLearnerStore(where);
  const deps = { store, tokenizers: KNOWN_TOKENIZERS, environment, breathe };
  try {
    const basis = await fitBasis(deps, site, examined).finally(() => store.close());
    return basis !== null && stage.beginComputing() ? fitBy(basis) : null;
  } catch (error) {
    if (error instanceof ToldToEnd) return null;
    throw error;
  }
}

serve<FitThread>({ fit }, parentPort);
