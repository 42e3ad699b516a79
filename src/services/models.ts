/** The models that this process serves with: the newest of each site, ready to score. */

import type { CompiledModel } from '../bayes/model.ts';
import { Scorer } from '../bayes/suspicion.ts';
import type { Clock } from '../domain/clock.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tokenize, Tokenizers } from '../tokenize/tokenizers.ts';
import type { ModelNews, ModelSource } from './model-follower.ts';

export interface ServedModel {
  model: CompiledModel;
  scorer: Scorer;
  /** Sees in a record the tokens that the model counts. */
  tokenize: Tokenize;
  /** What the model is made with: verdicts and whatever else is decided at acceptance go by it. */
  policy: Policy;
  /** The last ledger entry that is counted in it; may be later than the model's, where entries changed no count. */
  entry: number;
  /** The last ledger entry that is counted at all: a later one where an earlier version is activated. */
  doneTo: number;
  /** The last ledger entry that what was fitted rests on; absent where nothing was. */
  fittedEntry?: number | undefined;
  loadedAtMs: number;
}

export class Models {
  readonly #source: ModelSource;
  readonly #clock: Clock;
  readonly #tokenizers: Tokenizers;
  readonly #served = new Map<string, ServedModel>();
  readonly #refreshing = new Map<string, Promise<ServedModel>>();
  readonly #again = new Map<string, Promise<ServedModel>>();

  constructor(source: ModelSource, clock: Clock, tokenizers: Tokenizers) {
    this.#source = source;
    this.#clock = clock;
    this.#tokenizers = tokenizers;
  }

  /**
   * The newest model that is loaded; loads it where the site was not served before.
   * @throws AppError `tokenizer-unknown` where it cannot be loaded for that
   */
  async current(site: string): Promise<ServedModel> {
    return this.#served.get(site) ?? this.refresh(site);
  }

  /** Sites that are being served. */
  sites(): string[] {
    return [...this.#served.keys()];
  }

  /** Loads what has been learnt since. Calls during a load share one more load after it. */
  refresh(site: string): Promise<ServedModel> {
    const running = this.#refreshing.get(site);
    if (running === undefined) return this.#start(site);
    let again = this.#again.get(site);
    if (again === undefined) {
      const restart = () => {
        this.#again.delete(site);
        return this.#start(site);
      };
      again = running.then(restart, restart);
      this.#again.set(site, again);
    }
    return again;
  }

  #start(site: string): Promise<ServedModel> {
    const load = this.#load(site).finally(() => this.#refreshing.delete(site));
    this.#refreshing.set(site, load);
    return load;
  }

  async #load(site: string): Promise<ServedModel> {
    const served = this.#served.get(site);
    const news = await this.#source.refresh(site, served?.model.id);
    const loadedAtMs = this.#clock.nowMs();
    const next =
      news.model === undefined && served !== undefined
        ? {
            ...served,
            entry: news.entry,
            doneTo: news.doneTo,
            fittedEntry: news.fittedEntry,
            policy: news.policy,
          }
        : this.#serve(news, loadedAtMs);
    this.#served.set(site, next);
    return next;
  }

  #serve({ model, entry, doneTo, fittedEntry, policy }: ModelNews, loadedAtMs: number): ServedModel {
    if (model === undefined) throw new Error('the model source sent no model to a site that has none');
    const tokenize = this.#tokenizers.getTokenizer(model.parameters.tokenizerVersion);
    return { model, scorer: new Scorer(model), tokenize, policy, entry, doneTo, fittedEntry, loadedAtMs };
  }
}
