/**
 * The experiment behind what docs/adr/0019 says of most visited domains: whether names that imitate one of them are told apart by
 * it. The most visited are the registrable domains that the most good episodes of what is learnt hold, or of the list of
 * popular domains those that are highest; a name is held against them as against a site's own (src/tokenize/own-site.ts).
 * `npx tsx bench/accuracy/look-alikes.ts` writes results/look-alikes.jsonl.
 */
import type { Label } from '../../src/domain/label.ts';
import { FIXED_ROWS } from '../../src/tokenize/fields/fixed.ts';
import { fixedObservationsOf } from '../../src/tokenize/fixed.ts';
import { hostNamePartsOf } from '../../src/tokenize/host-name.ts';
import { localClock } from '../../src/tokenize/local-clock.ts';
import { ownSiteOf } from '../../src/tokenize/own-site.ts';
import { experiment } from './experiment.ts';
import { heldQuality, type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf, type Quality } from './metrics.ts';
import type { Case, Task } from './task.ts';
import { popularNames } from './tasks/good-names.ts';
import { generatedDomains, malwareDomains } from './tasks/listed-names.ts';

const SEEDS = [1, 2, 3];
const FIELD = 'dns.question.looks_like_visited';
const ROWS = FIXED_ROWS.filter(({ field }) => field === FIELD);
/** Good episodes from which on a domain is visited, rather than met. */
const EPISODES_MIN = 3;

const NOTHING_KNOWN = { ...localClock('UTC'), countryOf: () => undefined, asnOf: () => undefined };

interface Named {
  lesson: Lesson;
  record: Case['record'];
  /** The name that is asked for. */
  name: string;
}

/** How domains are chosen, from the most visited on. */
type Choice = (learnt: readonly Named[]) => string[];

function registrableOf(name: string): string | undefined {
  return hostNamePartsOf(name).registrable;
}

const visited: Choice = learnt => {
  const episodes = new Map<string, Set<string>>();
  for (const { lesson, name } of learnt) {
    const domain = lesson.bad ? undefined : registrableOf(name);
    if (domain === undefined) continue;
    const seen = episodes.get(domain) ?? new Set();
    episodes.set(domain, seen.add(String(lesson.episode)));
  }
  return [...episodes]
    .filter(([, { size }]) => size >= EPISODES_MIN)
    .sort(([a, inA], [b, inB]) => inB.size - inA.size || (a < b ? -1 : 1))
    .map(([domain]) => domain);
};

const popular: Choice = learnt => {
  const good = new Set(learnt.filter(({ lesson }) => !lesson.bad).map(({ name }) => registrableOf(name)));
  return popularNames()
    .map(({ record }) => nameOf(record))
    .filter(name => good.has(name));
};

interface Variant {
  choose: Choice;
  domains: number;
  /** Grades that are told. */
  tells: (grade: string) => boolean;
}
const all = () => true;
const VARIANTS: Readonly<Record<string, Variant>> = {
  '50 most visited': { choose: visited, domains: 50, tells: all },
  '200 most visited': { choose: visited, domains: 200, tells: all },
  '200 most visited, other suffixes not told': {
    choose: visited,
    domains: 200,
    tells: grade => grade !== 'visited suffix',
  },
  '200 most visited, confusable or inside alone': {
    choose: visited,
    domains: 200,
    tells: grade => grade === 'visited confusable' || grade === 'visited inside',
  },
  '200 most popular': { choose: popular, domains: 200, tells: all },
  '200 most popular, confusable or inside alone': {
    choose: popular,
    domains: 200,
    tells: grade => grade === 'visited confusable' || grade === 'visited inside',
  },
};

function nameOf(record: Case['record']): string {
  return record.kind === 'dns' ? (record.dns.question.name ?? '') : '';
}

function namedOf(cases: readonly Case[]): Named[] {
  const lessons = lessonsOf(cases);
  return cases.flatMap(({ record }, index) => {
    const lesson = lessons[index];
    return lesson === undefined ? [] : [{ lesson, record, name: nameOf(record) }];
  });
}

/** What is told of each name; undefined where nothing is. */
function gradesOf(named: readonly Named[], domains: readonly string[], { tells }: Variant) {
  const context = { ...NOTHING_KNOWN, visited: ownSiteOf(domains, []) };
  return named.map(({ record }) => {
    const [grade] = fixedObservationsOf(record, context, ROWS);
    return grade === undefined || !tells(grade.token) ? undefined : grade.token;
  });
}

function withGrades(named: readonly Named[], grades: readonly (string | undefined)[]): Lesson[] {
  return named.map(({ lesson }, index) => {
    const token = grades[index];
    if (token === undefined) return lesson;
    const { observations } = lesson;
    const categories = [...observations.categories, { field: FIELD, token }];
    return { ...lesson, observations: { ...observations, categories } };
  });
}

/** How many registrable domains a class has, and how many of them are told, by grade. */
function toldOf(named: readonly Named[], grades: readonly (string | undefined)[], bad: boolean) {
  const domains = new Map<string, string | undefined>();
  for (const [index, { lesson, name }] of named.entries()) {
    const domain = lesson.bad === bad ? registrableOf(name) : undefined;
    if (domain !== undefined && domains.get(domain) === undefined) domains.set(domain, grades[index]);
  }
  const told = new Map<string, number>();
  for (const grade of domains.values()) if (grade !== undefined) told.set(grade, (told.get(grade) ?? 0) + 1);
  return { domains: domains.size, told };
}

/** Of one variant, over splits and seeds. */
class Tally {
  readonly qualities: Quality[] = [];
  readonly #domains = { good: 0, bad: 0 };
  readonly #told = { good: new Map<string, number>(), bad: new Map<string, number>() };

  addTold(label: Label, { domains, told }: ReturnType<typeof toldOf>): void {
    this.#domains[label] += domains;
    const sums = this.#told[label];
    for (const [grade, count] of told) sums.set(grade, (sums.get(grade) ?? 0) + count);
  }

  line(task: Task, variant: string): string {
    const mean = (metric: 'auc' | 'detectionAt1Percent' | 'detectionAt01Percent') =>
      Number(meanOf(this.qualities.map(one => one[metric])).toFixed(4));
    return JSON.stringify({
      ...{ task: task.name, variant, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      at01: mean('detectionAt01Percent'),
      domains: this.#domains,
      told: { good: Object.fromEntries(this.#told.good), bad: Object.fromEntries(this.#told.bad) },
      ...{ seeds: SEEDS, node: process.version },
    });
  }
}

function linesOf(task: Task): string[] {
  const variants: [string, Variant | null][] = [['none', null], ...Object.entries(VARIANTS)];
  const tallies = new Map(variants.map(([variant]) => [variant, new Tally()]));
  for (const seed of SEEDS) {
    for (const { learn, held } of task.splits(seed)) {
      const split = { learnt: namedOf(learn), held: namedOf(held) };
      for (const [variant, how] of variants) {
        const tally = tallies.get(variant);
        if (tally !== undefined) addSplit(tally, split, how);
      }
    }
    console.error(`${task.name}: seed ${seed}`);
  }
  return [...tallies].map(([variant, tally]) => tally.line(task, variant));
}

function addSplit(
  tally: Tally,
  { learnt, held }: { learnt: readonly Named[]; held: readonly Named[] },
  how: Variant | null,
): void {
  if (how === null) {
    tally.qualities.push(
      heldQuality(
        learnt.map(({ lesson }) => lesson),
        held.map(({ lesson }) => lesson),
      ),
    );
    return;
  }
  const domains = how.choose(learnt).slice(0, how.domains);
  const grades = gradesOf(held, domains, how);
  for (const label of ['good', 'bad'] as const) tally.addTold(label, toldOf(held, grades, label === 'bad'));
  tally.qualities.push(
    heldQuality(withGrades(learnt, gradesOf(learnt, domains, how)), withGrades(held, grades)),
  );
}

experiment('look-alikes.jsonl', [malwareDomains, generatedDomains], linesOf);
