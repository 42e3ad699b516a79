/**
 * Fields that depend on configuration (time zone, address databases). They are observed once, when a record is accepted,
 * and stored with it: a recount next year, in another zone and with newer databases, reads the same. So does every version of
 * the tokenizers: none leaves out what is fixed.
 */
import { RECORD_AT_MS_MIN } from '../../domain/limits.ts';
import type { Endpoint, TrafficRecord } from '../../domain/record.ts';
import { bareHostOf, withoutRootDot } from '../host-name.ts';
import type { OwnSite } from '../own-site.ts';
import { codeTokenText, foldedTokenText, tokenText } from '../token-text.ts';
import type { TextCut, WordCut } from './cuts.ts';
import { ANSWER_ADDRESSES_MAX } from './dns.ts';
import { wholeOf } from './endpoint.ts';
import { pairTokenOf } from './pairs.ts';
import type { Described } from './row.ts';

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
  /** What is the site's own; absent: nothing is known to be. */
  own?: OwnSite | undefined;
  /** Its most visited domains, as if they were its own. Experiments alone give them: docs/adr/0019-dns-and-addresses.md. */
  visited?: OwnSite | undefined;
}

/** `since` is for people: the newest tokenizers of the program that fixes it first. No version ends it. */
export type FixedRow = Omit<Described, 'until'> & { field: string } & (
    | {
        cut: TextCut | WordCut;
        read: (record: TrafficRecord, context: FixedContext) => string | undefined;
      }
    | {
        /** Words that differ, as many as ANSWER_ADDRESSES_MAX. */
        cut: 'words';
        read: (record: TrafficRecord, context: FixedContext) => Iterable<string>;
      }
  );

export const FIXED_ROWS: readonly FixedRow[] = [
  {
    field: 'event.hour',
    says: 'hour of the day at the site, where the record has a time of its own',
    cut: 'word',
    example: '03',
    since: 1,
    read: ({ atMs }, context) => hourOf(atMs, context),
  },
  {
    field: 'event.weekday',
    says: 'day of the week at the site, where the record has a time of its own ([ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'sun',
    since: 1,
    onByDefault: false,
    read: ({ atMs }, context) => (isPlausible(atMs) ? WEEKDAYS[context.localWeekdayOf(atMs) - 1] : undefined),
  },
  {
    field: 'event.working_time',
    says: 'whether people are at work at the site: `working` from seven to six, Monday to Friday, else `off` ([ADR 15](adr/0015-fields.md))',
    cut: 'word',
    example: 'off',
    since: 3,
    read: ({ atMs }, context) => workingTimeOf(atMs, context),
  },
  {
    field: 'event.hour|source.ip',
    says: 'hour, and who is active then ([ADR 11](adr/0011-conditional-categories.md))',
    cut: 'word',
    example: '03 given 10.0.0.7',
    since: 3,
    onByDefault: false,
    read: ({ atMs, source }, context) => givenSource(hourOf(atMs, context) ?? '', source),
  },
  {
    field: 'event.hour|user.name',
    says: 'hour, and which user is active then ([ADR 11](adr/0011-conditional-categories.md))',
    cut: 'word',
    example: '03 given alice',
    since: 3,
    onByDefault: false,
    read: ({ atMs, userName }, context) => givenText(hourOf(atMs, context) ?? '', tokenText(userName ?? '')),
  },
  {
    field: 'source.geo.country_iso_code',
    says: 'country of the address, where the sender gave none',
    cut: 'code',
    example: 'AT',
    since: 1,
    read: ({ source }, context) => countryOf(source, context),
  },
  {
    field: 'source.as.number',
    says: 'its autonomous system, likewise',
    cut: 'word',
    example: '64500',
    since: 1,
    read: ({ source }, context) => asnOf(source, context),
  },
  {
    field: 'source.geo.country_iso_code|user.name',
    says: 'country, by the sender or else by the database, and which user comes from there ([ADR 11](adr/0011-conditional-categories.md))',
    cut: 'word',
    example: 'AT given alice',
    since: 3,
    onByDefault: false,
    read: ({ source, userName }, context) =>
      givenText(
        codeTokenText(source?.countryIsoCode ?? countryOf(source, context) ?? ''),
        tokenText(userName ?? ''),
      ),
  },
  {
    field: 'destination.geo.country_iso_code',
    says: 'country of the address, where the sender gave none',
    cut: 'code',
    example: 'NL',
    since: 1,
    read: ({ destination }, context) => countryOf(destination, context),
  },
  {
    field: 'destination.as.number',
    says: 'its autonomous system, likewise',
    cut: 'word',
    example: '64501',
    since: 1,
    read: ({ destination }, context) => asnOf(destination, context),
  },
  {
    field: 'destination.geo.country_iso_code|source.ip',
    says: 'country, by the sender or else by the database, and who goes there ([ADR 20](adr/0020-countries-and-networks.md))',
    cut: 'word',
    example: 'NL given 10.0.0.7',
    since: 3,
    onByDefault: false,
    read: ({ source, destination }, context) =>
      givenSource(
        codeTokenText(destination?.countryIsoCode ?? countryOf(destination, context) ?? ''),
        source,
      ),
  },
  {
    field: 'destination.as.number|source.ip',
    says: 'autonomous system, likewise, and who goes there ([ADR 20](adr/0020-countries-and-networks.md))',
    cut: 'word',
    example: '64501 given 10.0.0.7',
    since: 3,
    onByDefault: false,
    read: ({ source, destination }, context) =>
      givenSource(wholeOf(destination?.asNumber) ?? asnOf(destination, context) ?? '', source),
  },
  {
    field: 'dns.answers.geo.country_iso_code',
    says: 'countries of the addresses among the first eight answers',
    cut: 'words',
    example: 'NL',
    since: 3,
    read: (record, context) => ofAnswers(record, ip => codeTokenText(context.countryOf(ip) ?? '')),
  },
  {
    field: 'dns.answers.as.number',
    says: 'their autonomous systems',
    cut: 'words',
    example: '64501',
    since: 3,
    read: (record, context) => ofAnswers(record, ip => context.asnOf(ip)?.toString() ?? ''),
  },
  {
    field: 'source.ip.owner',
    says: 'whose the address is by the ranges of the policy: `own`, `other`; none where it names no range',
    cut: 'word',
    example: 'own',
    since: 3,
    read: ({ source }, { own }) => (source?.ip === undefined ? undefined : own?.ownerOf(source.ip)),
  },
  {
    field: 'destination.ip.owner',
    says: 'likewise; of DNS, whether the resolver is one of the site',
    cut: 'word',
    example: 'other',
    since: 3,
    read: ({ destination }, { own }) =>
      destination?.ip === undefined ? undefined : own?.ownerOf(destination.ip),
  },
  {
    field: 'dns.question.looks_like',
    says: 'how the name imitates a domain of the policy: `own confusable` (letter by letter), `own inside` (`example.org.evil.test`, `example-login.test`), `own suffix` (`example.test`), `own 0.95` and `own 0.9` (least Jaro–Winkler similarity of the labels, look-alike letters folded)',
    cut: 'word',
    example: 'own confusable',
    since: 3,
    read: (record, { own }) =>
      record.kind === 'dns' ? own?.imitationIn(withoutRootDot(record.dns.question.name ?? '')) : undefined,
  },
  {
    field: 'dns.question.looks_like_visited',
    says: 'how the name imitates one of the 200 domains that the site visits most, in the words of `dns.question.looks_like` ([ADR 19](adr/0019-dns-and-addresses.md))',
    cut: 'word',
    example: 'visited inside',
    since: 3,
    onByDefault: false,
    read: (record, { visited }) =>
      record.kind === 'dns'
        ? visited?.imitationIn(withoutRootDot(record.dns.question.name ?? ''))?.replace('own', 'visited')
        : undefined,
  },
  {
    field: 'url.domain.looks_like',
    says: 'the host likewise',
    cut: 'word',
    example: 'own 0.95',
    since: 3,
    read: (record, { own }) =>
      record.kind === 'http' ? own?.imitationIn(bareHostOf(record.url.domain ?? '')) : undefined,
  },
  {
    field: 'tls.client.looks_like',
    says: 'the server name likewise',
    cut: 'word',
    example: 'own inside',
    since: 3,
    read: ({ tls }, { own }) => own?.imitationIn(bareHostOf(tls?.serverName ?? '')),
  },
];

/** The last instant that a calendar of ECMAScript reaches (ECMA-262, time values). */
const DATE_MS_MAX = 8_640_000_000_000_000;
const WEEKDAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function isPlausible(atMs: number | undefined): atMs is number {
  return atMs !== undefined && atMs >= RECORD_AT_MS_MIN && atMs <= DATE_MS_MAX;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function hourOf(atMs: number | undefined, context: FixedContext): string | undefined {
  return isPlausible(atMs) ? twoDigits(context.localHourOf(atMs)) : undefined;
}

/** Hours of the day, and days from Monday, on which offices work in most countries. */
const WORK_BEGINS = 7;
const WORK_ENDS = 18;
const WORKDAYS = 5;

function workingTimeOf(atMs: number | undefined, context: FixedContext): 'working' | 'off' | undefined {
  if (!isPlausible(atMs)) return undefined;
  const hour = context.localHourOf(atMs);
  return hour >= WORK_BEGINS && hour < WORK_ENDS && context.localWeekdayOf(atMs) <= WORKDAYS
    ? 'working'
    : 'off';
}

/** The token of a value in the context of who sent the record; undefined where it does not show both. */
function givenSource(value: string, source: Endpoint | undefined): string | undefined {
  return givenText(value, foldedTokenText(source?.ip ?? ''));
}

/** The same in any context. */
function givenText(value: string, context: string): string | undefined {
  return value === '' || context === '' ? undefined : pairTokenOf(value, context);
}

/** What is known of the addresses among the first answers, each once. */
function ofAnswers(record: TrafficRecord, knownOf: (ip: string) => string): Iterable<string> {
  if (record.kind !== 'dns' || record.dns.answers === undefined) return NOTHING;
  let known: Set<string> | undefined;
  for (const answer of record.dns.answers.slice(0, ANSWER_ADDRESSES_MAX)) {
    const token = knownOf(answer);
    if (token === '') continue;
    known ??= new Set();
    known.add(token);
  }
  return known ?? NOTHING;
}
const NOTHING: readonly string[] = [];

function countryOf(endpoint: Endpoint | undefined, context: FixedContext): string | undefined {
  if (endpoint?.ip === undefined || endpoint.countryIsoCode !== undefined) return undefined;
  return context.countryOf(endpoint.ip);
}

function asnOf(endpoint: Endpoint | undefined, context: FixedContext): string | undefined {
  if (endpoint?.ip === undefined || endpoint.asNumber !== undefined) return undefined;
  return context.asnOf(endpoint.ip)?.toString();
}
