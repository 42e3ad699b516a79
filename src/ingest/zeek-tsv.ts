/**
 * Zeek's own log format: columns between tabs, told by header lines (`#separator`, `#path`, `#fields` …). Rotated files
 * that were concatenated bring a new header on the way. Columns may be extra (`_node_name`), in any order, and a line
 * may have a few more than the header says (labels that researchers appended).
 * Without a header the default columns of conn, dns, http and ssl are recognised by their number and shape.
 */

import { recordOf } from './draft.ts';
import { FieldCheck } from './field-check.ts';
import type { Format, LineParser, ParsedLine, ParserContext } from './format.ts';
import { isBlank } from './json.ts';
import { RemainingText } from './remaining-text.ts';
import { unescapeText } from './unescape.ts';
import { ZEEK_COLUMNS, ZEEK_LOG_FIELDS, ZEEK_TABLE, zeekDraft } from './zeek.ts';
import { layoutOf } from './zeek-layouts.ts';

/** Columns that a line may have beyond its header. */
const EXTRA_COLUMNS_MAX = 4;
/** Columns that are looked at in a line without a header: more than any known log has. */
const LAYOUT_COLUMNS_MAX = 64;
/** Characters of a log's name. */
const PATH_CHARACTERS_MAX = 64;
/** A header names fewer columns than this; conn has 21. */
const HEADER_COLUMNS_MAX = 1_024;

/** The slot of each column that is read, by its name. */
const SLOT_OF_NAME: ReadonlyMap<string, number> = new Map(
  Object.values(ZEEK_COLUMNS).flatMap((names, slot) => names.map((name): [string, number] => [name, slot])),
);
/** Columns of several values. */
const LISTS: ReadonlySet<number> = new Set([ZEEK_TABLE.slots.answers, ZEEK_TABLE.slots.ttls]);

export const zeekTsv: Format = {
  name: 'zeek-tsv',
  detect: ({ lines }) => {
    if (lines.some(line => line.startsWith('#separator ') || line.startsWith('#fields\t'))) return 1;
    const recognised = lines.filter(line => layoutOf(line.split('\t', LAYOUT_COLUMNS_MAX)) !== null).length;
    return lines.length === 0 ? 0 : (0.9 * recognised) / lines.length;
  },
  open: context => new ZeekTsvParser(context),
};

class ZeekTsvParser implements LineParser {
  private readonly check: FieldCheck;
  private separator = '\t';
  private setSeparator = ',';
  private empty = '(empty)';
  private unset = '-';
  /** The log's name as `#path` says it, empty where it does not; and as the columns have it where it does not. */
  private named = '';
  private path = '';
  /** Names of the columns, null before a header. */
  private names: readonly string[] | null = null;
  /** The slot that each column is read into, −1 for those that are not. */
  private slots: readonly number[] = [];

  constructor(context: ParserContext) {
    this.check = new FieldCheck(context.receivedAtMs, context.utcOf);
  }

  parse(line: string): ParsedLine {
    if (line.charCodeAt(0) === 0x23) return this.readHeader(line);
    if (isBlank(line)) return null;
    const refused = this.names === null ? this.readLayout(line) : null;
    if (refused !== null) return refused;
    const values = ZEEK_TABLE.blank();
    const count = this.readColumns(line, values);
    if (count < this.slots.length || count > this.slots.length + EXTRA_COLUMNS_MAX) {
      const detail = `${count} columns where the header has ${this.slots.length}`;
      return { rejected: { code: 'column-count', detail } };
    }
    this.check.begin();
    const draft = zeekDraft(this.path, values, this.check);
    if (draft.kind === 'log') draft.message = this.messageOf(line);
    return this.check.problem === null ? { record: recordOf(draft) } : { rejected: this.check.problem };
  }

  /** Reads the columns that matter into `values`; returns how many columns the line has, at most one too many. */
  private readColumns(line: string, values: unknown[]): number {
    const { separator, slots, unset, empty } = this;
    const escaped = line.includes('\\');
    const columnsMax = slots.length + EXTRA_COLUMNS_MAX;
    let start = 0;
    for (let index = 0; ; index++) {
      const end = line.indexOf(separator, start);
      const slot = slots[index] ?? -1;
      if (slot !== -1) {
        const text = line.slice(start, end === -1 ? line.length : end);
        if (text !== unset && text !== empty) {
          values[slot] ??= escaped || LISTS.has(slot) ? this.valueOf(slot, text) : text;
        }
      }
      if (end === -1 || index === columnsMax) return index + 1;
      start = end + separator.length;
    }
  }

  /** A text without its escapes; a list of them where the column is one. */
  private valueOf(slot: number, text: string): string | string[] {
    if (!LISTS.has(slot)) return unescapeText(text);
    const values: string[] = [];
    for (const value of text.split(this.setSeparator)) {
      if (value !== this.unset) values.push(unescapeText(value));
    }
    return values;
  }

  private messageOf(line: string): string {
    const remaining = new RemainingText();
    const texts = line.split(this.separator, this.slots.length);
    const names = this.names ?? [];
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? '';
      const text = texts[index] ?? '';
      if (text === this.unset || text === this.empty || ZEEK_LOG_FIELDS.has(name)) continue;
      remaining.add(name, unescapeText(text));
    }
    return remaining.message || this.path || 'zeek';
  }

  private readHeader(line: string): null {
    if (line.startsWith('#separator ')) {
      this.separator = unescapeText(line.slice('#separator '.length).trim()) || '\t';
      this.setSeparator = ',';
      this.empty = '(empty)';
      this.unset = '-';
      this.named = '';
      this.names = null;
      return null;
    }
    const end = line.indexOf(this.separator);
    if (end === -1) return null;
    const value = line.slice(end + this.separator.length);
    switch (line.slice(0, end)) {
      case '#set_separator':
        this.setSeparator = unescapeText(value) || ',';
        break;
      case '#empty_field':
        this.empty = value;
        break;
      case '#unset_field':
        this.unset = value;
        break;
      case '#path':
        this.named = value.slice(0, PATH_CHARACTERS_MAX);
        this.path = this.named;
        break;
      case '#fields':
        this.useColumns(value.split(this.separator, HEADER_COLUMNS_MAX));
        break;
    }
    return null;
  }

  /** The columns of a line that came before any header; a rejection where they are not the default ones of a known log. */
  private readLayout(line: string): ParsedLine {
    const layout = layoutOf(line.split(this.separator, LAYOUT_COLUMNS_MAX));
    if (layout === null) {
      const detail = 'no #fields header came before the line, and its columns are not those of a known log';
      return { rejected: { code: 'missing-header', detail } };
    }
    this.named = layout.path;
    this.useColumns(layout.columns);
    // The next line without a header may be of another log.
    this.named = '';
    this.names = null;
    return null;
  }

  private useColumns(names: readonly string[]): void {
    this.names = names;
    this.slots = names.map(name => SLOT_OF_NAME.get(name) ?? -1);
    this.path = this.named || pathOf(names);
  }
}

/** The log that has these columns, where the header lacks its `#path`; empty where it is none of the four. */
function pathOf(names: readonly string[]): string {
  if (names.includes('conn_state')) return 'conn';
  if (names.includes('qtype_name')) return 'dns';
  if (names.includes('trans_depth') && names.includes('uri') && !names.includes('call_id')) return 'http';
  if (names.includes('server_name') && names.includes('cipher')) return 'ssl';
  return '';
}
