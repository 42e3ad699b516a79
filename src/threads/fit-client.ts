/** Fits, each in a thread of its own, one after the other. */
import type { Worker } from 'node:worker_threads';
import type { StoredFit } from '../domain/fit.ts';
import type { Policy } from '../domain/policy.ts';
import type { Fitting } from '../services/fit-runs.ts';
import { FitStage } from './fit-stage.ts';
import type { FitThread, FitThreadStart } from './fit-thread.ts';
import type { LearnerStore } from './learner-store.ts';
import { remote } from './rpc.ts';
import { startThread } from './start-thread.ts';
import { failWithWorker } from './worker-end.ts';

export class FitThreads implements Fitting {
  readonly #store: LearnerStore;
  readonly #environment: Policy;
  /** The fit before; it rejects nothing. */
  #turn: Promise<unknown> = Promise.resolve();
  #running: { worker: Worker; stage: FitStage } | null = null;
  #isClosed = false;

  constructor(store: LearnerStore, environment: Policy) {
    this.#store = store;
    this.#environment = environment;
  }

  fit(site: string, examined: number): Promise<StoredFit | null> {
    const fit = this.#turn.then(() => (this.#isClosed ? null : this.#fitInThread(site, examined)));
    this.#turn = fit.catch(() => undefined);
    return fit;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#running !== null && !this.#running.stage.tellToEnd()) await this.#running.worker.terminate();
    await this.#turn;
  }

  async #fitInThread(site: string, examined: number): Promise<StoredFit | null> {
    const stage = new FitStage();
    const workerData: FitThreadStart = {
      store: this.#store,
      environment: this.#environment,
      stage: stage.memory,
    };
    const worker = startThread('fit', { workerData });
    const thread = remote<FitThread>(worker);
    failWithWorker(worker, [thread]);
    this.#running = { worker, stage };
    try {
      return await thread.proxy.fit(site, examined);
    } catch (error) {
      // What a thread leaves undone that was stopped is no failure.
      if (this.#isClosed) return null;
      throw error;
    } finally {
      this.#running = null;
      await worker.terminate();
    }
  }
}
