/**
 * Follows a site's segments and compiles them: the settled counts of all done entries, and the model made of them.
 * It keeps the text of tokens, so it also answers what people ask about them. It runs beside serving (threads/), since
 * compiling and listing take time.
 */
import { compileModel } from '../bayes/compile.ts';
import type { CompiledModel, ModelParameters, TokenCounts } from '../bayes/model.ts';
import { modelIdOf } from '../bayes/model-id.ts';
import { SettledCounts, type SettledToken } from '../bayes/settled-counts.ts';
import { Sum128 } from '../bayes/sum128.ts';
import type { Segment } from '../domain/ledger.ts';
import type { Store } from '../store/port.ts';
import { doneAfter } from './learning/done-entries.ts';
import type { TokenQuery, TokenView } from './services.ts';
import { pageOfTokens, type TokenPage, viewOf } from './token-page.ts';

const READ_SEGMENTS = 64;
const BEFORE_ALL: SegmentKey = { entry: 0, slice: 0, part: 0, chunk: 0 };

type SegmentKey = Pick<Segment, 'entry' | 'slice' | 'part' | 'chunk'>;

interface Followed {
  counts: SettledCounts;
  /** The last segment that is in the counts. */
  after: SegmentKey;
  /** Σ of the done entries' sums. */
  sum: Sum128;
  /** The last done entry whose segments are all in the counts. */
  entry: number;
}

export interface ModelNews {
  id: string;
  /** The last entry that is counted. */
  entry: number;
  /** Absent where the asker has the model of this id. */
  model?: CompiledModel | undefined;
}

/** What other threads ask of a follower. */
export interface ModelSource {
  /** The model of all entries that are done. @param have id of the model that the asker has */
  refresh(site: string, have?: string): Promise<ModelNews>;
  /** Settled counts of tokens, in the order asked for; zeros for one never seen. */
  countsOf(site: string, tokens: readonly { field: string; token: string }[]): Promise<TokenCounts[]>;
  fieldsOf(site: string): Promise<Record<string, TokenCounts & { tokens: number }>>;
  listTokens(site: string, query: TokenQuery): Promise<TokenPage>;
  /** Tokens of one field in the order of their counts' encoding, after the one given: pages of an export. */
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

export class ModelFollower implements ModelSource {
  readonly #store: Store;
  readonly #parametersOf: (site: string) => ModelParameters;
  readonly #sites = new Map<string, Followed>();
  /** Exports that go on, oldest first. */
  readonly #exports: OpenExport[] = [];
  /** One catching-up at a time: each awaits the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: Store, parametersOf: (site: string) => ModelParameters) {
    this.#store = store;
    this.#parametersOf = parametersOf;
  }

  async refresh(site: string, have?: string): Promise<ModelNews> {
    const { counts, sum, entry } = await this.#caughtUp(site);
    const parameters = this.#parametersOf(site);
    const id = modelIdOf(sum.toString(), parameters);
    return id === have
      ? { id, entry }
      : { id, entry, model: compileModel(counts, parameters, { id, entry }) };
  }

  async countsOf(site: string, tokens: readonly { field: string; token: string }[]): Promise<TokenCounts[]> {
    const { counts } = this.#sites.get(site) ?? (await this.#caughtUp(site));
    return tokens.map(({ field, token }) => counts.countsOf(field, token));
  }

  async fieldsOf(site: string): Promise<Record<string, TokenCounts & { tokens: number }>> {
    const { counts } = await this.#caughtUp(site);
    return counts.fields();
  }

  async readTokens(
    site: string,
    { field, after, limit }: { field: string; after?: string | undefined; limit: number },
  ): Promise<TokenView[]> {
    const { counts } = await this.#caughtUp(site);
    const totals = counts.totalsOf(field);
    const { tauSquared } = this.#parametersOf(site);
    const tokens = this.#tokensAfter(counts, site, field, after);
    const page: TokenView[] = [];
    while (page.length < limit) {
      const next = tokens.next();
      if (next.done === true) return page;
      if (next.value.token !== '') page.push(viewOf(next.value, totals, tauSquared));
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
    if (open !== undefined) return open.tokens;
    const tokens = counts.tokens(field);
    if (after === undefined) return tokens;
    for (let next = tokens.next(); next.done !== true && next.value.token !== after; ) next = tokens.next();
    return tokens;
  }

  async listTokens(site: string, query: TokenQuery): Promise<TokenPage> {
    const { counts } = await this.#caughtUp(site);
    return pageOfTokens(counts, this.#parametersOf(site), query);
  }

  #caughtUp(site: string): Promise<Followed> {
    const catchUp = () => this.#catchUp(site);
    const turn = this.#turn.then(catchUp, catchUp);
    this.#turn = turn;
    return turn;
  }

  async #catchUp(site: string): Promise<Followed> {
    const followed = this.#of(site);
    for await (const done of doneAfter(this.#store, site, followed.entry)) {
      await this.#addSegments(site, followed, done.entry);
      followed.sum.addSum(Sum128.parse(done.sum));
      followed.entry = done.entry;
    }
    return followed;
  }

  #of(site: string): Followed {
    let followed = this.#sites.get(site);
    if (followed === undefined) {
      const counts = new SettledCounts(this.#parametersOf(site).halfLifeDays);
      followed = { counts, after: BEFORE_ALL, sum: new Sum128(), entry: 0 };
      this.#sites.set(site, followed);
    }
    return followed;
  }

  async #addSegments(site: string, followed: Followed, untilEntry: number): Promise<void> {
    for (;;) {
      const segments = await this.#store.listSegments(site, {
        after: followed.after,
        untilEntry,
        limit: READ_SEGMENTS,
      });
      for (const { counts, ...key } of segments) {
        followed.counts.addSegment(counts);
        followed.after = key;
      }
      if (segments.length < READ_SEGMENTS) return;
    }
  }
}
