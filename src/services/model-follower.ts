/**
 * Follows a site's segments and compiles them: the settled counts of all done entries, or of those up to the version that
 * is activated, and the model made of them.
 * It keeps the text of tokens, so it also answers what people ask about them. It runs beside serving (threads/), since
 * compiling and listing take time.
 */
import { compileModel } from '../bayes/compile.ts';
import { CompiledFields } from '../bayes/compiled-fields.ts';
import { countedIn } from '../bayes/counted-in.ts';
import type { SiteFit } from '../bayes/fit/site-fit.ts';
import type { CompiledModel, ModelParameters, TokenCounts } from '../bayes/model.ts';
import { modelIdOf } from '../bayes/model-id.ts';
import type { FieldPruning } from '../bayes/pruning.ts';
import { pruningBy } from '../bayes/pruning-preview.ts';
import { type CountedReason, ReasonCounter, type ReasonCounts } from '../bayes/reason-counts.ts';
import { SettledCounts, type SettledToken } from '../bayes/settled-counts.ts';
import { Sum128, ZERO_SUM } from '../bayes/sum128.ts';
import type { Clock } from '../domain/clock.ts';
import { IMPORT_SLICE } from '../domain/identity.ts';
import { BEFORE_ALL, type SegmentKey } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import type { Page, Store } from '../store/port.ts';
import type { Tokenizers } from '../tokenize/tokenizers.ts';
import { lastFitIn, siteFitIn } from './fit-content.ts';
import { isInForce } from './learning/generations.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import { Versions } from './learning/versions.ts';
import { modelParametersOf } from './model-parameters.ts';
import { type SiteDrift, SiteDrifts } from './site-drift.ts';
import type { TokenQuery, TokenView } from './token-page.ts';
import { pageOfTokens, viewOf } from './token-page.ts';

const READ_SEGMENTS = 64;

interface Followed {
  /** The entry that began it; 0 for the first. */
  generation: number;
  /** Of the tokenizers whose tokens are counted. */
  tokenizerVersion: number;
  counts: SettledCounts;
  /** Fields of these counts as they were compiled last. */
  compiled: CompiledFields;
  /** The last segment that was read. */
  after: SegmentKey;
  /** Σ of the sums of the segments that are in the counts. */
  countedSum: Sum128;
  /** Σ of the done entries' sums, 32 hex digits. */
  sum: string;
  /** The last done entry whose segments are all in the counts. */
  entry: number;
  /** As it was when this was looked at last. */
  policy: Policy;
  /** As above. */
  fit: SiteFit;
  /** The last entry that the fit rests on; absent where nothing was fitted. */
  fittedEntry?: number | undefined;
  /** The last done entry there is: a later one where an earlier version is activated. */
  doneTo: number;
}

export interface ModelNews {
  id: string;
  /** The last entry that is counted in the model. */
  entry: number;
  /** The one that the model is made with. */
  policy: Policy;
  /** The last entry that is counted at all: a later one where an earlier version is activated. */
  doneTo: number;
  /** The last entry that what was fitted rests on; absent where nothing was. */
  fittedEntry?: number | undefined;
  /** Absent where the asker has the model of this id. */
  model?: CompiledModel | undefined;
}

/** What other threads ask of a follower. */
export interface ModelSource {
  /** The model of all entries that are done, or of the version that is activated. @param have id of the model that the asker has */
  refresh(site: string, have?: string): Promise<ModelNews>;
  /** What stands behind reasons, in the order asked for; zeros for a token never seen. */
  reasonCountsOf(site: string, reasons: readonly CountedReason[]): Promise<ReasonCounts[]>;
  /** How far this week's good has moved from the good before; null where either is too little, or no model is loaded. */
  driftOf(site: string): Promise<SiteDrift | null>;
  fieldsOf(site: string): Promise<Record<string, TokenCounts & { tokens: number }>>;
  /** What a floor would leave out of the model, by field. @param below decayed good episodes, ≥ 0 */
  pruningOf(site: string, below: number): Promise<ReadonlyMap<string, FieldPruning>>;
  /** Version of the tokenizers whose tokens are counted. */
  tokenizerOf(site: string): Promise<number>;
  listTokens(site: string, query: TokenQuery): Promise<Page<TokenView>>;
  /** Tokens of one field in the order of their counts' encoding, its presence first, after the one given: pages of an export. */
  readTokens(
    site: string,
    page: { field: string; after?: string | undefined; limit: number },
  ): Promise<TokenView[]>;
}

/** Where an export goes on: the next page asks for what follows the last token of the page before. */
interface OpenExport {
  site: string;
  field: string;
  last: string;
  tokens: Iterator<SettledToken>;
}

const EXPORTS_MAX = 8;

export interface FollowerDependencies {
  store: Store;
  ledger: Ledger;
  tokenizers: Tokenizers;
  /** As the store knows it now. */
  policyOf: (site: string) => Promise<Policy>;
  clock: Pick<Clock, 'monotonicMs'>;
}

export class ModelFollower implements ModelSource {
  readonly #deps: FollowerDependencies;
  readonly #sites = new Map<string, Followed>();
  readonly #versions: Versions;
  readonly #drifts: SiteDrifts;
  /** By site: the activated version whose counts are not there any more. */
  readonly #gone = new Map<string, number>();
  /** Exports that go on, oldest first. */
  readonly #exports: OpenExport[] = [];
  /** One catching-up at a time: each awaits the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: FollowerDependencies) {
    this.#deps = deps;
    this.#versions = new Versions(deps.store);
    this.#drifts = new SiteDrifts(deps.clock);
  }

  async refresh(site: string, have?: string): Promise<ModelNews> {
    const followed = await this.#caughtUp(site);
    const { counts, compiled, sum, entry, doneTo, fittedEntry, policy } = followed;
    const parameters = parametersOf(followed);
    const id = modelIdOf(sum, parameters);
    const news = { id, entry, doneTo, fittedEntry, policy };
    return id === have ? news : { ...news, model: compileModel(counts, parameters, { id, entry }, compiled) };
  }

  async reasonCountsOf(site: string, reasons: readonly CountedReason[]): Promise<ReasonCounts[]> {
    const followed = this.#sites.get(site) ?? (await this.#caughtUp(site));
    const counter = new ReasonCounter(followed.counts, parametersOf(followed));
    return reasons.map(reason => counter.of(reason));
  }

  async driftOf(site: string): Promise<SiteDrift | null> {
    const followed = this.#sites.get(site);
    return followed === undefined ? null : this.#drifts.of(site, followed.counts, followed.sum);
  }

  async fieldsOf(site: string): Promise<Record<string, TokenCounts & { tokens: number }>> {
    const { counts } = await this.#caughtUp(site);
    return counts.fields();
  }

  async pruningOf(site: string, below: number): Promise<ReadonlyMap<string, FieldPruning>> {
    const { counts } = await this.#caughtUp(site);
    return pruningBy(counts, below);
  }

  async tokenizerOf(site: string): Promise<number> {
    return (await this.#caughtUp(site)).tokenizerVersion;
  }

  async readTokens(
    site: string,
    { field, after, limit }: { field: string; after?: string | undefined; limit: number },
  ): Promise<TokenView[]> {
    const followed = await this.#caughtUp(site);
    const { counts } = followed;
    const { tauSquared } = parametersOf(followed);
    const tokens = this.#tokensAfter(counts, site, field, after);
    const counted = countedIn(counts);
    const page: TokenView[] = [];
    while (page.length < limit) {
      const next = tokens.next();
      if (next.done === true) return page;
      page.push(viewOf(next.value, counted, tauSquared));
    }
    const last = page.at(-1)?.token;
    if (last !== undefined) {
      this.#exports.push({ site, field, last, tokens });
      this.#exports.splice(0, this.#exports.length - EXPORTS_MAX);
    }
    return page;
  }

  /** Goes on where the page before ended, or finds that place again. */
  #tokensAfter(
    counts: SettledCounts,
    site: string,
    field: string,
    after: string | undefined,
  ): Iterator<SettledToken> {
    const at = this.#exports.findIndex(
      open => open.site === site && open.field === field && open.last === after,
    );
    const [open] = at < 0 ? [] : this.#exports.splice(at, 1);
    return open === undefined ? counts.tokens(field, after) : open.tokens;
  }

  async listTokens(site: string, query: TokenQuery): Promise<Page<TokenView>> {
    const followed = await this.#caughtUp(site);
    return pageOfTokens(followed.counts, parametersOf(followed), query);
  }

  #caughtUp(site: string): Promise<Followed> {
    const catchUp = () => this.#catchUp(site);
    const turn = this.#turn.then(catchUp, catchUp);
    this.#turn = turn;
    return turn;
  }

  /**
   * The segments that were read are whole where their sums are those of the done entries. They are not where a newer
   * generation was counted meanwhile, and those before it were removed: then all begins anew.
   */
  async #catchUp(site: string): Promise<Followed> {
    for (let brokenIn = -1; ; ) {
      const followed = await this.#follow(site);
      if (followed.countedSum.toString() === followed.sum) {
        this.#sites.set(site, followed);
        return followed;
      }
      this.#forget(site);
      if (followed.generation !== brokenIn) {
        brokenIn = followed.generation;
      } else if (followed.entry < followed.doneTo) {
        // An earlier version, of which segments are gone: the newest is served instead.
        this.#gone.set(site, followed.entry);
        brokenIn = -1;
      } else {
        throw new Error(`the segments up to entry ${followed.entry} are not those that its sum was made of`);
      }
    }
  }

  /** What is known of the site with all that was counted since. @throws AppError `tokenizer-unknown` */
  async #follow(site: string): Promise<Followed> {
    const { store, ledger, tokenizers, policyOf } = this.#deps;
    const policy = await policyOf(site);
    // Before the done entries: what a fit rests on is in the counts.
    const lastFit = await lastFitIn(store, site);
    const fit = siteFitIn(lastFit);
    const versions = await this.#versions.read(site);
    const doneTo = versions.last;
    const state = await ledger.read(site);
    const entry = this.#activatedIn(site, state, doneTo) ?? doneTo;
    const generation = state.generationAt(entry);
    const tokenizerVersion = state.tokenizerAt(entry);
    // Whoever cannot see the tokens that are counted keeps what it has.
    tokenizers.getTokenizer(tokenizerVersion);
    const known = this.#sites.get(site);
    // The counts before go before the new ones come: both may be most of the memory that there is.
    if (known?.generation !== generation || known.entry > entry) this.#forget(site);
    const followed = this.#sites.get(site) ?? begun({ generation, tokenizerVersion, policy, fit });
    await this.#addSegments(site, followed, state, entry);
    followed.sum = versions.at(entry).sum;
    followed.entry = entry;
    followed.doneTo = doneTo;
    followed.policy = policy;
    followed.fit = fit;
    followed.fittedEntry = lastFit?.entry;
    followed.counts.setHalfLife(policy.halfLifeDays);
    return followed;
  }

  /** The entry of the version that is to be served, where that can be; null where the newest is. */
  #activatedIn(site: string, state: LedgerState, doneTo: number): number | null {
    const version = state.activation()?.version;
    if (version === undefined || version >= doneTo || this.#gone.get(site) === version) return null;
    return this.#deps.tokenizers.knows(state.tokenizerAt(version)) ? version : null;
  }

  #forget(site: string): void {
    this.#sites.delete(site);
    const others = this.#exports.filter(open => open.site !== site);
    this.#exports.splice(0, this.#exports.length, ...others);
  }

  async #addSegments(
    site: string,
    followed: Followed,
    state: LedgerState,
    untilEntry: number,
  ): Promise<void> {
    for (;;) {
      const segments = await this.#deps.store.listSegments(site, {
        after: followed.after,
        untilEntry,
        limit: READ_SEGMENTS,
      });
      for (const { counts, ...key } of segments) {
        followed.after = key;
        if (!isInForce(state, key, untilEntry)) continue;
        followed.counts.addSegment(counts, key.slice === IMPORT_SLICE);
        followed.countedSum.addSum(Sum128.parse(key.sum));
      }
      if (segments.length < READ_SEGMENTS) return;
    }
  }
}

function begun(of: Pick<Followed, 'generation' | 'tokenizerVersion' | 'policy' | 'fit'>): Followed {
  return {
    ...of,
    counts: new SettledCounts(of.policy.halfLifeDays),
    compiled: new CompiledFields(),
    after: BEFORE_ALL,
    countedSum: new Sum128(),
    sum: ZERO_SUM,
    entry: 0,
    doneTo: 0,
  };
}

function parametersOf({ policy, tokenizerVersion, fit }: Followed): ModelParameters {
  return modelParametersOf(policy, tokenizerVersion, fit);
}
