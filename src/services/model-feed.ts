/**
 * Keeps the models that this process serves up to what other processes have learnt, and what policy they have set: by the
 * bus, and by a poll where it is silent.
 */
import type { Bus, BusEvent } from '../bus/port.ts';
import type { Models } from './models.ts';

/** What was learnt or set elsewhere is served after this at the latest, whatever became of the news of it. */
const POLL_MS = 10_000;

export interface ModelFeedDependencies {
  models: Models;
  bus: Bus;
  onError: (error: unknown, what: string) => void;
}

export class ModelFeed {
  readonly #deps: ModelFeedDependencies;
  #timer: NodeJS.Timeout | undefined;
  #end = () => {};

  constructor(deps: ModelFeedDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#end = this.#deps.bus.subscribe(event => this.#hear(event));
    this.#timer = setInterval(() => this.#refreshAll(), POLL_MS);
    this.#timer.unref();
  }

  stop(): void {
    this.#end();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #hear(event: BusEvent): void {
    if (event.type === 'gap') this.#refreshAll();
    else if (this.#deps.models.sites().includes(event.site)) this.#refresh(event.site);
  }

  #refreshAll(): void {
    for (const site of this.#deps.models.sites()) this.#refresh(site);
  }

  #refresh(site: string): void {
    this.#deps.models.refresh(site).catch(error => {
      if (this.#timer !== undefined) this.#deps.onError(error, `loading what was learnt of site ${site}`);
    });
  }
}
