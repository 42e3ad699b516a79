/** What one is told of records whose age makes them, or what was learnt before them, count for nothing. */
import { DAY_MS } from '../domain/time.ts';
import type { Client } from './client.ts';
import { Refusal } from './client.ts';
import { type Fields, fieldsOf, findNumber, findText } from './fields.ts';

/** What weighs less than this beside the newest is not worth the name of learning. */
const WEIGHT_MIN = 0.01;

/** The model of the server; null where the key may not read it, as one that only stores. */
export async function findModel(client: Client): Promise<Fields | null> {
  try {
    return fieldsOf(await client.json({ method: 'GET', path: '/v1/model' }));
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return null;
    throw error;
  }
}

/**
 * Days after which a count weighs less than WEIGHT_MIN: 2^(−age/half-life) = WEIGHT_MIN.
 * @example weightlessAfterDays(30) // 199.3
 */
export function weightlessAfterDays(halfLifeDays: number): number {
  return -halfLifeDays * Math.log2(WEIGHT_MIN);
}

/** @example spanText(3_470) // '9 years' */
function spanText(days: number): string {
  if (days >= 730) return `${Math.floor(days / 365.25)} years`;
  return days >= 60 ? `${Math.floor(days / 30.44)} months` : `${Math.floor(days)} days`;
}

/** Times between which records lie, UTC epoch ms. */
interface Span {
  fromMs: number;
  toMs: number;
}

interface AgeNote {
  /** What weighs nothing: the records themselves, or all that was learnt before. */
  weightless: 'records' | 'learnt';
  text: string;
}

/**
 * A sentence on records that are about to be learnt, or null where their age does not matter.
 * @param model as GET /v1/model told it before
 */
export function ageNoteOf(model: Fields, records: Span): string | null {
  return noteOf(model, records)?.text ?? null;
}

function noteOf(model: Fields, records: Span): AgeNote | null {
  const newestDay = findText(model, 'newestDay');
  const halfLifeDays = findNumber(model, 'halfLifeDays');
  if (newestDay === null || halfLifeDays === null) return null;
  const newestMs = Date.parse(newestDay);
  const weightless = weightlessAfterDays(halfLifeDays);
  const olderDays = (newestMs - records.toMs) / DAY_MS;
  const newerDays = (records.fromMs - newestMs) / DAY_MS;
  const mend = 'set a longer one where that should count (`bayeswatch policy set --half-life-days`)';
  if (olderDays > weightless) {
    const text = `these records are ${spanText(olderDays)} older than the newest learnt; with a half-life of ${halfLifeDays} days they weigh next to nothing: ${mend}`;
    return { weightless: 'records', text };
  }
  if (newerDays > weightless) {
    const text = `these records are ${spanText(newerDays)} newer than all that was learnt before; with a half-life of ${halfLifeDays} days that weighs next to nothing from now on: ${mend}`;
    return { weightless: 'learnt', text };
  }
  return null;
}

/** Notes of a command on many files: the first of each kind is told, and of how many files more there were. */
export class AgeNotes {
  readonly #told = new Set<AgeNote['weightless']>();
  /** Files of which as much could be told as of one before. */
  more = 0;

  /** As ageNoteOf, of the next file; null where the like was told already. */
  next(model: Fields, records: Span): string | null {
    const note = noteOf(model, records);
    if (note === null) return null;
    if (this.#told.has(note.weightless)) {
      this.more += 1;
      return null;
    }
    this.#told.add(note.weightless);
    return note.text;
  }
}
