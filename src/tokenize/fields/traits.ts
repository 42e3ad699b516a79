/**
 * Traits of strings: what is seen of each beside its characters. The field of a token is `<string's field>#<trait>`, e.g.
 * `dns.question.name#entropy` = `3.5`. A new trait is one row.
 */
import type { CategoryObservation, SequenceField } from '../../domain/observation.ts';
import {
  AMOUNT_LABELS,
  amountIndexOf,
  ENTROPY_LABELS,
  entropyIndexOf,
  SHARE_LABELS,
  shareIndexOf,
} from '../buckets.ts';
import { Interned } from '../interned.ts';
import { isHostField, isUrlPart, Measures } from '../shape.ts';
import { type Described, isSeenBy } from './row.ts';

/** Which strings have a trait. */
export const TRAIT_STRINGS = {
  all: () => true,
  'host names': isHostField,
  'parts of URLs': isUrlPart,
} as const satisfies Record<string, (field: SequenceField) => boolean>;

const LABELS = { amount: AMOUNT_LABELS, share: SHARE_LABELS, entropy: ENTROPY_LABELS } as const;
type BinCut = keyof typeof LABELS;

/** How a trait is read: a number that falls in a bin, or one of a few words. */
type TraitReading =
  | { cut: BinCut; read: (measures: Measures) => number }
  | { cut: 'word'; read: (measures: Measures) => string };

export type TraitRow = Described &
  TraitReading & {
    trait: string;
    of: keyof typeof TRAIT_STRINGS;
    /** The last version that sees it of whole host names: whoever asks for one turns it by what stands before the core. */
    ofHostNamesUntil?: number;
    /** Of a host name: its core alone, the registrable domain, or all of it where it has none. */
    ofCore?: true;
  };

/** The first version that tells cores. */
export const CORES_SINCE = 3;

const ROWS: readonly TraitRow[] = [
  {
    trait: 'length',
    of: 'all',
    ofHostNamesUntil: CORES_SINCE - 1,
    says: 'characters, before any cut',
    cut: 'amount',
    example: '24',
    since: 1,
    read: ({ lengthBefore }) => lengthBefore,
  },
  {
    trait: 'segments',
    of: 'all',
    ofHostNamesUntil: CORES_SINCE - 1,
    says: 'segments that are not empty',
    cut: 'amount',
    example: '3',
    since: 1,
    read: ({ segments }) => segments,
  },
  {
    trait: 'longest',
    of: 'all',
    says: 'characters of the longest segment',
    cut: 'amount',
    example: '12',
    since: 1,
    read: ({ longest }) => longest,
  },
  {
    trait: 'entropy',
    of: 'all',
    says: 'Shannon entropy of the longest segment (of the value, in a query); case folded in host names',
    cut: 'entropy',
    example: '3.5',
    since: 1,
    read: ({ entropyBits }) => entropyBits,
  },
  {
    trait: 'alphabet',
    of: 'all',
    says: 'what the longest segment (the value, in a query) is written in: `letters`, `digits`, `alphanumeric`, `hex` (8 or more), `base32`, `base64` (16 or more), `mixed`, `marks`, `non-ascii`, `none`',
    cut: 'word',
    example: 'hex',
    since: 1,
    read: ({ alphabet }) => alphabet,
  },
  {
    trait: 'digits',
    of: 'all',
    ofHostNamesUntil: CORES_SINCE - 1,
    says: 'digits among all characters',
    cut: 'share',
    example: '0.25',
    since: 1,
    read: ({ digits, text }) => digits / text.length,
  },
  {
    trait: 'vowels',
    of: 'all',
    ofHostNamesUntil: CORES_SINCE - 1,
    says: 'vowels among letters; `none` without letters',
    cut: 'share',
    example: '0.375',
    since: 1,
    read: ({ vowels, letters }) => vowels / letters,
  },
  {
    trait: 'case',
    of: 'all',
    says: 'case of its letters: `lower`, `upper`, `mixed`, `none`',
    cut: 'word',
    example: 'lower',
    since: 1,
    read: measures => measures.case,
  },
  {
    trait: 'characters',
    of: 'all',
    says: 'which characters occur: `ascii`, `non-ascii`, `control`, `control non-ascii`',
    cut: 'word',
    example: 'ascii',
    since: 1,
    read: ({ characters }) => characters,
  },
  {
    trait: 'percent',
    of: 'parts of URLs',
    says: 'characters that stand in percent escapes',
    cut: 'share',
    example: '>0',
    since: 1,
    read: ({ escaped, text }) => escaped / text.length,
  },
  {
    trait: 'prefix_length',
    of: 'host names',
    says: 'characters before the registrable domain',
    cut: 'amount',
    example: '8',
    since: 1,
    read: ({ prefixLength }) => prefixLength,
  },
  {
    trait: 'prefix_labels',
    of: 'host names',
    says: 'labels before it',
    cut: 'amount',
    example: '2',
    since: 1,
    read: ({ prefixLabels }) => prefixLabels,
  },
  {
    trait: 'prefix_entropy',
    of: 'host names',
    says: 'entropy of all characters before it, dots left out',
    cut: 'entropy',
    example: '2.75',
    since: 1,
    read: ({ prefixEntropyBits }) => prefixEntropyBits,
  },
];

/** Those of all strings are told of the cores of host names, too, by names of their own. */
export const TRAIT_ROWS: readonly TraitRow[] = [
  ...ROWS,
  ...ROWS.filter(({ of }) => of === 'all').map(
    ({ ofHostNamesUntil: _, ...row }): TraitRow => ({
      ...row,
      trait: `core_${row.trait}`,
      of: 'host names',
      ofCore: true,
      says: `the same of the core, which is the registrable domain: ${row.says}`,
      since: CORES_SINCE,
    }),
  ),
];

/** Whether a version of the tokenizers sees the trait in strings of a field. */
function isTraitOf(row: TraitRow, field: SequenceField, version: number): boolean {
  if (!isSeenBy(row, version) || !TRAIT_STRINGS[row.of](field)) return false;
  return !isHostField(field) || version <= (row.ofHostNamesUntil ?? version);
}

/** One string is measured after the other. */
const measures = new Measures();

/** What is asked for of a row. A token of a bin or word is one object however often it is seen. */
type Asked =
  | { cut: BinCut; read: (measures: Measures) => number; tokens: readonly CategoryObservation[] }
  | { cut: 'word'; read: (measures: Measures) => string; tokens: Interned };

function askedOf(field: SequenceField, row: TraitRow): Asked {
  const name = `${field}#${row.trait}`;
  if (row.cut === 'word') return { cut: row.cut, read: row.read, tokens: new Interned(name) };
  const tokens = LABELS[row.cut].map(token => Object.freeze({ field: name, token }));
  return { cut: row.cut, read: row.read, tokens };
}

/**
 * A function that appends the traits which a version of the tokenizers sees in strings of a field; its parameters are those
 * of Measures.measure.
 * @example shaperOf('dns.question.name', 1)(shape, 'x7f.example.org', 15, 3)
 * // …#length=12 …#segments=3 …#longest=6 …#entropy=2.5 …#prefix_length=3 …
 */
export function shaperOf(
  field: SequenceField,
  version: number,
): (shape: CategoryObservation[], text: string, lengthBefore: number, prefixLength: number) => void {
  const traitsOf = (ofCore: boolean) =>
    TRAIT_ROWS.filter(row => (row.ofCore === true) === ofCore && isTraitOf(row, field, version)).map(row =>
      askedOf(field, row),
    );
  const [ofWhole, ofCore] = [traitsOf(false), traitsOf(true)];
  return (shape, text, lengthBefore, prefixLength) => {
    measures.measure(field, text, lengthBefore, prefixLength);
    for (const trait of ofWhole) shape.push(tokenOf(trait));
    if (ofCore.length === 0) return;
    if (prefixLength > 0) {
      const core = text.slice(prefixLength + 1);
      measures.measure(field, core, core.length, 0);
    }
    for (const trait of ofCore) shape.push(tokenOf(trait));
  };
}

/** The token of what was measured last. */
function tokenOf(trait: Asked): CategoryObservation {
  switch (trait.cut) {
    case 'amount':
      return trait.tokens[amountIndexOf(trait.read(measures))] as CategoryObservation;
    case 'share':
      return trait.tokens[shareIndexOf(trait.read(measures))] as CategoryObservation;
    case 'entropy':
      return trait.tokens[entropyIndexOf(trait.read(measures))] as CategoryObservation;
    case 'word':
      return trait.tokens.of(trait.read(measures));
  }
}
