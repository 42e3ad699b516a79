/**
 * The experiment behind docs/adr/0019: what each field of DNS and of addresses, and each pair in its context, adds to all
 * others: everything, then the same without one. `npx tsx bench/accuracy/dns-and-addresses.ts` writes
 * results/dns-and-addresses.jsonl.
 */
import { experiment } from './experiment.ts';
import { heldQuality, type Lesson, lessonsOf } from './learnt-model.ts';
import { meanOf } from './metrics.ts';
import type { Task } from './task.ts';
import { NEXT_HOSTS } from './tasks/next-host.ts';
import { TASKS } from './tasks/tasks.ts';
import { WRONG_HOSTS } from './tasks/wrong-host.ts';

const SEED = 1;

/** What is left out together. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'TTL of answers': ['dns.answers.ttl'],
  'letters beyond ASCII': ['dns.question.idn'],
  'addresses of answers': ['dns.answers.ip', 'dns.answers.ip.network'],
  networks: ['source.ip.network', 'destination.ip.network'],
  'domain given source': ['dns.question.registered_domain|source.ip'],
  'host given source': ['url.registered_domain|source.ip'],
  'server name given source': ['tls.client.registered_domain|source.ip'],
  'network given source': ['destination.ip.network|source.ip'],
  'destination given source': ['destination.ip|source.ip'],
};
const NEW = Object.values(PARTS).flat();

/** Each variant of a task, and what it leaves out. */
function variantsOf(seen: ReadonlySet<string>): Map<string, readonly string[]> {
  const parts = Object.entries(PARTS).filter(([, fields]) => fields.some(field => seen.has(field)));
  const variants = new Map<string, readonly string[]>([
    ['before', NEW],
    ['all', []],
  ]);
  for (const [part, fields] of parts) {
    variants.set(
      `only ${part}`,
      // Of values that are new, too, the plain ones are needed.
      NEW.filter(field => !fields.some(own => own === field || own.startsWith(`${field}|`))),
    );
    variants.set(`without ${part}`, fields);
  }
  return variants;
}

function without(lessons: readonly Lesson[], fields: readonly string[]): Lesson[] {
  const left = new Set(fields);
  return lessons.map(({ observations, ...lesson }) => ({
    ...lesson,
    observations: {
      ...observations,
      categories: observations.categories.filter(({ field }) => !left.has(field)),
    },
  }));
}

function linesOf(task: Task): string[] {
  const splits = task
    .splits(SEED)
    .map(({ learn, held }) => ({ learnt: lessonsOf(learn), held: lessonsOf(held) }));
  const seen = new Set(
    splits.flatMap(({ learnt, held }) =>
      [...learnt, ...held].flatMap(({ observations }) => observations.categories.map(({ field }) => field)),
    ),
  );
  return [...variantsOf(seen)].map(([variant, fields]) => {
    const qualities = splits.map(({ learnt, held }) =>
      heldQuality(without(learnt, fields), without(held, fields)),
    );
    const mean = (metric: 'auc' | 'detectionAt1Percent' | 'detectionAt01Percent') =>
      Number(meanOf(qualities.map(one => one[metric])).toFixed(4));
    const line = JSON.stringify({
      ...{ task: task.name, variant, auc: mean('auc'), at1: mean('detectionAt1Percent') },
      ...{ at01: mean('detectionAt01Percent'), seed: SEED, node: process.version },
    });
    console.error(line);
    return line;
  });
}

experiment('dns-and-addresses.jsonl', [...new Set([...TASKS, ...WRONG_HOSTS, ...NEXT_HOSTS])], linesOf);
