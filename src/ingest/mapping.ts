/**
 * The format that a mapping file describes: lines of columns, or of JSON, to records. Each value is brought into the form
 * that ECS has it in, and what comes of it is read as the native format is (ecs.ts): its rules, bounds and rejections hold
 * here as well, and name the fields as the mapping does.
 */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import { type Draft, newDraft, recordOf } from './draft.ts';
import { draftOfEcs, type EcsName } from './ecs.ts';
import { decimalOf, FieldCheck } from './field-check.ts';
import { type FieldTable, fieldTable } from './field-table.ts';
import type { Format, LineParser, ParsedLine, ParserContext } from './format.ts';
import { isBlank, numbersAsText, readObject } from './json.ts';
import { COLUMNS_MAX, MAPPED_FIELDS, type Mapping, type Source, UNIT_MICROS } from './mapping-schema.ts';
import { measureOf } from './measure.ts';
import { splitColumns } from './split-columns.ts';
import { roundedMeasure } from './statistic-columns.ts';
import { apacheInstantOf, instantOf } from './time.ts';
import { dayFirstWallMsOf, namedMonthWallMsOf, yearFirstWallMsOf } from './wall-clock.ts';

/** Columns that a line may have beyond its header: a separator behind the last one makes an empty one. */
const EXTRA_COLUMNS_MAX = 1;
/** Characters of a column's name that a rejection repeats: whoever wrote the mapping wrote it. */
const TOLD_CHARACTERS_MAX = 64;
const MINUTE_MS = 60_000;

/** Never detected: whoever has a mapping names it. @param name as summaries tell it */
export function mappingFormat(name: string, mapping: Mapping): Format {
  const { separator } = mapping;
  return {
    name,
    detect: () => 0,
    open: context =>
      separator === undefined
        ? new PathParser(mapping, context)
        : new MappedColumnParser(mapping, separator, context),
  };
}

/** What both kinds of lines share: values by their places become a record. */
class MappedRecords {
  readonly #mapping: Mapping;
  readonly #check: FieldCheck;
  readonly #draft: Draft;
  readonly #values: readonly (ReadonlyMap<string, string> | undefined)[];

  constructor(mapping: Mapping, { receivedAtMs, utcOf }: ParserContext) {
    this.#mapping = mapping;
    this.#check = new FieldCheck(receivedAtMs, utcOf);
    this.#draft = newDraft(mapping.kind);
    this.#values = mapping.sources.map(([, { values }]) => values && new Map(Object.entries(values)));
  }

  /** @param valueAt the value of a source by its index; text of columns, or whatever JSON holds */
  read(valueAt: (index: number) => unknown): ParsedLine {
    const { kind, sources, constants, absent } = this.#mapping;
    const fields: Record<string, unknown> = { kind, ...constants };
    let isEmpty = true;
    this.#check.begin();
    for (const [index, [name, source]] of sources.entries()) {
      const raw = valueAt(index);
      const given = typeof raw === 'string' ? raw.trim() : raw;
      if (given === undefined || given === null || given === '') continue;
      if (typeof given === 'string' && absent.has(given)) continue;
      isEmpty = false;
      fields[name] = ecsValueOf(name, source, this.#values[index], given, this.#check);
    }
    if (isEmpty) {
      return {
        rejected: { code: 'missing-field', detail: 'none of the fields that are mapped has a value' },
      };
    }
    const draft = draftOfEcs(this.#draft, fields, this.#check);
    return this.#check.problem === null ? { record: recordOf(draft) } : { rejected: this.#check.problem };
  }
}

/** The value as ECS has it. */
function ecsValueOf(
  name: EcsName,
  source: Source,
  values: ReadonlyMap<string, string> | undefined,
  given: unknown,
  check: FieldCheck,
): unknown {
  switch (MAPPED_FIELDS[name]) {
    case 'time':
      return instantIn(given, source, name, check);
    case 'duration':
      return nanosecondsIn(given, source, name, check);
    case 'number':
      return numberIn(given, source, name, check);
    case 'measure':
      return measureIn(given, source, name, check);
    case 'list':
      return listIn(given, source);
    case 'text':
      return textIn(given, values);
  }
}

/** JSON that writes a port, a code or a flag where ECS has text is taken at its word. */
function textIn(given: unknown, values: ReadonlyMap<string, string> | undefined): unknown {
  const text = typeof given === 'number' || typeof given === 'boolean' ? String(given) : given;
  return typeof text === 'string' ? (values?.get(text) ?? text) : text;
}

function listIn(given: unknown, { split }: Source): unknown {
  if (typeof given !== 'string' || split === undefined) return given;
  return given
    .split(split, DNS_ANSWERS_MAX)
    .map(text => text.trim())
    .filter(text => text !== '');
}

/** @example numberIn('1.5', { times: 1000 }) // 1500 */
function numberIn(given: unknown, { times }: Source, name: string, check: FieldCheck): unknown {
  const told = typeof given === 'string' ? measureOf(given) : given;
  if (times === undefined || told === undefined) return told;
  const number = typeof told === 'string' ? decimalOf(told) : told;
  return isMeasure(number)
    ? Math.abs(Math.round(number * times))
    : check.wrong(name, 'a number of at least 0');
}

/** @example measureIn('0.25', { times: 1000 }) // 250 */
function measureIn(given: unknown, { times = 1 }: Source, name: string, check: FieldCheck): unknown {
  const told = typeof given === 'string' ? measureOf(given) : given;
  const number = check.measure(told, name);
  return number === undefined ? undefined : roundedMeasure(number * times);
}

/** @example nanosecondsIn('1.5', { unit: 's' }) // 1500000000 */
function nanosecondsIn(given: unknown, { unit = 'ns' }: Source, name: string, check: FieldCheck): unknown {
  const told = typeof given === 'string' ? measureOf(given) : given;
  if (told === undefined) return undefined;
  const number = typeof told === 'string' ? decimalOf(told) : told;
  return isMeasure(number)
    ? Math.abs(Math.round(number * UNIT_MICROS[unit])) * 1e3
    : check.wrong(name, 'a number of at least 0');
}

/** What can be counted; −0 is one, and loses its sign where it is rounded. */
function isMeasure(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** @returns UTC epoch ms, which is no earlier than RECORD_AT_MS_MIN, so that it is not read as seconds again */
function instantIn(given: unknown, source: Source, name: string, check: FieldCheck): number | undefined {
  const { unit, form = 'iso', offset } = source;
  if (unit !== undefined) {
    const number = typeof given === 'string' ? decimalOf(given) : given;
    const micros = typeof number === 'number' ? Math.round(number * UNIT_MICROS[unit]) : Number.NaN;
    return check.plausible(micros / 1e3, name);
  }
  if (form === 'iso' && (typeof given === 'number' || typeof given === 'string')) {
    const atMs = instantOf(given);
    if (!Number.isNaN(atMs)) return check.plausible(atMs, name);
  }
  if (typeof given !== 'string') return check.wrong(name, 'a time');
  if (form === 'apache') return check.plausible(apacheTextInstantOf(given), name);
  const wallMs = WALL_MS_OF[form](given);
  return offset === undefined
    ? check.wallTime(wallMs, name)
    : check.plausible(wallMs - offsetMsOf(offset), name);
}

const WALL_MS_OF = {
  iso: (text: string) => instantOf(`${text}Z`),
  'day-first': dayFirstWallMsOf,
  'year-first': yearFirstWallMsOf,
  'month-name': namedMonthWallMsOf,
} as const;

/** With or without the brackets that Apache puts around it. */
function apacheTextInstantOf(text: string): number {
  const from = text.startsWith('[') ? 1 : 0;
  return text.length === 26 + 2 * from ? apacheInstantOf(text, from) : Number.NaN;
}

/** @param offset as the schema lets it through @example offsetMsOf('+01:00') // 3600000 */
function offsetMsOf(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return (offset.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

/** One JSON object a line. */
class PathParser implements LineParser {
  readonly #records: MappedRecords;
  readonly #table: FieldTable<string>;
  /** The slot of each source; two may share a path. */
  readonly #slots: readonly number[];
  /** Whether each source fills a field of text. */
  readonly #isText: readonly boolean[];

  constructor(mapping: Mapping, context: ParserContext) {
    this.#records = new MappedRecords(mapping, context);
    const paths = mapping.sources.map(([, { path = '' }]) => path);
    const distinct = [...new Set(paths)];
    this.#table = fieldTable(Object.fromEntries(distinct.map((path, slot) => [`path${slot}`, [path]])));
    this.#slots = paths.map(path => distinct.indexOf(path));
    this.#isText = mapping.sources.map(([name]) => MAPPED_FIELDS[name] === 'text');
  }

  parse(line: string): ParsedLine {
    if (isBlank(line)) return null;
    const read = readObject(line);
    if ('rejected' in read) return read;
    const values = this.#table.collect(read.object);
    const isChanged = this.#slots.some(
      (slot, index) => this.#isText[index] && isOtherwiseWritten(values[slot]),
    );
    if (!isChanged) return this.#records.read(index => values[this.#slots[index] ?? -1]);
    // The table has one list of values, which the second reading fills.
    const rounded = [...values];
    const written = this.#written(line);
    return this.#records.read(index => {
      const slot = this.#slots[index] ?? -1;
      return this.#isText[index] && isOtherwiseWritten(rounded[slot]) ? written[slot] : rounded[slot];
    });
  }

  /** The values with their numbers as text. */
  #written(line: string): readonly unknown[] {
    const read = readObject(numbersAsText(line));
    return 'object' in read ? this.#table.collect(read.object) : [];
  }
}

/** Whether a number may be another one than was written: an identity would be that of another record, too. */
function isOtherwiseWritten(value: unknown): boolean {
  // From 2^52 on a fraction may have become an integer.
  return typeof value === 'number' && (!Number.isSafeInteger(value) || Math.abs(value) >= 2 ** 52);
}

/** Where the columns of the sources are in a line, and how many a line has. */
interface Layout {
  indexes: readonly number[];
  /** Exactly as many where a header tells; at least as many where nobody does. */
  count: number;
  hasHeader: boolean;
}

/** Columns between separators, quotes as RFC 4180 has them. */
class MappedColumnParser implements LineParser {
  readonly #mapping: Mapping;
  readonly #separator: string;
  readonly #records: MappedRecords;
  /** Null before the header. */
  #layout: Layout | null;
  /** The header as it came: files that were put together have it again on the way. */
  #headerLine: string | null = null;
  /** Why no line can be read. */
  #missing: ParsedLine = null;

  constructor(mapping: Mapping, separator: string, context: ParserContext) {
    this.#mapping = mapping;
    this.#separator = separator;
    this.#records = new MappedRecords(mapping, context);
    this.#layout = mapping.header === true ? null : this.#layoutOf(mapping.header || null);
  }

  parse(line: string): ParsedLine {
    if (isBlank(line) || line === this.#headerLine) return null;
    const { comment } = this.#mapping;
    if (comment !== undefined && line.startsWith(comment)) return null;
    if (this.#missing !== null) return this.#missing;
    if (this.#layout === null) return this.#readHeader(line);
    return this.#readLine(line, this.#layout);
  }

  /** A header without a column that is mapped is rejected, and so is every line behind it. */
  #readHeader(line: string): ParsedLine {
    const names = splitColumns(line, this.#separator, COLUMNS_MAX).map(text => text.trim());
    const missing = this.#mapping.sources.find(
      ([, { column }]) => typeof column === 'string' && !names.includes(column),
    );
    if (missing === undefined) {
      this.#layout = this.#layoutOf(names);
      this.#headerLine = line;
      return null;
    }
    const told = String(missing[1].column).slice(0, TOLD_CHARACTERS_MAX);
    this.#missing = { rejected: { code: 'missing-header', detail: `the header has no column ${told}` } };
    return this.#missing;
  }

  #layoutOf(names: readonly string[] | null): Layout {
    const indexes = this.#mapping.sources.map(([, { column }]) =>
      typeof column === 'number' ? column - 1 : (names?.indexOf(column ?? '') ?? -1),
    );
    const count = names?.length ?? Math.max(...indexes) + 1;
    return { indexes, count, hasHeader: names !== null };
  }

  #readLine(line: string, { indexes, count, hasHeader }: Layout): ParsedLine {
    const cells = splitColumns(line, this.#separator, count + EXTRA_COLUMNS_MAX + 1);
    const isTooWide =
      hasHeader && (cells.length > count + EXTRA_COLUMNS_MAX || Boolean(cells[count]?.trim()));
    if (cells.length < count || isTooWide) {
      const detail = `${cells.length} columns where ${hasHeader ? 'the header has' : 'the mapping needs'} ${count}`;
      return { rejected: { code: 'column-count', detail } };
    }
    return this.#records.read(index => cells[indexes[index] ?? -1]);
  }
}
