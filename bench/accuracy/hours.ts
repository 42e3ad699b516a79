/**
 * What the hour of a host, the hour of a user and the country of a user tell (docs/adr/0011-conditional-categories.md): the pairs of
 * `event.hour` with `source.ip` and `user.name`, by the hour and by quarters of the day, of every context and of those that were learnt
 * on some days; and that of `source.geo.country_iso_code` with `user.name`, the first octet of a public IPv4 address standing in for its
 * country, as in places.ts. `npx tsx bench/accuracy/hours.ts` writes results/hours.jsonl.
 *
 * Of log lines the source and the user are read from the message, as a pipeline would that posts them. Beside the tasks of the
 * report stand those of wrong hours: the bad are good held records, each on its day at the hour of another one.
 */
import { Scorer } from '../../src/bayes/suspicion.ts';
import { conditionalFieldOf, conditionalTokenOf } from '../../src/domain/conditional.ts';
import type { CategoryObservation } from '../../src/domain/observation.ts';
import { addressClassOf } from '../../src/tokenize/address.ts';
import { experiment } from './experiment.ts';
import { type Lesson, learntModel, lessonsOf } from './learnt-model.ts';
import { meanOf, qualityOf } from './metrics.ts';
import { seededRandom, shuffled } from './seeded.ts';
import type { Case, Split, Task } from './task.ts';
import { logLines, logWindows } from './tasks/log-lines.ts';
import { missingHost, missingHostMasked } from './tasks/missing-host.ts';
import { webAttacks, webAttacksMasked } from './tasks/web-attacks.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

const SEEDS = [1, 2];
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const HOUR = 'event.hour';
/** Six hours of the day: 0, 6, 12 or 18. */
const QUARTER = 'event.quarter_of_day';
const COUNTRY = 'source.geo.country_iso_code';

type ValueField = typeof HOUR | typeof QUARTER | typeof COUNTRY;
type ContextField = 'source.ip' | 'user.name';

interface Variant {
  name: string;
  value?: ValueField;
  context?: ContextField;
  /** Held pairs are seen only of contexts that were learnt on so many days. */
  daysMin?: number;
}

const VARIANTS: readonly Variant[] = [
  { name: 'none' },
  { name: 'quarter', value: QUARTER },
  { name: 'country', value: COUNTRY },
  { name: 'country given user.name', value: COUNTRY, context: 'user.name' },
  ...(['source.ip', 'user.name'] as const).flatMap((context): Variant[] => [
    { name: `hour given ${context}`, value: HOUR, context },
    { name: `quarter given ${context}`, value: QUARTER, context },
    { name: `hour given ${context}, 2 days`, value: HOUR, context, daysMin: 2 },
    { name: `hour given ${context}, 3 days`, value: HOUR, context, daysMin: 3 },
    { name: `quarter given ${context}, 3 days`, value: QUARTER, context, daysMin: 3 },
  ]),
];

/** A lesson with what the pairs are made of. */
interface Timed {
  lesson: Lesson;
  day: number;
  values: Readonly<Record<ValueField, string | undefined>>;
  contexts: Readonly<Record<ContextField, string | undefined>>;
}

const SOURCE_IN_MESSAGE = /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/;
const USER_IN_MESSAGE =
  /\bfor (?:invalid user |user )?(?<of>[\w.-]+)|\buser[= ](?!unknown|environment)(?<named>[\w.-]+)|^ *\(?(?<first>[\w.-]+)(?: :|\) CMD)/;

function timedOf(cases: readonly Case[]): Timed[] {
  const lessons = lessonsOf(cases);
  return cases.flatMap(({ record }, index) => {
    const lesson = lessons[index];
    if (lesson === undefined) return [];
    const message = record.kind === 'log' ? (record.message ?? '') : '';
    const { of, named, first } = USER_IN_MESSAGE.exec(message)?.groups ?? {};
    const source = record.source?.ip ?? SOURCE_IN_MESSAGE.exec(message)?.[0];
    const hour = lesson.observations.categories.find(({ field }) => field === HOUR)?.token;
    return {
      lesson,
      day: Math.floor((record.atMs ?? 0) / DAY_MS),
      values: {
        [HOUR]: hour,
        [QUARTER]: hour === undefined ? undefined : String(Math.floor(Number(hour) / 6) * 6),
        [COUNTRY]:
          addressClassOf(source ?? '')?.token === 'public-v4'
            ? source?.slice(0, source.indexOf('.'))
            : undefined,
      },
      contexts: { 'source.ip': source, 'user.name': record.userName ?? of ?? named ?? first },
    };
  });
}

/** The value, where it is not observed anyway, and the pair, where the record shows both. */
function addedBy({ value, context }: Variant, { values, contexts }: Timed): CategoryObservation[] {
  const token = value === undefined ? undefined : values[value];
  if (value === undefined || token === undefined) return [];
  const plain = value === HOUR ? [] : [{ field: value, token }];
  const who = context === undefined ? undefined : contexts[context];
  if (context === undefined || who === undefined) return plain;
  return [...plain, { field: conditionalFieldOf(value, context), token: conditionalTokenOf(token, who) }];
}

function withAdded(timed: Timed, added: readonly CategoryObservation[]): Lesson {
  const { lesson } = timed;
  const categories = [...lesson.observations.categories, ...added];
  return { ...lesson, observations: { ...lesson.observations, categories } };
}

/** Days on which each context was learnt. */
function daysOf(learnt: readonly Timed[], context: ContextField): Map<string, number> {
  const days = new Map<string, Set<number>>();
  for (const { day, contexts } of learnt) {
    const who = contexts[context];
    if (who !== undefined) days.set(who, (days.get(who) ?? new Set()).add(day));
  }
  return new Map([...days].map(([who, seen]) => [who, seen.size]));
}

interface Part {
  learnt: Timed[];
  held: Timed[];
}

/** What one variant makes of a part, and how many of its held records show the pair. */
function judged(variant: Variant, { learnt, held }: Part) {
  const { context, daysMin = 0 } = variant;
  const days = context === undefined ? new Map<string, number>() : daysOf(learnt, context);
  const isSeen = ({ contexts }: Timed) =>
    context === undefined || (days.get(contexts[context] ?? '') ?? 0) >= daysMin;
  const scorer = new Scorer(learntModel(learnt.map(one => withAdded(one, addedBy(variant, one)))));
  let shown = 0;
  const scored = held.map(one => {
    const added = isSeen(one) ? addedBy(variant, one) : [];
    if (added.some(({ field }) => field.includes('|'))) shown++;
    return { score: scorer.logitOf(withAdded(one, added).observations), bad: one.lesson.bad };
  });
  return { quality: qualityOf(scored), shown: shown / held.length };
}

/** Good held records, and as bad the same on the same day at the hour of another one. Nothing bad is learnt. */
function wrongHours(base: Task): Task {
  const moved = (cases: readonly Case[], seed: number): Case[] => {
    const hours = shuffled(
      cases.map(({ record }) => Math.floor((record.atMs ?? 0) / HOUR_MS) % 24),
      seededRandom(seed),
    );
    return cases.map((one, index): Case => {
      const atMs = one.record.atMs ?? 0;
      const day = Math.floor(atMs / DAY_MS) * DAY_MS;
      const movedMs = day + (hours[index] ?? 0) * HOUR_MS + (atMs % HOUR_MS);
      return { ...one, record: { ...one.record, atMs: movedMs }, label: 'bad', incident: 'wrong hour' };
    });
  };
  const splitOf = ({ name, learn, held }: Split, seed: number): Split => {
    const good = held.filter(({ label }) => label === 'good');
    return {
      name,
      learn: learn.filter(({ label }) => label === 'good'),
      held: [...good, ...moved(good, seed)],
    };
  };
  return {
    name: base.name.startsWith('wrong-host-') ? base.name.replace('host', 'hour') : `wrong-hour-${base.name}`,
    about: 'good held records, each at the hour of another one',
    available: base.available,
    splits: seed => base.splits(seed).map(split => splitOf(split, seed)),
  };
}

/** Tasks whose held records are of more than an hour. */
const LONG: ReadonlySet<string> = new Set(['wrong-host-visitors', 'missing-host', 'log-lines']);

const TASKS: readonly Task[] = [
  ...WRONG_HOSTS,
  missingHost,
  missingHostMasked,
  webAttacks,
  webAttacksMasked,
  logLines,
  logWindows,
  ...[...WRONG_HOSTS, missingHost, logLines].filter(({ name }) => LONG.has(name)).map(wrongHours),
];

function linesOf(task: Task): string[] {
  const parts = SEEDS.flatMap(seed => task.splits(seed)).map(
    ({ learn, held }): Part => ({ learnt: timedOf(learn), held: timedOf(held) }),
  );
  const unmarked = parts.map(({ learnt, held }) => ({
    learnt: learnt.filter(({ lesson }) => !lesson.bad),
    held,
  }));
  const isMarked = parts.some(({ learnt }) => learnt.some(({ lesson }) => lesson.bad));
  return [...(isMarked ? [true] : []), false].flatMap(marked =>
    VARIANTS.flatMap(variant => {
      const own = (marked ? parts : unmarked).map(part => judged(variant, part));
      const shown = meanOf(own.map(one => one.shown));
      // A pair that no record shows changes nothing.
      if (shown === 0 && variant.context !== undefined) return [];
      const mean = (metric: 'auc' | 'detectionAt1Percent') =>
        Number(meanOf(own.map(({ quality }) => quality[metric])).toFixed(4));
      const line = JSON.stringify({
        ...{ task: task.name, marked, variant: variant.name, auc: mean('auc') },
        ...{ at1: mean('detectionAt1Percent'), shown: Number(shown.toFixed(3)) },
        ...{ seeds: SEEDS, node: process.version },
      });
      console.error(line);
      return line;
    }),
  );
}

experiment('hours.jsonl', TASKS, linesOf);
