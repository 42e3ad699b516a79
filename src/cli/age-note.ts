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

/**
 * A sentence on records that are about to be learnt, or null where their age does not matter.
 * @param model as GET /v1/model told it before
 * @param records between which times they lie, UTC epoch ms
 */
export function ageNoteOf(model: Fields, records: { fromMs: number; toMs: number }): string | null {
  const newestDay = findText(model, 'newestDay');
  const halfLifeDays = findNumber(model, 'halfLifeDays');
  if (newestDay === null || halfLifeDays === null) return null;
  const newestMs = Date.parse(newestDay);
  const weightless = weightlessAfterDays(halfLifeDays);
  const olderDays = (newestMs - records.toMs) / DAY_MS;
  const newerDays = (records.fromMs - newestMs) / DAY_MS;
  const mend = 'set a longer one where that should count (`bayeswatch policy set --half-life-days`)';
  if (olderDays > weightless) {
    return `these records are ${spanText(olderDays)} older than the newest learnt; with a half-life of ${halfLifeDays} days they weigh next to nothing: ${mend}`;
  }
  if (newerDays > weightless) {
    return `these records are ${spanText(newerDays)} newer than all that was learnt before; with a half-life of ${halfLifeDays} days that weighs next to nothing from now on: ${mend}`;
  }
  return null;
}

/** Notes of a command on many files: the first one is told, and how many there were more. */
export class AgeNotes {
  #notes = 0;

  /** Files that would have been told of, after the first. */
  get more(): number {
    return Math.max(0, this.#notes - 1);
  }

  /** As ageNoteOf, of the next file; null where one was told already. */
  next(model: Fields, records: { fromMs: number; toMs: number }): string | null {
    const note = ageNoteOf(model, records);
    if (note === null) return null;
    this.#notes += 1;
    return this.#notes === 1 ? note : null;
  }
}
