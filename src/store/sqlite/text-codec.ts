/**
 * Text that may hold anything, as SQLite text. Its drivers end a text at a NUL when they read it back, and replace lone
 * surrogates; a text with either (or with a leading quote, so that none is mistaken) is written as a JSON string.
 * The mapping is one to one, so equal texts stay equal columns.
 */

const UNSAFE = /^"|\0|\p{Surrogate}/u;

/** @example sqlTextOf('a.example') // 'a.example' @example sqlTextOf('a\0') // '"a\\u0000"' */
export function sqlTextOf(text: string): string {
  return UNSAFE.test(text) ? JSON.stringify(text) : text;
}

export function textOf(sqlText: string): string {
  return sqlText.startsWith('"') ? (JSON.parse(sqlText) as string) : sqlText;
}
