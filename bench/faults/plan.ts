/** What happens in a life, in order: requests with records, marks, retractions, a backup; and where it is cut. */
import { BAD_CORPUS, FIRST_AT_MS, SPAN_MS } from './corpus.ts';

export type Step =
  | { type: 'ingest'; batches: number[] }
  | { type: 'mark'; note: string; body: object }
  /** `window` is the note of a mark, or the name of a corpus. */
  | { type: 'retract'; window: string }
  | { type: 'backup' };

export type StepType = Step['type'];

/** A stop without warning. */
export interface Kill {
  /**
   * When: after a part of the time that the step took where nothing was killed, to its answer or until it was learnt; or
   * at once when the first acknowledgement of the step has come, for what is told too early is not there a moment later.
   */
  of: 'answer' | 'learning' | 'acknowledgement';
  part: number;
  /** Part of the time of a start at which the next start is killed too; undefined where it is not. */
  startPart: number | undefined;
}

/** Later than the step is done, so that some kills meet what a step leaves behind. */
const PART_MAX = 1.2;
const SECOND_KILL_SHARE = 0.4;

/** Marks overlap, and records come before and after them, so that the order of everything matters. */
export function planSteps(random: () => number): Step[] {
  const mark = (note: string, label: 'good' | 'bad', where: object): Step => {
    const fromMs = FIRST_AT_MS + Math.floor((random() * SPAN_MS) / 2);
    const from = new Date(fromMs).toISOString();
    const to = new Date(fromMs + SPAN_MS / 2).toISOString();
    return { type: 'mark', note, body: { from, to, label, where, note } };
  };
  return [
    { type: 'ingest', batches: [1, 2] },
    mark('first', 'bad', { source: '10.0.0.0/29' }),
    { type: 'ingest', batches: [0] },
    mark('second', 'good', {}),
    { type: 'ingest', batches: [3, 4, 5] },
    mark('third', 'bad', { domain: '*.com' }),
    { type: 'retract', window: 'second' },
    { type: 'backup' },
    { type: 'ingest', batches: [6, 7] },
    { type: 'retract', window: random() < 0.5 ? 'first' : BAD_CORPUS },
    { type: 'ingest', batches: [8] },
  ];
}

/** Moments of the kills of all steps of a type, in an order that is drawn. */
const MOMENTS: Readonly<Record<StepType, readonly Kill['of'][]>> = {
  ingest: ['answer', 'answer', 'acknowledgement', 'learning', 'learning'],
  mark: ['answer', 'acknowledgement', 'learning'],
  retract: ['acknowledgement', 'learning'],
  backup: ['answer'],
};

/** A kill in every step. @returns one a step, in order */
export function planKills(steps: readonly Step[], random: () => number): Kill[] {
  const left = new Map<StepType, Kill['of'][]>();
  return steps.map(({ type }) => {
    const moments = left.get(type) ?? [...MOMENTS[type]];
    left.set(type, moments);
    const [of] = moments.splice(Math.floor(random() * moments.length), 1);
    if (of === undefined) throw new RangeError(`there are more steps ${type} than moments`);
    const startPart = random() < SECOND_KILL_SHARE ? random() * PART_MAX : undefined;
    return { of, part: random() * PART_MAX, startPart };
  });
}
