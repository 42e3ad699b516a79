/**
 * One random life of a small site: writers post plain records and labelled corpora, people mark, judge and retract, import
 * what other sites have learnt, baselines pass, slices are sealed (and in every other life their records go), workers of
 * several releases with other tokenizers count, readers follow the model; all of them interleaved at every store call, paused
 * and killed. In the end fresh workers settle what is left, and the counts must be those of a plain recount.
 *
 * The code under test is a parameter, so that the same simulation runs over copies of it with a rule taken out.
 */
import { AppError, isAppError } from '../../../src/domain/errors.ts';
import { recordIdOf, SLICE_MS } from '../../../src/domain/identity.ts';
import type { DnsRecord } from '../../../src/domain/record.ts';
import { undatedGenerationOf } from '../../../src/domain/undated-generation.ts';
import type { Jobs } from '../../../src/jobs/port.ts';
import type { ImportLine } from '../../../src/services/import-tokens.ts';
import { inventoryOf } from '../../../src/services/inventory.ts';
import type { MarkingDependencies } from '../../../src/services/mark-window.ts';
import { recount } from '../../../src/services/recount.ts';
import type { StoringDependencies } from '../../../src/services/store-batch.ts';
import type { Store } from '../../../src/store/port.ts';
import type { Tokenizers } from '../../../src/tokenize/tokenizers.ts';
import { POLICY } from '../../world.ts';
import type { Implementation } from './implementation.ts';
import { Interleaving, type Odds, seededRandom } from './interleaving.ts';
import { ReaderOracle } from './reader-oracle.ts';
import { sealProblems } from './seal-oracle.ts';
import type { SimulationReport } from './simulation-report.ts';
import { ALL_VERSIONS, RELEASES, tokenizersOf } from './versions.ts';

const SITE = 'site';
const CALLER = { site: SITE, keyId: 'key' };
const START_MS = Date.UTC(2026, 0, 5, 22);
const HOURS = 3;
/** So long that no intent is dropped. */
const RETENTION_MS = 1_000 * SLICE_MS;
/** So short that a period of records without a time of their own is a day. */
const SITE_POLICY = { ...POLICY, retentionDays: 2 };
/** The ledger is a truth that needs no hints: the simulation loses all of them. */
const NO_HINTS: Jobs = {
  wake: () => {},
  hurry: async () => {},
  lookAt: async () => ({ state: 'idle', failure: null }),
  idle: async () => {},
  close: async () => {},
};

const ODDS: Odds = { crash: 0.008, pause: 0.05, pausedCalls: 250 };

export async function simulate(
  seed: number,
  implementation: Implementation,
  openStore: () => Promise<Store>,
): Promise<SimulationReport> {
  const store = await openStore();
  try {
    return await new Life(seed, implementation, store).run();
  } finally {
    await store.close();
  }
}

class Life {
  readonly #seed: number;
  readonly #impl: Implementation;
  readonly #store: Store;
  readonly #random: () => number;
  readonly #world: Interleaving;
  readonly #acknowledged = new Map<string, { slice: number; identity: string }>();
  /** By identity: posts of it that were not answered, or were refused: who knows what of them is stored. */
  readonly #uncertain = new Map<string, number>();
  readonly #purges: boolean;
  /** The last release that this life is upgraded to. */
  readonly #releases: number;
  readonly #oracle: ReaderOracle;
  readonly #readerProblems: string[] = [];
  #removed = 0;
  #imports = 0;
  readonly #hourOf = (atMs: number) => (new Date(atMs).getUTCHours() + this.#zoneHours) % 24;
  #zoneHours = 0;
  #ids = 0;
  #nowMs = START_MS + 30 * SLICE_MS;

  constructor(seed: number, implementation: Implementation, store: Store) {
    this.#seed = seed;
    this.#impl = implementation;
    this.#oracle = new ReaderOracle(store, SITE);
    this.#store = this.#oracle.watched();
    this.#random = seededRandom(seed);
    this.#releases = Math.max(1, Math.floor(this.#random() * (RELEASES + 1)));
    this.#purges = seed % 2 === 0;
    this.#world = new Interleaving(this.#random, ODDS);
  }

  async run(): Promise<SimulationReport> {
    const restarts = new Map<string, () => void>();
    this.#world.onCrash = actor => restarts.get(actor)?.();
    const start = (actor: string, act: (actor: string) => Promise<void>, restartsMax: number): void => {
      if (restartsMax > 0) {
        restarts.set(actor, () => {
          if (actor.startsWith('worker') || this.#chance(0.6)) start(`${actor}'`, act, restartsMax - 1);
        });
      }
      this.#world.start(actor, () => act(actor));
    };
    for (let i = 0; i < 3; i++) start(`worker ${i}`, actor => this.#work(actor), 6);
    for (let i = 0; i < 3; i++) {
      for (const post of this.#posts()) {
        start(`writer ${i} ${this.#ids++}`, actor => this.#post(actor, post), 2);
        // An impatient sender tries again while its first attempt still goes on.
        if (this.#chance(0.25)) start(`writer ${i} ${this.#ids++}`, actor => this.#post(actor, post), 2);
      }
    }
    for (let i = Math.floor(this.#random() * 3); i > 0; i--) {
      const lines = importedLines(this.#chance(0.7));
      const trust = this.#pick([0.5, 0.5, 1]);
      // As a sender that got no answer does, and one that did not wait for it.
      const act = (actor: string) => this.#import(actor, lines, trust);
      start(`importer ${i}`, act, 3);
      if (this.#chance(0.5)) start(`importer ${i} again`, act, 1);
    }
    start('people', actor => this.#people(actor), 3);
    for (let i = 0; i < 2; i++) start(`reader ${i}`, actor => this.#read(actor), 2);
    await this.#world.run();
    return this.#settle();
  }

  #chance(odds: number): boolean {
    return this.#random() < odds;
  }

  #pick<T>(choices: readonly T[]): T {
    const picked = choices[Math.floor(this.#random() * choices.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  #deps(actor: string | null): MarkingDependencies & StoringDependencies {
    const store = actor === null ? this.#store : this.#world.storeOf(actor, this.#store);
    return {
      store,
      ledger: new this.#impl.Ledger(store),
      jobs: NO_HINTS,
      clock: { nowMs: () => this.#nowMs++, monotonicMs: () => this.#nowMs++ },
      newId: () => `id-${this.#ids++}`,
    };
  }

  /** A post is retried whole after a crash, as a sender does that got no answer. */
  #posts(): Post[] {
    return Array.from({ length: 1 + Math.floor(this.#random() * 2) }, () => {
      const isCorpus = this.#chance(0.45);
      const name = this.#pick(['alpha', 'beta']);
      // Mostly the label that the name stands for; now and then somebody takes the name for the other one.
      const label = (name === 'alpha') === this.#chance(0.85) ? ('bad' as const) : ('good' as const);
      return {
        corpus: isCorpus ? { name, label } : null,
        records: Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.#record()),
      };
    });
  }

  /** One of a few dozen records, so that the same one is often posted twice. */
  #record(): { record: DnsRecord; identity: string } {
    const number = Math.floor(this.#random() * 36);
    const hour = number % HOURS;
    const undated = number % 12 === 11;
    const source = `10.0.0.${number % 2}`;
    const atMs = START_MS + hour * SLICE_MS + (number % 4) * 150_000;
    const record: DnsRecord = {
      kind: 'dns',
      ...(undated ? {} : { atMs }),
      source: { ip: source },
      // Names of one zone, so that an episode holds several records.
      dns: { question: { name: `${this.#nameOf(number)}.site.test`, type: 'A' } },
    };
    return { record, identity: number.toString(16).padStart(8, '0').repeat(4) };
  }

  #nameOf(number: number): string {
    return ['a', 'b', 'ab', 'ba', 'abc', 'c'][number % 6] ?? 'a';
  }

  async #post(actor: string, { corpus, records }: Post): Promise<void> {
    const deps = this.#deps(actor);
    const markId = corpus === null ? null : await this.#join(deps, corpus);
    // Before midnight or after it: a record without a time of its own comes in another generation.
    const receivedAtMs = START_MS + SLICE_MS + Math.floor(this.#random() * 2) * 2 * SLICE_MS;
    const context = {
      localHourOf: this.#hourOf,
      localWeekdayOf: (atMs: number) => new Date(atMs).getUTCDay(),
      countryOf: () => undefined,
      asnOf: () => undefined,
    };
    const distinct = new Map(records.map(item => [item.identity, item]));
    const stored = [...distinct.values()].map(({ record, identity }) => {
      const received = { record, original: new Uint8Array(), format: 'ecs' };
      const timing = markId === null ? 'of-receipt' : 'own';
      const labelled = markId !== null;
      const generation = labelled ? 0 : undatedGenerationOf(receivedAtMs, SITE_POLICY.retentionDays);
      const how = { receivedAtMs, timing, labelled, generation } as const;
      return this.#impl.acceptRecord(received, identity, how, context, ALL_VERSIONS.getTokenizer(1)).stored;
    });
    const posted = (identity: string, by: 1 | -1) =>
      this.#uncertain.set(identity, (this.#uncertain.get(identity) ?? 0) + by);
    for (const { identity } of stored) posted(identity, 1);
    const { retentionDays } = SITE_POLICY;
    const outcomes = await this.#impl.storeBatch(deps, SITE, stored, { markId, retentionDays });
    if (outcomes.length !== stored.length) throw new Error('an outcome is missing');
    for (const [index, { identity, slice: own }] of stored.entries()) {
      const { slice, outcome } = outcomes[index] ?? { slice: own, outcome: 'slice-sealed' };
      if (outcome === 'slice-sealed') continue;
      this.#acknowledged.set(recordIdOf({ slice, identity }), { slice, identity });
      if (slice === own) posted(identity, -1);
    }
  }

  async #join(
    deps: StoringDependencies,
    corpus: { name: string; label: 'good' | 'bad' },
  ): Promise<string | null> {
    try {
      return await this.#impl.joinCorpus(deps, CALLER, corpus);
    } catch (error) {
      if (error instanceof AppError && error.code === 'window-name-taken') return null;
      throw error;
    }
  }

  async #people(actor: string): Promise<void> {
    const deps = this.#deps(actor);
    const acts = 3 + Math.floor(this.#random() * 6);
    for (let i = 0; i < acts; i++) {
      const draw = this.#random();
      if (draw < 0.3) await this.#mark(deps);
      else if (draw < 0.55) await this.#retract(deps);
      else if (draw < 0.7) await this.#judge(deps);
      else if (draw < 0.8) await this.#baseline(deps);
      else if (draw < 0.86) await this.#appendAgain(deps);
      else if (draw < 0.93) await this.#seal(deps);
      else if (draw < 0.96) await this.#appendTokenizer(deps);
      else if (draw < 0.985) await this.#activate(deps);
      else this.#zoneHours = (this.#zoneHours + 1) % 24;
    }
  }

  async #mark(deps: MarkingDependencies): Promise<void> {
    const fromMs = START_MS + Math.floor(this.#random() * HOURS * 4) * 900_000;
    await this.#impl.markWindow(deps, CALLER, {
      fromMs,
      toMs: fromMs + (1 + Math.floor(this.#random() * 6)) * 900_000,
      label: this.#chance(0.7) ? 'bad' : 'good',
      where: this.#chance(0.5) ? { source: `10.0.0.${Math.floor(this.#random() * 2)}` } : {},
    });
  }

  async #retract(deps: MarkingDependencies): Promise<void> {
    const lessons = (await deps.ledger.read(SITE)).lessons();
    if (lessons.length > 0) await this.#impl.retractWindow(deps, CALLER, this.#pick(lessons).entry.id);
  }

  /** An append whose answer got lost is tried again, under the entry's own id. */
  async #appendAgain(deps: MarkingDependencies): Promise<void> {
    const lessons = (await deps.ledger.read(SITE)).lessons();
    if (lessons.length === 0) return;
    const { number: _, ...draft } = this.#pick(lessons).entry;
    await deps.ledger.append(SITE, draft);
  }

  /** What another site has learnt, in parts so small that whoever is killed leaves some of them. */
  async #import(actor: string, lines: (tokenizer: number) => ImportLine[], trust: number): Promise<void> {
    const deps = { ...this.#deps(actor), partRowsMax: 2 };
    const tokenizer = (await deps.ledger.read(SITE)).tokenizerAt();
    const batches = async function* () {
      yield lines(tokenizer);
    };
    try {
      await this.#impl.importTokens(deps, CALLER, { trust }, batches());
      this.#imports += 1;
    } catch (error) {
      if (!isAppError(error, 'tokenizer-differs') && !isAppError(error, 'import-in-force')) throw error;
    }
  }

  async #judge(deps: MarkingDependencies): Promise<void> {
    const { record, identity } = this.#record();
    const slice = record.atMs === undefined ? null : Math.floor(record.atMs / SLICE_MS);
    if (slice === null) return;
    const label = this.#pick(['bad', 'good', null] as const);
    try {
      await this.#impl.judgeRecords(deps, CALLER, [{ id: `${slice}.${identity}`, label }]);
    } catch (error) {
      if (!(error instanceof AppError && ['record-not-found', 'slice-sealed'].includes(error.code)))
        throw error;
    }
  }

  async #baseline(deps: MarkingDependencies): Promise<void> {
    const horizonMs = START_MS + Math.floor(this.#random() * (HOURS + 3)) * SLICE_MS;
    await deps.ledger.append(SITE, {
      type: 'baseline',
      id: deps.newId(),
      appendedAtMs: deps.clock.nowMs(),
      horizonMs,
    });
  }

  /** Retention that knows no age: a seal may meet any writer. */
  async #seal(deps: MarkingDependencies): Promise<void> {
    const slices = await deps.store.listSlices(SITE, { type: 'all' });
    if (slices.length === 0) return;
    await deps.ledger.append(SITE, {
      type: 'seal',
      id: deps.newId(),
      appendedAtMs: deps.clock.nowMs(),
      slices: [this.#pick(slices).slice],
    });
  }

  /** A worker that read the ledger before another one began a generation, or one of an old release that knows no better. */
  async #appendTokenizer(deps: MarkingDependencies): Promise<void> {
    const version = 1 + Math.floor(this.#random() * this.#releases);
    const draft = { type: 'tokenizer', version } as const;
    await deps.ledger.append(SITE, { ...draft, id: deps.newId(), appendedAtMs: deps.clock.nowMs() });
  }

  /** Somebody decides for an earlier version, whose counts may be gone by then, or for the newest. */
  async #activate(deps: MarkingDependencies): Promise<void> {
    const done = await deps.store.listDone(SITE, 0, 1_000);
    const version = this.#chance(0.7) ? this.#pick([0, ...done.map(({ entry }) => entry)]) : undefined;
    const draft = { type: 'activate', ...(version === undefined ? {} : { version }) } as const;
    await deps.ledger.append(SITE, { ...draft, id: deps.newId(), appendedAtMs: deps.clock.nowMs() });
  }

  async #work(actor: string): Promise<void> {
    let release = 1 + Math.floor(this.#random() * this.#releases);
    let worker = this.#worker(actor, tokenizersOf(release));
    const rounds = 2 + Math.floor(this.#random() * 6);
    for (let i = 0; i < rounds; i++) {
      if (release < this.#releases && this.#chance(0.3))
        worker = this.#worker(actor, tokenizersOf(++release));
      await unlessUnknown(worker);
    }
  }

  /** One round of a worker of some release, as the learner goes about it. */
  #worker(actor: string, tokenizers: Tokenizers): () => Promise<void> {
    const deps = { ...this.#deps(actor), retentionMsOf: async () => RETENTION_MS, tokenizers };
    const worker = new this.#impl.LedgerWorker(deps);
    return async () => {
      if (this.#chance(0.7)) await this.#impl.appendTokenizer(deps, SITE);
      const doneTo = await worker.advance(SITE);
      if (this.#purges) await this.#impl.purgeSealed({ ...deps, retentionMsOf: async () => 0 }, SITE, doneTo);
      const state = await deps.ledger.read(SITE);
      if (this.#chance(0.7)) this.#removed += await this.#impl.removeReplaced(deps, SITE, state, doneTo);
    };
  }

  #follower(store: Store, tokenizers: Tokenizers) {
    return new this.#impl.ModelFollower({
      store,
      ledger: new this.#impl.Ledger(store),
      tokenizers,
      policyOf: async () => POLICY,
      clock: { monotonicMs: () => 0 },
    });
  }

  /** Whoever follows the model has the counts of the last done entry, or says why there is nothing to be had. */
  async #read(actor: string): Promise<void> {
    const { store } = this.#deps(actor);
    const tokenizers = tokenizersOf(1 + Math.floor(this.#random() * this.#releases));
    const follower = this.#follower(store, tokenizers);
    let have: string | undefined;
    for (let rounds = 3 + Math.floor(this.#random() * 6); rounds > 0; rounds--) {
      await unlessUnknown(async () => {
        const news = await follower.refresh(SITE, have).catch(error => this.#misled(error));
        if (news?.model === undefined) return;
        have = news.id;
        const problems = await this.#world.aside(this.#oracle.problemsOf(news));
        this.#readerProblems.push(...problems);
        const { tokenizerVersion } = news.model.parameters;
        if (!tokenizers.knows(tokenizerVersion))
          this.#readerProblems.push(
            `a model of tokenizer ${tokenizerVersion}, which its reader does not know`,
          );
      });
    }
  }

  #misled(error: unknown): null {
    if (error instanceof AppError) throw error;
    this.#readerProblems.push(String(error));
    return null;
  }

  async #settle(): Promise<SimulationReport> {
    const deps = this.#deps(null);
    for (let release = 1; release <= this.#releases; release++) {
      const work = { ...deps, retentionMsOf: async () => RETENTION_MS, tokenizers: tokenizersOf(release) };
      await unlessUnknown(() => new this.#impl.LedgerWorker(work).advance(SITE));
    }
    const report = await recount(this.#store, SITE, { tokenizers: ALL_VERSIONS });
    const refs = [...this.#acknowledged.values()];
    const heads = await this.#store.findHeads(SITE, refs);
    const seals = (await deps.ledger.read(SITE)).seals();
    const isGone = (index: number) => this.#purges && seals.has(refs[index]?.slice ?? 0);
    const certain = [...this.#acknowledged].filter(([, { identity }]) => this.#uncertain.get(identity) === 0);
    const sealProblemsFound = this.#purges
      ? []
      : await sealProblems(this.#store, SITE, new Set(certain.map(([id]) => id)), ALL_VERSIONS);
    await this.#readInTheEnd();
    return {
      seed: this.#seed,
      calls: this.#world.calls,
      crashes: this.#world.crashes,
      acknowledged: refs.length,
      recount: report,
      lost: heads.filter((head, index) => head === null && !isGone(index)).length,
      seals: seals.size,
      generations: (await deps.ledger.read(SITE)).tokenizerAt() - 1,
      removed: this.#removed,
      imports: this.#imports,
      sealProblems: sealProblemsFound,
      readerProblems: this.#readerProblems,
    };
  }

  async #readInTheEnd(): Promise<void> {
    const deps = this.#deps(null);
    await deps.ledger.append(SITE, { type: 'activate', id: deps.newId(), appendedAtMs: this.#nowMs });
    const follower = this.#follower(this.#store, ALL_VERSIONS);
    const news = await follower.refresh(SITE).catch(error => this.#misled(error));
    if (news === null) return;
    this.#readerProblems.push(...(await this.#oracle.problemsOf(news)));
    this.#readerProblems.push(...(await this.#oracle.problemsOfTokens(follower, news.entry)));
    const [inventory] = await inventoryOf(this.#store, async () => POLICY);
    if (inventory !== undefined && inventory.model !== news.id)
      this.#readerProblems.push(`the model is ${news.id}, the inventory says ${inventory.model}`);
  }
}

/** Whoever does not know a tokenizer says so, and waits for others. */
async function unlessUnknown(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAppError(error, 'tokenizer-unknown')) throw error;
  }
}

/** One of two small exports: tokens that records of the site hold too, and others. */
function importedLines(isLarge: boolean): (tokenizer: number) => ImportLine[] {
  const all = { goodRecords: 7, goodEpisodes: 5, badRecords: 3, badEpisodes: 1 };
  const some = { goodRecords: 1, goodEpisodes: 1, badRecords: 3, badEpisodes: 1 };
  const rows = (tokenizer: number) => [
    { field: 'record', token: '', counts: all },
    { field: 'record', token: `tokenizer=${tokenizer}`, counts: all },
    { field: 'dns.question.name', token: '', counts: all },
    { field: 'dns.question.name', token: 'a', counts: all },
    { field: 'dns.question.name', token: 'x', counts: some },
    { field: 'dns.question.type', token: '', counts: all },
    { field: 'dns.question.type', token: 'A', counts: some },
    ...(isLarge ? [{ field: 'dns.question.type', token: 'TXT', counts: some }] : []),
  ];
  return tokenizer => rows(tokenizer).map((row, index) => ({ line: index + 1, ...row }));
}

interface Post {
  corpus: { name: string; label: 'good' | 'bad' } | null;
  records: { record: DnsRecord; identity: string }[];
}
