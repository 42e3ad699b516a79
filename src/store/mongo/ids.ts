/**
 * The ids of documents: texts that say whose a document is and where it stands, and that sort as it does, so that what
 * belongs together is one range of the index that every collection has anyway.
 *
 *     default/80074340/5d41402abc4b2a76b9719d911017c592      a record: site, slice, identity
 *     default/0000000000000042                               a ledger entry: site, number
 *
 * Numbers have a fixed width, so that their texts sort as they do; a slice, which may be negative, is written as
 * slice + 2³¹ in hexadecimal digits.
 */
import assert from 'node:assert';
import type { RecordRef, Slice } from '../../domain/identity.ts';
import { bsonTextOf } from './text-codec.ts';

const IDENTITY_DIGITS = 32;
const SLICE_OFFSET = 2 ** 31;

/** A site's name, which begins an id; one with a slash would reach into another site. */
function siteText(site: string): string {
  assert(!site.includes('/'), 'the name of a site holds no slash (SITE_PATTERN)');
  return site;
}

/** @example sliceText(475968) // '80074340' */
export function sliceText(slice: Slice): string {
  return fixedWidth((slice + SLICE_OFFSET).toString(16), 8, slice);
}

/** @example numberText(42) // '0000000000000042' */
export function numberText(number: number): string {
  return fixedWidth(String(number), 16, number);
}

function fixedWidth(digits: string, width: number, number: number): string {
  assert(Number.isSafeInteger(number) && digits.length <= width && !digits.startsWith('-'), 'no such number');
  return digits.padStart(width, '0');
}

/** @example idOf('default', numberText(42)) // 'default/0000000000000042' */
export function idOf(site: string, ...parts: readonly string[]): string {
  return [siteText(site), ...parts].join('/');
}

export function recordId(site: string, { slice, identity }: RecordRef): string {
  return idOf(site, sliceText(slice), identity);
}

export function identityIn(id: string): string {
  return id.slice(-IDENTITY_DIGITS);
}

/** The site that an id begins with. */
export function siteIn(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

/** Somebody's text as a part of an id: without a slash. @example partOf('a/b%') // 'a%2Fb%25' */
export function partOf(text: string): string {
  return bsonTextOf(text).replaceAll('%', '%25').replaceAll('/', '%2F');
}

/** All ids that begin with these parts. */
export function idsWithin(prefix: string): { $gt: string; $lt: string } {
  return { $gt: `${prefix}/`, $lt: afterIdsWithin(prefix) };
}

/** Above all ids that begin with these parts, and below all others: `0` follows the slash in ASCII. */
export function afterIdsWithin(prefix: string): string {
  return `${prefix}0`;
}
