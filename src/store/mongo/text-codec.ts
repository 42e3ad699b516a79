/**
 * Text that may hold anything, as BSON text, which is UTF-8: a lone surrogate has no bytes there, and would come back as
 * another character. A text with one (or with a leading quote, so that none is mistaken) is written as a JSON string. The
 * mapping is one to one, so equal texts stay equal fields.
 */
import assert from 'node:assert';

const UNSAFE = /^"|\p{Surrogate}/u;

/**
 * @throws AssertionError for what is no text: it could be read as an operator
 * @example bsonTextOf('a.example') // 'a.example'
 * @example bsonTextOf('\ud800') // '"\\ud800"'
 */
export function bsonTextOf(text: string): string {
  assert(typeof text === 'string', 'a text is a text');
  return UNSAFE.test(text) ? JSON.stringify(text) : text;
}

export function textOf(bsonText: string): string {
  return bsonText.startsWith('"') ? (JSON.parse(bsonText) as string) : bsonText;
}

/** As bsonTextOf and textOf, of what may be absent. */
export function optionalBsonTextOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : bsonTextOf(text);
}
export function optionalTextOf(bsonText: string | undefined): string | undefined {
  return bsonText === undefined ? undefined : textOf(bsonText);
}
