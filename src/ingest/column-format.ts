/**
 * What the formats of named columns share (binetflow, flow and DNS tables): a header says which column is what, under any
 * of the names that tools give it; files that were concatenated bring it again on the way; files that lost it are read by
 * their usual layout. Names are compared by their letters and digits alone: `Flow.ID`, ` Flow ID` and `flow_id` are one.
 */
import { type Draft, recordOf } from './draft.ts';
import { FieldCheck } from './field-check.ts';
import type { Format, LineParser, ParsedLine, ParserContext } from './format.ts';
import { isBlank } from './json.ts';
import { splitColumns } from './split-columns.ts';

/** Columns of a line that are looked at; the widest known table has 87. */
const COLUMNS_MAX = 256;
/** Columns that a line may have beyond its header: labels that researchers appended. */
const EXTRA_COLUMNS_MAX = 4;
const NAME_CHARACTERS_MAX = 64;

/** The text of the column of a key; undefined where there is none, or it is empty. */
export type Cells<K extends string> = (key: K) => string | undefined;

export interface Table<K extends string> {
  name: string;
  /** What is read, and the names that it goes by, in letters and digits only. */
  columns: Readonly<Record<K, readonly string[]>>;
  /** Keys that a header has, all of them: a line with these names is one. */
  required: readonly K[];
  /** Keys of which a header has at least one. */
  requiredOneOf?: readonly K[];
  /** Keys that a header of this table has not: one with any of them is another's. */
  refused?: readonly K[];
  /** In the order in which they are tried. */
  separators: readonly string[];
  /** Keys of the columns of a file without a header, null for one that is not read; null where its columns are none. */
  layoutOf(cells: readonly string[]): readonly (K | null)[] | null;
  /** How sure a header of this table is one: 0 to 1. */
  certainty: number;
  /**
   * The record in the making; a cell that cannot be read is told to `check`, and then the line is rejected. Null for a line
   * that is not meant to be a record.
   */
  draftOf(cell: Cells<K>, check: FieldCheck): Draft | null;
}

/** How the lines of a file are cut and read. */
interface Reading<K extends string> {
  separator: string;
  /** Columns that a line has. */
  count: number;
  /** Index of the column of each key. */
  indexOf: ReadonlyMap<K, number>;
}

export function columnFormat<K extends string>(table: Table<K>): Format {
  const finder = new ReadingFinder(table);
  return {
    name: table.name,
    detect: ({ lines }) => finder.certaintyOf(lines),
    open: context => new ColumnParser(table, finder, context),
  };
}

/** `Flow.ID` → 'flowid' */
function foldedName(text: string): string {
  return text
    .slice(0, NAME_CHARACTERS_MAX)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** A line of an unknown file: is it a header, or in the usual layout? */
class ReadingFinder<K extends string> {
  private readonly table: Table<K>;
  private readonly keyOfName: ReadonlyMap<string, K>;

  constructor(table: Table<K>) {
    this.table = table;
    const keys = Object.keys(table.columns) as K[];
    this.keyOfName = new Map(keys.flatMap(key => table.columns[key].map((name): [string, K] => [name, key])));
  }

  /** What a header says; null for a line that is none. A `#` may stand before its first name. */
  ofHeader(line: string): Reading<K> | null {
    // A header begins with a name: most lines are told by their first character.
    const first = line.charCodeAt(0) | 0x20;
    if (!(first >= 0x61 && first <= 0x7a) && !/^[#"\s_]/.test(line)) return null;
    const text = line.startsWith('#') ? line.slice(1) : line;
    for (const separator of this.table.separators) {
      const names = splitColumns(text, separator, COLUMNS_MAX).map(foldedName);
      const reading = this.readingOf(
        names.map(name => this.keyOfName.get(name) ?? null),
        separator,
      );
      if (this.fits(reading)) return reading;
    }
    return null;
  }

  private fits({ indexOf }: Reading<K>): boolean {
    const { required, requiredOneOf = required, refused = [] } = this.table;
    const has = (key: K) => indexOf.has(key);
    return required.every(has) && requiredOneOf.some(has) && !refused.some(has);
  }

  /** What a line without a header tells by the shape of its columns. */
  ofLayout(line: string): Reading<K> | null {
    for (const separator of this.table.separators) {
      const keys = this.table.layoutOf(splitColumns(line, separator, COLUMNS_MAX));
      if (keys !== null) return this.readingOf(keys, separator);
    }
    return null;
  }

  certaintyOf(lines: readonly string[]): number {
    const [first = ''] = lines;
    if (this.ofHeader(first) !== null) return this.table.certainty;
    const recognised = lines.filter(line => this.ofLayout(line) !== null || this.ofHeader(line) !== null);
    return lines.length === 0 ? 0 : (0.9 * recognised.length) / lines.length;
  }

  /** Of two columns with one key the first counts. */
  private readingOf(keys: readonly (K | null)[], separator: string): Reading<K> {
    const indexOf = new Map<K, number>();
    for (const [index, key] of keys.entries()) {
      if (key !== null && !indexOf.has(key)) indexOf.set(key, index);
    }
    return { separator, count: keys.length, indexOf };
  }
}

class ColumnParser<K extends string> implements LineParser {
  private readonly table: Table<K>;
  private readonly finder: ReadingFinder<K>;
  private readonly check: FieldCheck;
  /** By the last header; null before one. */
  private reading: Reading<K> | null = null;

  constructor(table: Table<K>, finder: ReadingFinder<K>, context: ParserContext) {
    this.table = table;
    this.finder = finder;
    this.check = new FieldCheck(context.receivedAtMs, context.utcOf);
  }

  parse(line: string): ParsedLine {
    if (isBlank(line)) return null;
    const header = this.finder.ofHeader(line);
    if (header !== null) {
      this.reading = header;
      return null;
    }
    if (line.startsWith('#')) return null;
    const reading = this.reading ?? this.finder.ofLayout(line);
    if (reading === null) {
      const detail = 'no header came before the line, and its columns are not the usual ones';
      return { rejected: { code: 'missing-header', detail } };
    }
    return this.readLine(line, reading);
  }

  private readLine(line: string, { separator, count, indexOf }: Reading<K>): ParsedLine {
    const cells = splitColumns(line, separator, count + EXTRA_COLUMNS_MAX + 1);
    if (cells.length < count || cells.length > count + EXTRA_COLUMNS_MAX) {
      const detail = `${cells.length} columns where the header has ${count}`;
      return { rejected: { code: 'column-count', detail } };
    }
    this.check.begin();
    const draft = this.table.draftOf(key => cells[indexOf.get(key) ?? -1]?.trim() || undefined, this.check);
    if (this.check.problem !== null) return { rejected: this.check.problem };
    return draft === null ? null : { record: recordOf(draft) };
  }
}
