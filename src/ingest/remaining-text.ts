/**
 * The message of a log record that has none of its own: what is left of the line's columns, as `name=value` with spaces
 * between (logfmt), in the line's order. A value with spaces, quotes or line breaks is quoted as JSON does it.
 */
import { FIELD_CHARACTERS_MAX } from '../domain/limits.ts';
import { boundedText } from './field-check.ts';
import { isObject, type JsonObject } from './json.ts';

/**
 * Names that never go into a message. Ids of connections and files stand on a few lines only: they would make every text
 * look new and say nothing. Labels are what researchers added to a capture: evidence must not hold the answer. Passwords
 * belong nowhere.
 * (The line as it came is stored with the record, so neither is lost.)
 */
const LEFT_OUT = new Set([
  'id',
  'uid',
  'uids',
  'fuid',
  'fuids',
  'conn_uids',
  'parent_fuid',
  'flow_id',
  'parent_id',
  'pcap_cnt',
  'pcap_filename',
  'tx_id',
  'password',
  'label',
  'detailedlabel',
  'detailed-label',
]);

export class RemainingText {
  private text = '';

  /** Bounded: what comes after FIELD_CHARACTERS_MAX is left out. */
  get message(): string {
    return boundedText(this.text);
  }

  get full(): boolean {
    return this.text.length >= FIELD_CHARACTERS_MAX;
  }

  /** Adds one value; what is absent or left out by name adds nothing. */
  add(name: string, value: string): void {
    if (value === '' || this.full || LEFT_OUT.has(name)) return;
    const shown = boundedText(value);
    const quoted = /[\s"=\p{Cc}]/u.test(shown) ? JSON.stringify(shown) : shown;
    this.text += this.text === '' ? `${name}=${quoted}` : ` ${name}=${quoted}`;
  }

  /**
   * Adds what a JSON object holds, nested names joined by dots, lists of plain values by commas.
   * @param skip dotted names that are not added
   */
  addObject(object: JsonObject, skip: ReadonlySet<string>, prefix = ''): void {
    for (const name of Object.keys(object)) {
      if (this.full) return;
      const path = prefix === '' ? name : `${prefix}.${name}`;
      if (!skip.has(path) && !LEFT_OUT.has(name)) this.addValue(path, object[name], skip);
    }
  }

  private addValue(path: string, value: unknown, skip: ReadonlySet<string>): void {
    if (Array.isArray(value)) this.addList(path, value, skip);
    else if (isObject(value)) this.addObject(value, skip, path);
    else if (value !== null && value !== undefined) this.add(path, String(value));
  }

  private addList(path: string, list: readonly unknown[], skip: ReadonlySet<string>): void {
    const plain: string[] = [];
    for (const value of list) {
      if (this.full) return;
      if (typeof value === 'object' && value !== null) this.addValue(path, value, skip);
      else plain.push(String(value));
    }
    this.add(path, plain.join(','));
  }
}
