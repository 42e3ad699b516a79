/**
 * Observations that depend on configuration (time zone, address databases). They are made once, when a record is
 * accepted, and stored with it: a recount next year, in another zone and with newer databases, reads the same.
 */
import { RECORD_AT_MS_MIN } from '../domain/limits.ts';
import type { CategoryObservation } from '../domain/observation.ts';
import type { Endpoint, TrafficRecord } from '../domain/record.ts';
import { codeTokenText } from './token-text.ts';

/** What the caller knows and a record does not. All are pure while one record is looked at. */
export interface FixedContext {
  /** Hour of the day at the site, 0 … 23, of a UTC epoch time in ms. */
  localHourOf(atMs: number): number;
  /** Day of the week at the site, 1 (Monday) … 7 (Sunday; ISO 8601). local-clock.ts makes both. */
  localWeekdayOf(atMs: number): number;
  /** ISO 3166-1 alpha-2 country of an address; undefined where none is known. */
  countryOf(ip: string): string | undefined;
  /** Autonomous system number of an address; undefined where none is known. */
  asnOf(ip: string): number | undefined;
}

/** The last instant that a calendar of ECMAScript reaches (ECMA-262, time values). */
const DATE_MS_MAX = 8_640_000_000_000_000;
const WEEKDAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * Hour and weekday at the site (of records with a plausible time of their own; evidence of time abstains on others), and
 * country and ASN of each address where the sender gave none. Never throws where the context does not.
 * @example fixedObservationsOf(record, { ...localClock('Europe/Vienna'), countryOf, asnOf })
 * // event.hour = 03, event.weekday = sun, destination.geo.country_iso_code = NL …
 */
export function fixedObservationsOf(record: TrafficRecord, context: FixedContext): CategoryObservation[] {
  const fixed: CategoryObservation[] = [];
  const { atMs } = record;
  if (atMs !== undefined && atMs >= RECORD_AT_MS_MIN && atMs <= DATE_MS_MAX) {
    const hour = String(context.localHourOf(atMs)).padStart(2, '0');
    const weekday = WEEKDAYS[context.localWeekdayOf(atMs) - 1];
    fixed.push({ field: 'event.hour', token: hour });
    if (weekday !== undefined) fixed.push({ field: 'event.weekday', token: weekday });
  }
  pushPlace(fixed, 'source', record.source, context);
  pushPlace(fixed, 'destination', record.destination, context);
  return fixed;
}

function pushPlace(
  fixed: CategoryObservation[],
  side: 'source' | 'destination',
  endpoint: Endpoint | undefined,
  context: FixedContext,
): void {
  if (endpoint?.ip === undefined) return;
  if (endpoint.countryIsoCode === undefined) {
    const country = context.countryOf(endpoint.ip);
    if (country !== undefined) {
      fixed.push({ field: `${side}.geo.country_iso_code`, token: codeTokenText(country) });
    }
  }
  if (endpoint.asNumber === undefined) {
    const asn = context.asnOf(endpoint.ip);
    if (asn !== undefined) fixed.push({ field: `${side}.as.number`, token: String(asn) });
  }
}
