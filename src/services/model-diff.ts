/**
 * What moved between two versions of a model: the tokens whose weights differ most, and the entries that changed their
 * counts. Or what would move were a window taken back, by a retraction that is worked out and not appended.
 *
 * One table of counts is filled at a time, beside that of the version which is served: it is that of the first version,
 * whose weights are noted, and then becomes that of the second one. Nothing of it stays but the tokens that moved most.
 */
import { classesOf, countedIn } from '../bayes/counted-in.ts';
import { Counts } from '../bayes/counts.ts';
import { decodeBlocks, decodeCounts, encodeCounts } from '../bayes/counts-codec.ts';
import type { TokenCounts } from '../bayes/model.ts';
import { SettledCounts } from '../bayes/settled-counts.ts';
import { Sum128 } from '../bayes/sum128.ts';
import { tokenLogOdds } from '../bayes/token-log-odds.ts';
import { AppError } from '../domain/errors.ts';
import type { Segment, SegmentKey } from '../domain/ledger.ts';
import { DIFF_TOKENS_MAX } from '../domain/limits.ts';
import { parentFieldOf } from '../domain/parent-token.ts';
import type { Policy } from '../domain/policy.ts';
import type { Store } from '../store/port.ts';
import type { Tokenizers } from '../tokenize/tokenizers.ts';
import { isInForce } from './learning/generations.ts';
import type { Ledger } from './learning/ledger.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import { Versions } from './learning/versions.ts';
import { segmentsWithout } from './learning/what-if.ts';
import { modelParametersOf } from './model-parameters.ts';

/** From one version to another; or from the newest to what it would be without a window. */
export type DiffRequest = { from: number; to: number } | { from: number; without: string };

export interface TokenMove {
  field: string;
  token: string;
  /** Weights, in nats, as TokenView tells them. */
  before: number;
  after: number;
  /** Counts of the second version less those of the first. */
  change: TokenCounts;
  /** The entries that changed its counts most, the largest first; none where those of others alone moved its weight. */
  entries: { entry: number; change: TokenCounts }[];
}

export interface ModelDiff {
  /** By how far the weight moved: those of the page. */
  moves: TokenMove[];
  /** How many there are on all pages, at most DIFF_TOKENS_MAX. */
  tokens: number;
  /** Records and episodes learnt. */
  totals: { before: TokenCounts; after: TokenCounts };
}

type WholeDiff = Omit<ModelDiff, 'tokens'>;

interface DiffDependencies {
  store: Store;
  ledger: Ledger;
  tokenizers: Tokenizers;
  policyOf: (site: string) => Promise<Policy>;
  breathe: () => Promise<unknown>;
}

const READ_SEGMENTS = 64;
/** Rows that are weighed before others have their turn: some ten milliseconds. */
const WEIGHED_ROWS = 8_192;
/** Entries that are told of a token. */
const TOLD_ENTRIES = 8;
/** A smaller move is rounding. */
const MOVE_MIN = 1e-9;

/** A change of the counts, and which entry made it. */
interface Step {
  entry: number;
  counts: Uint8Array;
}

export class ModelDiffs {
  readonly #deps: DiffDependencies;
  readonly #versions: Versions;
  /** One at a time: each awaits the one before. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The last one, for its further pages. */
  #last: { key: string; diff: WholeDiff } | null = null;

  constructor(deps: DiffDependencies) {
    this.#deps = deps;
    this.#versions = new Versions(deps.store);
  }

  /** @throws AppError `model-gone` where counts of either version are not there any more */
  diff(site: string, request: DiffRequest, page: { offset: number; limit: number }): Promise<ModelDiff> {
    const work = async () => {
      const { moves, totals } = await this.#diff(site, request);
      const ofPage = moves.slice(page.offset, page.offset + page.limit);
      return { moves: ofPage, tokens: moves.length, totals };
    };
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }

  async #diff(site: string, request: DiffRequest): Promise<WholeDiff> {
    const versions = await this.#versions.read(site);
    const state = await this.#deps.ledger.read(site);
    const policy = await this.#deps.policyOf(site);
    const key = JSON.stringify([site, request, 'without' in request ? versions.last : 0, policy]);
    if (this.#last?.key === key) return this.#last.diff;
    this.#last = null;
    const settled = new SettledCounts(policy.halfLifeDays);
    await this.#fill(site, state, settled, request.from, versions.at(request.from).sum);
    const { tauSquared } = modelParametersOf(policy, state.tokenizerAt(request.from));
    const before = { totals: settled.totals, weights: await this.#weightsOf(settled, tauSquared) };
    const steps = this.#stepsOf(site, state, request);
    const sum = new Sum128();
    sum.addSum(Sum128.parse(versions.at(request.from).sum));
    for await (const { counts } of steps()) {
      settled.addSegment(counts);
      sum.addSum(decodeCounts(counts).sum());
      await this.#deps.breathe();
    }
    if ('to' in request && sum.toString() !== versions.at(request.to).sum) throw gone(request.to);
    settled.assertNoNegative();
    const moves = await this.#movesOf(settled, before.weights, tauSquared);
    await this.#tellEntries(moves, steps());
    const diff = { moves, totals: { before: before.totals, after: settled.totals } };
    this.#last = { key, diff };
    return diff;
  }

  /** The counts up to an entry. */
  async #fill(
    site: string,
    state: LedgerState,
    settled: SettledCounts,
    entry: number,
    expected: string,
  ): Promise<void> {
    const sum = new Sum128();
    for await (const segment of this.#segments(site, 0, entry)) {
      if (!isInForce(state, segment, entry)) continue;
      settled.addSegment(segment.counts);
      sum.addSum(Sum128.parse(segment.sum));
    }
    if (sum.toString() !== expected) throw gone(entry);
  }

  /** What leads from the first version to the second, as often as it is asked for. */
  #stepsOf(site: string, state: LedgerState, request: DiffRequest): () => AsyncGenerator<Step> {
    const deps = this.#deps;
    if ('without' in request) {
      const kept: Step[] = [];
      let isKept = false;
      return async function* () {
        // Worked out once: it reads every record of the window.
        if (isKept) return yield* kept;
        for await (const { entry, counts } of segmentsWithout(deps, site, {
          doneTo: request.from,
          markId: request.without,
        })) {
          kept.push({ entry, counts });
          yield { entry, counts };
        }
        isKept = true;
      };
    }
    const { from, to } = request;
    const segments = (after: number, until: number) => this.#segments(site, after, until);
    // Of one generation, the segments between them; else those that count in one of them alone.
    const isOneGeneration = state.generationAt(from) === state.generationAt(to);
    return async function* () {
      const after = isOneGeneration ? Math.min(from, to) : 0;
      for await (const segment of segments(after, Math.max(from, to))) {
        const sign = Number(isInForce(state, segment, to)) - Number(isInForce(state, segment, from));
        if (sign > 0) yield segment;
        else if (sign < 0) yield { entry: segment.entry, counts: negated(segment.counts) };
      }
    };
  }

  /** Segments of entries after one, up to another. */
  async *#segments(site: string, after: number, untilEntry: number): AsyncGenerator<Segment> {
    const last = { part: Number.MAX_SAFE_INTEGER, chunk: Number.MAX_SAFE_INTEGER };
    let from: SegmentKey = { entry: after, slice: 2 ** 31 - 1, ...last };
    for (;;) {
      const page = await this.#deps.store.listSegments(site, {
        after: from,
        untilEntry,
        limit: READ_SEGMENTS,
      });
      yield* page;
      await this.#deps.breathe();
      const { entry, slice, part, chunk } = page.at(-1) ?? from;
      from = { entry, slice, part, chunk };
      if (page.length < READ_SEGMENTS) return;
    }
  }

  /**
   * By field, the weight of each row, as tokens are told it: beyond that of its parent in the same version. Rows stay where
   * they are when more is added.
   */
  async #weightsOf(settled: SettledCounts, tauSquared: number): Promise<Map<string, Float64Array>> {
    const weights = new Map<string, Float64Array>();
    const counted = countedIn(settled);
    for (const name of settled.fieldNames()) {
      const field = settled.settledField(name);
      if (field === undefined) continue;
      // Only they are asked for their text: those of n-grams are made when asked for.
      const hasParents = parentFieldOf(name) !== undefined;
      const presence = field.findRow('');
      const ofField = new Float64Array(field.table.size);
      for (let row = 0; row < ofField.length; row++) {
        if (row === presence) continue;
        const token = hasParents ? field.tokenOf(row) : '';
        ofField[row] = tokenLogOdds(name, token, classesOf(field, row), counted, tauSquared);
        if (row % WEIGHED_ROWS === WEIGHED_ROWS - 1) await this.#deps.breathe();
      }
      weights.set(name, ofField);
    }
    return weights;
  }

  async #movesOf(
    settled: SettledCounts,
    before: ReadonlyMap<string, Float64Array>,
    tauSquared: number,
  ): Promise<TokenMove[]> {
    const furthest: { field: string; row: number; before: number; after: number }[] = [];
    const distanceOf = (move: { before: number; after: number }) => Math.abs(move.after - move.before);
    const prune = () => {
      furthest.sort((a, b) => distanceOf(b) - distanceOf(a) || (a.field < b.field ? -1 : 1) || a.row - b.row);
      furthest.length = Math.min(furthest.length, DIFF_TOKENS_MAX);
    };
    for (const [field, weights] of await this.#weightsOf(settled, tauSquared)) {
      const then = before.get(field);
      for (const [row, after] of weights.entries()) {
        const move = { field, row, before: then?.[row] ?? 0, after };
        if (distanceOf(move) < MOVE_MIN) continue;
        furthest.push(move);
        if (furthest.length >= 2 * DIFF_TOKENS_MAX) prune();
      }
    }
    prune();
    const none = { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 };
    return furthest.flatMap(({ field, row, ...weights }) => {
      const token = settled.settledField(field)?.tokenOf(row) ?? '';
      return token === '' ? [] : [{ field, token, ...weights, change: { ...none }, entries: [] }];
    });
  }

  /** Adds to the moves by how much each entry changed their counts. */
  async #tellEntries(moves: readonly TokenMove[], steps: AsyncGenerator<Step>): Promise<void> {
    const byField = new Map<string, TokenMove[]>();
    for (const move of moves) byField.set(move.field, [...(byField.get(move.field) ?? []), move]);
    for await (const { entry, counts } of steps) {
      const delta = decodeCounts(counts);
      const days = new Set(decodeBlocks(counts).map(({ day, field }) => `${day} ${field}`));
      for (const place of days) {
        const [day = '', field = ''] = place.split(' ');
        for (const move of byField.get(field) ?? [])
          addChange(move, entry, delta.countsOf(Number(day), field, move.token));
      }
      await this.#deps.breathe();
    }
    for (const { entries } of moves) keepLargest(entries);
  }
}

function sizeOf({ change }: { change: TokenCounts }): number {
  return Object.values(change).reduce((sum, count) => sum + Math.abs(count), 0);
}

function keepLargest(entries: TokenMove['entries']): void {
  entries.sort((a, b) => sizeOf(b) - sizeOf(a) || b.entry - a.entry);
  entries.length = Math.min(entries.length, TOLD_ENTRIES);
}

function addChange(move: TokenMove, entry: number, delta: TokenCounts): void {
  const units = ['goodRecords', 'goodEpisodes', 'badRecords', 'badEpisodes'] as const;
  if (units.every(unit => delta[unit] === 0)) return;
  let told = move.entries.at(-1);
  if (told?.entry !== entry) {
    // Entries come one after the other, so those before are complete.
    if (move.entries.length >= 4 * TOLD_ENTRIES) keepLargest(move.entries);
    told = { entry, change: { goodRecords: 0, goodEpisodes: 0, badRecords: 0, badEpisodes: 0 } };
    move.entries.push(told);
  }
  for (const unit of units) {
    told.change[unit] += delta[unit];
    move.change[unit] += delta[unit];
  }
}

function negated(bytes: Uint8Array): Uint8Array {
  const counts = new Counts();
  counts.add(decodeCounts(bytes), -1);
  return encodeCounts(counts);
}

function gone(entry: number): AppError {
  const detail = `the counts up to entry ${entry} are gone: a newer tokenizer has counted all again since`;
  return new AppError('model-gone', detail);
}
