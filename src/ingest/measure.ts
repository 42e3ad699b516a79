/** Numbers as programs of statistics print them: `132.0`, and `NaN`, `Infinity` or a negative one for what they could not tell. */
import type { FieldCheck } from './field-check.ts';

const NOT_TOLD: ReadonlySet<string> = new Set(['nan', 'inf', 'infinity', '+inf', '+infinity', 'null', '-']);

/** The text without a fraction of zeros; undefined for what says that nothing is known. @example measureOf('132.0') // '132' */
export function measureOf(text: string | undefined): string | undefined {
  if (text === undefined || NOT_TOLD.has(text.slice(0, 16).toLowerCase())) return undefined;
  if (text.startsWith('-') && isDecimal(text.slice(1))) return undefined;
  const dot = text.indexOf('.');
  return dot > 0 && /^0{1,32}$/.test(text.slice(dot + 1)) ? text.slice(0, dot) : text;
}

/** A whole number that may be written with a fraction of zeros. */
export function countOf(text: string | undefined, name: string, check: FieldCheck): number | undefined {
  return check.count(measureOf(text), name);
}

function isDecimal(text: string): boolean {
  return text.length <= 32 && /^\d+(?:\.\d*)?(?:e[+-]?\d{1,3})?$/i.test(text);
}
