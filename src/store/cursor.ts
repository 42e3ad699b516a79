/** Where a page of records ended: base64url of a JSON list, checked as what it is, something a stranger sends. */
import { wrongCursor } from '../domain/errors.ts';
import type { RecordSearch } from './port.ts';

/** The place of a record in a search's order. */
export interface Place {
  /** Time or score; null where the record has none, after all that have one. */
  value: number | null;
  slice: number;
  identity: string;
}

/** A cursor is about 80 characters long. */
const CURSOR_CHARACTERS_MAX = 200;
const IDENTITY = /^[0-9a-f]{32}$/;

export function cursorOf(sort: RecordSearch['sort'], { value, slice, identity }: Place): string {
  return Buffer.from(JSON.stringify([sort, value, slice, identity])).toString('base64url');
}

/** @throws AppError `invalid-request` where the cursor is not one of this sort */
export function placeOf(sort: RecordSearch['sort'], cursor: string): Place {
  const fields = cursor.length > CURSOR_CHARACTERS_MAX ? null : fieldsOf(cursor);
  if (Array.isArray(fields) && fields.length === 4 && fields[0] === sort) {
    const [, value, slice, identity] = fields as unknown[];
    if (
      (value === null || typeof value === 'number') &&
      Number.isInteger(slice) &&
      typeof identity === 'string' &&
      IDENTITY.test(identity)
    )
      return { value, slice: Number(slice), identity };
  }
  throw wrongCursor();
}

function fieldsOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null; // not ours: the caller says so
  }
}
