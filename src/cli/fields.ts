/**
 * Reading a server's JSON: the fields that a command shows, checked where they are taken. What a newer server adds is
 * left alone; what lacks, or is of another type, means that this is not the server that it should be.
 */
import { CommandError, EXIT } from './exit.ts';

export type Fields = Readonly<Record<string, unknown>>;

function unexpected(what: string): CommandError {
  return new CommandError(EXIT.unreachable, `the server's answer is not what this version expects: ${what}`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws CommandError 3 where the value is no JSON object; so do all of these, each for its type */
export function fieldsOf(value: unknown): Fields {
  if (!isFields(value)) throw unexpected('an object is missing');
  return value;
}

/** The object under a name, or null where there is none. */
export function findFields(fields: Fields, name: string): Fields | null {
  const value = fields[name];
  return isFields(value) ? value : null;
}

export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw unexpected(`no text in ${name}`);
  return value;
}

export function findText(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw unexpected(`no number in ${name}`);
  return value;
}

export function findNumber(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' ? value : null;
}

export function listIn(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw unexpected(`no list in ${name}`);
  return value.map(fieldsOf);
}

/** @throws CommandError 3 where the text is no JSON object */
export function parseFields(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected('a line is not JSON');
  }
  return fieldsOf(value);
}
