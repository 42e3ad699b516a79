/**
 * The model of src/bayes once more, straight from its definition: sets, maps of strings, recursion, bisection. Slow, and
 * sharing no code with what it checks.
 */
import type { RecordClass } from '../../src/domain/label.ts';
import type { Observations } from '../../src/domain/observation.ts';

export interface Classed {
  observations: Observations;
  before: RecordClass;
  after: RecordClass;
}

export interface Episode {
  day: number;
  records: Classed[];
}

export interface NaiveCounts {
  goodRecords: number;
  goodEpisodes: number;
  badRecords: number;
  badEpisodes: number;
}

export interface NaiveParameters {
  baseRate: number;
  halfLifeDays: number;
  epsilon: number;
  tauSquared: number;
  pruneBelow?: number | undefined;
}

const SEPARATORS: Record<string, string> = { 'dns.question.name': '.', message: ' ' };
const END = '␃';
/** Of the fields that arbitraries.ts draws. */
const SURPRISING = ['dns.question.type', 'destination.port'];

const lessForGood = (nats: number, share: number) => (nats < 0 ? nats * share : nats);

/** One character a symbol: folded, `␠` a space, `□` what is outside the alphabet, `␃` the end. */
export function signsOf(text: string): string[] {
  const signs = text
    .slice(0, 1024)
    .split('')
    .map(unit => {
      const folded = /[A-Z]/.test(unit) ? unit.toLowerCase() : unit;
      if (folded === ' ') return '␠';
      return /[a-z0-9._/:=&?%+;,@()[\]{}"'<>$\\-]/.test(folded) ? folded : '□';
    });
  return [...signs, END];
}

/** Tokens of a record as `field\ntoken`: slices of the text with its end mark, category tokens, presence. */
export function tokensOf({ sequences, shape, categories }: Observations): Set<string> {
  const tokens = new Set(['record\n']);
  for (const { field, text } of sequences) {
    const signs = signsOf(text);
    tokens.add(`${field}\n`);
    for (let order = 1; order <= 5; order++) {
      for (let at = 0; at + order <= signs.length; at++) {
        tokens.add(`${field}\n${signs.slice(at, at + order).join('')}`);
      }
    }
  }
  for (const { field, token } of [...shape, ...categories]) {
    tokens.add(`${field}\n`);
    tokens.add(`${field}\n${token}`);
  }
  return tokens;
}

export function naiveSigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** λ by bisection of `C⁺ − (C⁺+C⁻)·σ(λ+o) − λ/τ²`. */
export function naiveLogOdds(
  bad: number,
  good: number,
  badTotal: number,
  goodTotal: number,
  tauSquared: number,
): number {
  if (badTotal === 0 || goodTotal === 0) return 0;
  const offset = Math.log(badTotal / goodTotal);
  let low = -tauSquared * (bad + good) - 1;
  let high = tauSquared * (bad + good) + 1;
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    const value = bad - (bad + good) * naiveSigmoid(middle + offset) - middle / tauSquared;
    if (value > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Learns the `after` classes of all records, then tells evidence. */
export class NaiveModel {
  readonly #counts = new Map<string, NaiveCounts>();
  /** Tokens after each context of a field: `field\ncontext` → whole n-grams. */
  readonly #followers = new Map<string, string[]>();
  readonly #parameters: NaiveParameters;

  constructor(episodes: readonly Episode[], parameters: NaiveParameters) {
    this.#parameters = parameters;
    const days = episodes
      .filter(({ records }) => records.some(({ after }) => after !== 'none'))
      .map(({ day }) => day);
    const newest = Math.max(-1, ...days);
    for (const { day, records } of episodes) {
      const age = day < 0 ? 0 : newest - day;
      const weight = Math.round(0.5 ** (age / parameters.halfLifeDays) * 2 ** 24) / 2 ** 24;
      for (const label of ['good', 'bad'] as const) {
        const held = new Set<string>();
        for (const { observations } of records.filter(({ after }) => after === label)) {
          for (const token of tokensOf(observations)) {
            this.#bump(token, `${label}Records`, weight);
            held.add(token);
          }
        }
        for (const token of held) this.#bump(token, `${label}Episodes`, weight);
      }
    }
    for (const name of this.#counts.keys()) {
      const [field = '', token = ''] = name.split('\n');
      if (token === '') continue;
      const context = `${field}\n${token.slice(0, -1)}`;
      this.#followers.set(context, [...(this.#followers.get(context) ?? []), name]);
    }
  }

  countsOf(field: string, token: string): NaiveCounts {
    return (
      this.#counts.get(`${field}\n${token}`) ?? {
        goodRecords: 0,
        goodEpisodes: 0,
        badRecords: 0,
        badEpisodes: 0,
      }
    );
  }

  /** Whether the floor leaves a token in the model; one never seen is not there. */
  #isHeld(field: string, token: string): boolean {
    const { goodEpisodes, badEpisodes } = this.countsOf(field, token);
    const floor = this.#parameters.pruneBelow ?? 0;
    if (goodEpisodes === 0 && badEpisodes === 0) return false;
    return goodEpisodes >= floor || badEpisodes >= floor || badEpisodes >= 0.5;
  }

  /** Whether anything of the field is in the model. */
  #isAnyHeld(field: string): boolean {
    return (this.#followers.get(`${field}\n`) ?? []).some(name =>
      this.#isHeld(field, name.slice(field.length + 1)),
    );
  }

  /** P(sign | context) in one class. What is pruned after a context is given to the shorter one. */
  p(field: string, context: string, sign: string, unit: 'goodRecords' | 'badEpisodes'): number {
    const lower = context === '' ? 1 / 64 : this.p(field, context.slice(1), sign, unit);
    const names = this.#followers.get(`${field}\n${context}`) ?? [];
    const countOf = (name: string) => this.#counts.get(name)?.[unit] ?? 0;
    const types = names.filter(name => countOf(name) >= 0.5).length;
    if (types === 0) return lower;
    const sum = (some: readonly string[]) => some.reduce((total, name) => total + countOf(name), 0);
    const pruned = sum(names.filter(name => !this.#isHeld(field, name.slice(field.length + 1))));
    const own = this.#isHeld(field, context + sign) ? this.countsOf(field, context + sign)[unit] : 0;
    return (own + (types + pruned) * lower) / (sum(names) + types);
  }

  /** λ of an n-gram or a category token. */
  lambda(field: string, token: string, good: 'goodEpisodes' | 'goodRecords' = 'goodEpisodes'): number {
    const counts = this.countsOf(field, token);
    const totals = this.countsOf(field, '');
    if (!this.#isHeld(field, token)) return 0;
    const network = /[.]ip$/.test(field) ? /^(\d+[.]\d+[.]\d+)[.]\d+$/.exec(token) : null;
    const ofNetworks = this.countsOf(`${field}.network`, '');
    if (network !== null && ofNetworks.badEpisodes > 0 && ofNetworks.goodEpisodes > 0) {
      return this.conditional(field, token, `${field}.network`, `${network[1]}.0/24`, field);
    }
    return naiveLogOdds(
      counts.badEpisodes,
      counts[good],
      totals.badEpisodes,
      totals[good],
      this.#parameters.tauSquared,
    );
  }

  /** −Σ n·ln P / Σ n over the good records of all n-grams. */
  surpriseMean(field: string): number {
    const good = [...this.#counts]
      .map(([name, { goodRecords }]) => ({ name, n: goodRecords }))
      .filter(({ name }) => name.startsWith(`${field}\n`) && name.length > field.length + 1)
      .map(({ name, n }) => ({ token: name.slice(field.length + 1), n }));
    let total = 0;
    let surprise = 0;
    for (const { token, n } of good) {
      total += n;
      surprise -= n * Math.log(this.p(field, token.slice(0, -1), token.slice(-1), 'goodRecords'));
    }
    return total === 0 ? 0 : surprise / total;
  }

  /** The five kinds of evidence of some positions of a text; the means as if `silent` more signs said nothing. */
  kindsOf(
    field: string,
    signs: readonly string[],
    from: number,
    to: number,
    silent = 0,
  ): Record<string, number> {
    const totals = this.countsOf(field, '');
    const learntGood = totals.goodRecords > 0;
    const learntBoth = learntGood && totals.badEpisodes > 0;
    const sums = { good: 0, bad: 0, lambda: 0, lambdaRecords: 0, unseen: 0, ngrams: 0 };
    for (let at = from; at < to; at++) {
      const context = signs.slice(Math.max(0, at - 4), at).join('');
      const sign = signs[at] ?? '';
      sums.good += Math.log(this.p(field, context, sign, 'goodRecords'));
      sums.bad += Math.log(this.p(field, context, sign, 'badEpisodes'));
      for (let start = Math.max(0, at - 3); start <= at; start++) {
        const ngram = signs.slice(start, at + 1).join('');
        sums.lambda += this.lambda(field, ngram);
        sums.lambdaRecords += this.lambda(field, ngram, 'goodRecords');
        sums.ngrams++;
        if (!this.#isHeld(field, ngram)) sums.unseen++;
      }
    }
    const length = to - from;
    const { epsilon } = this.#parameters;
    // Short texts only: beyond some 300 symbols these exponentials leave the range of doubles.
    const mixed = (1 - epsilon) * Math.exp(sums.bad) + epsilon * 64 ** -length;
    return {
      likelihood: learntBoth ? (Math.log(mixed) - sums.good) / Math.sqrt(length) : 0,
      surprise: learntGood ? (-sums.good - this.surpriseMean(field) * length) / (length + silent) : 0,
      log_odds: learntBoth ? sums.lambda / (length + silent) : 0,
      log_odds_records: learntBoth ? sums.lambdaRecords / (length + silent) : 0,
      unseen: learntGood ? sums.unseen / (sums.ngrams + 4 * silent) : 0,
    };
  }

  /** All evidence of a record, group by group. */
  evidenceOf({ sequences, shape, categories }: Observations): Record<string, number> {
    const evidence: Record<string, number> = {};
    const add = (group: string, value: number) => {
      evidence[group] = (evidence[group] ?? 0) + value;
    };
    for (const { field, text, core = 0 } of sequences) {
      if (!this.#isAnyHeld(field)) continue;
      const signs = signsOf(text);
      const ranges = segmentsOf(text, SEPARATORS[field] ?? '');
      const segments = ranges.map(([from, to]) => this.kindsOf(field, signs, from, to, 8));
      const coreStart = core > 0 ? ranges.find(([from]) => from >= core)?.[0] : undefined;
      const ofCore = coreStart === undefined ? {} : this.kindsOf(field, signs, coreStart, signs.length);
      for (const [kind, value] of Object.entries(this.kindsOf(field, signs, 0, signs.length))) {
        const said = Math.max(value, ofCore[kind] ?? value);
        add(`${field}.${kind}`, kind === 'likelihood' ? lessForGood(said, 1 / 2) : said);
        add(`${field}.worst_${kind}`, Math.max(...segments.map(segment => segment[kind] ?? 0)));
      }
    }
    const distinct = new Map(
      [...shape, ...categories].map(({ field, token }) => [`${field}\n${token}`, { field, token }]),
    );
    for (const { field, token } of distinct.values()) {
      const [valueField = '', contextField] = field.split('|');
      if (contextField !== undefined) {
        const [value = '', ...context] = token.split(' given ');
        add('conditional', this.conditional(field, token, valueField, value));
        add(
          contextField === 'network.protocol' ? 'protocol_surprise' : 'conditional_surprise',
          this.conditionalSurprise(field, valueField, value, context.join(' given ')),
        );
        continue;
      }
      const group = field.includes('#core_')
        ? 'core'
        : field.includes('#')
          ? 'shape'
          : /[.]ip([.]network)?$/.test(field)
            ? 'addresses'
            : field.startsWith('network.statistics.')
              ? 'statistics'
              : /[.](top_level|registered)_domain$/.test(field)
                ? 'core'
                : 'categories';
      add(group, this.lambda(field, token));
      if (SURPRISING.includes(field)) add('category_surprise', this.categorySurprise(field, token));
    }
    return 'core' in evidence ? { ...evidence, core: lessForGood(evidence['core'] ?? 0, 1 / 4) } : evidence;
  }

  /** Tokens of a category field that any good episode holds, with n. */
  #goodOf(field: string): { token: string; n: number }[] {
    return [...this.#counts]
      .map(([name, { goodEpisodes }]) => ({ name, n: goodEpisodes }))
      .filter(({ name, n }) => name.startsWith(`${field}\n`) && name.length > field.length + 1 && n > 0)
      .map(({ name, n }) => ({ token: name.slice(field.length + 1), n }));
  }

  /** P of a value among the good; 1 where none is known. */
  #valueP(field: string, token: string): number {
    const good = this.#goodOf(field);
    const known = good.filter(({ n }) => n >= 0.5).length;
    const total = good.reduce((sum, { n }) => sum + n, 0);
    const n = this.#isHeld(field, token) ? (good.find(one => one.token === token)?.n ?? 0) : 0;
    return known === 0 ? 1 : (n + known * (1 / (known + 1))) / (total + known);
  }

  categorySurprise(field: string, token: string): number {
    const good = this.#goodOf(field);
    const total = good.reduce((sum, { n }) => sum + n, 0);
    if (total === 0) return 0;
    const mean = good.reduce(
      (sum, one) => sum - (one.n / total) * Math.log(this.#valueP(field, one.token)),
      0,
    );
    return -Math.log(this.#valueP(field, token)) - mean;
  }

  /** λ(v|h) − λ(v) by bisection. */
  conditional(
    field: string,
    token: string,
    valueField: string,
    value: string,
    expectedBy = valueField,
  ): number {
    const pair = this.countsOf(field, token);
    const totals = this.countsOf(valueField, '');
    if (totals.badEpisodes === 0 || totals.goodEpisodes === 0 || !this.#isHeld(field, token)) return 0;
    const own = this.countsOf(expectedBy, '');
    if (own.badEpisodes === 0 || own.goodEpisodes === 0) return 0;
    const expected = Math.exp(this.lambda(valueField, value)) * own.badEpisodes;
    return naiveLogOdds(
      pair.badEpisodes,
      pair.goodEpisodes,
      expected,
      own.goodEpisodes,
      this.#parameters.tauSquared,
    );
  }

  /** ln P(v) − ln P(v|h), not centred; null where nothing good is known of the context, or all pairs of it are pruned. */
  #strangeness(field: string, valueField: string, value: string, context: string): number | null {
    const inContext = this.#goodOf(field).filter(({ token }) => contextOf(token) === context);
    const known = inContext.filter(({ n }) => n >= 0.5).length;
    const pairs = [...this.#counts.keys()]
      .filter(name => name.startsWith(`${field}\n`))
      .map(name => name.slice(field.length + 1))
      .filter(token => contextOf(token) === context);
    if (known === 0 || !pairs.some(token => this.#isHeld(field, token))) return null;
    const total = inContext.reduce((sum, { n }) => sum + n, 0);
    const pair = inContext.find(({ token }) => token === `${value} given ${context}`);
    const n = pair !== undefined && this.#isHeld(field, pair.token) ? pair.n : 0;
    const pruned = inContext
      .filter(({ token }) => !this.#isHeld(field, token))
      .reduce((sum, one) => sum + one.n, 0);
    const plain = this.#valueP(valueField, value);
    return Math.log(plain) - Math.log((n + (known + pruned) * plain) / (total + known));
  }

  conditionalSurprise(field: string, valueField: string, value: string, context: string): number {
    const said = this.#strangeness(field, valueField, value, context);
    if (said === null) return 0;
    let total = 0;
    let sum = 0;
    for (const { token, n } of this.#goodOf(field)) {
      const [other = ''] = token.split(' given ');
      const strangeness = this.#strangeness(field, valueField, other, contextOf(token));
      if (strangeness === null) continue;
      total += n;
      sum += n * strangeness;
    }
    return said - sum / total;
  }

  #bump(token: string, unit: keyof NaiveCounts, by: number): void {
    const counts = this.#counts.get(token) ?? {
      goodRecords: 0,
      goodEpisodes: 0,
      badRecords: 0,
      badEpisodes: 0,
    };
    counts[unit] += by;
    this.#counts.set(token, counts);
  }
}

/** @example contextOf('A given x given y') // 'x given y' */
function contextOf(token: string): string {
  return token.split(' given ').slice(1).join(' given ');
}

/** [from, to) of each segment in symbols: separators and the end mark belong to what they end. */
export function segmentsOf(text: string, separators: string): [number, number][] {
  const segments: [number, number][] = [];
  const units = text.slice(0, 1024).split('');
  let from = 0;
  for (const [at, unit] of units.entries()) {
    if (!separators.includes(unit) || at === units.length - 1) continue;
    segments.push([from, at + 1]);
    from = at + 1;
  }
  return [...segments, [from, units.length + 1]];
}
