/**
 * What is seen of a string: the text that its character model reads, and its shape. It follows from the text alone, and host
 * names and user agents are few and come again and again, so what was seen of the latest ones is remembered.
 */
import { SEQUENCE_SYMBOLS_MAX } from '../../domain/limits.ts';
import { type Observations, SEGMENT_SEPARATORS, type SequenceField } from '../../domain/observation.ts';
import { parametersInOrder } from '../parameters-in-order.ts';
import { Recurring } from '../recurring.ts';
import { REPEATS_CHARACTERS_MAX, withoutRepeats } from '../repeats.ts';
import { isHostField } from '../shape.ts';
import type { Facts } from './facts.ts';
import type { StringRow } from './row.ts';
import { CORES_SINCE, shaperOf } from './traits.ts';

/** Where what is seen of a string is appended. */
type Into = Pick<Observations, 'sequences' | 'shape'>;
/** @param prefixLength of a host name, characters before its registrable domain; else 0 */
type See = (into: Into, text: string, prefixLength: number) => void;

/** Texts of one field that are remembered at most, and the longest of them: three mebibytes where all are such. */
const REMEMBERED = 4096;
const REMEMBERED_CHARACTERS_MAX = 256;

/** Appends what a version of the tokenizers sees of a string. */
export function stringObserver<F extends Facts>(
  { field, needs, read, prefixLengthOf, recurs }: StringRow<F>,
  version: number,
): (into: Observations, facts: F) => void {
  const seeAnew = version < CORES_SINCE ? wholeReader(field, version) : coreReader(field, version);
  const see = recurs ? rememberedReader(seeAnew) : seeAnew;
  return (into, facts) => {
    if (needs !== undefined && !facts.has(needs)) return;
    const text = read(facts);
    if (text === undefined || text === '') return;
    see(into, text, prefixLengthOf === undefined ? 0 : prefixLengthOf(facts));
  };
}

/** What is remembered is shared by all records that show it, and frozen. */
function rememberedReader(see: See): See {
  const remembered = new Recurring(REMEMBERED, (text, prefixLength: number) => {
    const seen: Into = { sequences: [], shape: [] };
    see(seen, text, prefixLength);
    for (const sequence of seen.sequences) Object.freeze(sequence);
    return seen;
  });
  return (into, text, prefixLength) => {
    const isShort = text.length <= REMEMBERED_CHARACTERS_MAX;
    const seen = isShort ? remembered.recall(text, prefixLength) : undefined;
    if (seen === undefined) {
      see(into, text, prefixLength);
      return;
    }
    for (const sequence of seen.sequences) into.sequences.push(sequence);
    for (const token of seen.shape) into.shape.push(token);
  };
}

/** Before cores were told: the text and its shape. */
function wholeReader(field: SequenceField, version: number): See {
  const pushShape = shaperOf(field, version);
  return ({ sequences, shape }, text, prefixLength) => {
    const cut = cutTo(text, SEQUENCE_SYMBOLS_MAX);
    sequences.push({ field, text: cut });
    pushShape(shape, cut, text.length, prefixLength);
  };
}

/** Since when the order of parameters tells nothing. */
const ORDERED_SINCE = 5;
const QUERIES: ReadonlySet<SequenceField> = new Set(['url.query', 'url.query.keys', 'url.query.values']);

/** Since cores are told: where the core begins, and nothing that is repeated. */
function coreReader(field: SequenceField, version: number): See {
  const pushShape = shaperOf(field, version);
  const separators = SEGMENT_SEPARATORS[field];
  const isOrdered = version >= ORDERED_SINCE && QUERIES.has(field);
  // A host name ends with its core, whatever somebody wrote before it.
  const cutBy = isHostField(field) ? cutToEnd : cutTo;
  return ({ sequences, shape }, text, prefixLength) => {
    const bounded = cutBy(text, REPEATS_CHARACTERS_MAX);
    const said = withoutRepeats(bounded, separators);
    const once = isOrdered ? parametersInOrder(said) : said;
    const cut = cutBy(once, SEQUENCE_SYMBOLS_MAX);
    const beforeCore = prefixLength - (text.length - bounded.length);
    const core = Math.max(0, coreOf(once, bounded, beforeCore, separators) - (once.length - cut.length));
    sequences.push(core === 0 ? { field, text: cut } : { field, text: cut, core });
    pushShape(shape, cut, text.length - bounded.length + once.length, Math.max(0, core - 1));
  };
}

function cutTo(text: string, characters: number): string {
  return text.length > characters ? text.slice(0, characters) : text;
}

function cutToEnd(text: string, characters: number): string {
  return text.length > characters ? text.slice(-characters) : text;
}

/** Where the core begins in the text without repeats: behind the dot of the prefix. 0 where there is none. */
function coreOf(once: string, text: string, prefixLength: number, separators: string): number {
  if (prefixLength <= 0 || prefixLength + 1 >= text.length) return 0;
  if (once === text) return prefixLength + 1;
  // What stands last stays, so the text ends with its core without repeats.
  return once.length - withoutRepeats(text.slice(prefixLength + 1), separators).length;
}
