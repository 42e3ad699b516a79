/**
 * A database of addresses in MaxMind's format, read whole and asked in memory: countries and networks of GeoLite2 and GeoIP2, DB-IP
 * and IPinfo, which write the same two things under different names. The file is the admin's, but a file can be cut, packed or of
 * another kind: what can be told of that is told when it is read, and what shows later is a look-up without an answer.
 *
 * Format: https://maxmind.github.io/MaxMind-DB/
 */
import { Reader } from 'mmdb-lib';
import { groups, groupsAreZero, NONE, parseIpv4, parseIpv6 } from './domain/address-text.ts';
import { Recent } from './tokenize/recent.ts';

/** What a database tells of an address; nothing it knows of is in neither. */
export interface Place {
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  /** Autonomous system number, 0 … 2³² − 1. */
  asn?: number;
}
const NOWHERE: Place = {};

/** Addresses whose places are remembered, once to twice: a look-up takes some ten microseconds, one that is remembered a tenth of one. */
const PLACES_KEPT = 32_768;
/** Parts of the file that are kept as they were read: databases of countries have a few hundred. */
const PARTS_KEPT = 4_096;
/** Evenly spread addresses of each version that are looked up when a database is read. */
const PROBES = 1_024;
const FORMAT_VERSION = 2;
/** Zeros between the search tree and the data. */
const SEPARATOR_BYTES = 16;
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const ASN_MAX = 2 ** 32 - 1;

export class AddressDatabase {
  /** When its maker made it, UTC epoch milliseconds. */
  readonly builtAtMs: number;
  /** Look-ups that met what cannot be read; the address is nowhere then. */
  brokenLookUps = 0;
  readonly #reader: Reader<never>;
  readonly #isOfIpv6: boolean;
  readonly #places = new Recent<Place>(PLACES_KEPT, text => this.#lookUp(text));

  /** @throws Error that says what is wrong with the file, as a sentence without a subject */
  constructor(bytes: Buffer) {
    if (bytes.subarray(0, 2).equals(GZIP_MAGIC)) throw new Error('it is packed: unpack it first');
    if (!bytes.includes(METADATA_MARKER))
      throw new Error("it is no database in MaxMind's format, or was cut");
    this.#reader = new Reader<never>(bytes, { cache: new Parts() });
    const { metadata } = this.#reader;
    checkMetadata(metadata, bytes.length);
    this.builtAtMs = metadata.buildEpoch.getTime();
    this.#isOfIpv6 = metadata.ipVersion === 6;
    this.#probe();
  }

  /**
   * Where an address is, as far as it is known. Never throws, whatever the text is; a zone is not looked at, and an IPv4 address
   * mapped into IPv6 is that IPv4 address.
   * @example database.placeOf('::ffff:192.0.2.1') // { country: 'AT' }
   */
  placeOf(ip: string): Place {
    const text = lookUpTextOf(ip);
    if (text === undefined || (!this.#isOfIpv6 && text.includes(':'))) return NOWHERE;
    return this.#places.of(text);
  }

  #lookUp(text: string): Place {
    try {
      return placeIn(this.#reader.get(text));
    } catch {
      this.brokenLookUps += 1;
      return NOWHERE;
    }
  }

  /** @throws Error where an address leads to what cannot be read, or all that is told is neither country nor network */
  #probe(): void {
    let told = 0;
    let placed = 0;
    for (let probe = 0; probe < PROBES; probe++) {
      for (const text of probesOf(probe, this.#isOfIpv6)) {
        const found: unknown = this.#reader.get(text);
        if (found === null) continue;
        told += 1;
        if (placeIn(found) !== NOWHERE) placed += 1;
      }
    }
    if (told > 0 && placed === 0)
      throw new Error(`it tells neither countries nor networks (${this.#reader.metadata.databaseType})`);
  }
}

/** Holds parts by where they stand in the file; cleared when full. */
class Parts {
  readonly #parts = new Map<string | number, unknown>();

  get(at: string | number): unknown {
    return this.#parts.get(at);
  }

  set(at: string | number, part: unknown): void {
    if (this.#parts.size >= PARTS_KEPT) this.#parts.clear();
    this.#parts.set(at, part);
  }
}

function checkMetadata(metadata: Reader<never>['metadata'], bytes: number): void {
  const { binaryFormatMajorVersion, ipVersion, nodeCount, searchTreeSize, buildEpoch } = metadata;
  if (binaryFormatMajorVersion !== FORMAT_VERSION)
    throw new Error(`its format has version ${binaryFormatMajorVersion}, and ${FORMAT_VERSION} is known`);
  if (ipVersion !== 4 && ipVersion !== 6) throw new Error(`it is of IP version ${ipVersion}`);
  if (!Number.isSafeInteger(nodeCount) || nodeCount < 1 || searchTreeSize + SEPARATOR_BYTES > bytes)
    throw new Error(`it has no room for the ${nodeCount} nodes that it tells of: it was cut`);
  if (Number.isNaN(buildEpoch.getTime())) throw new Error('it does not tell when it was made');
}

/** @example [...probesOf(1, false)] // ['0.96.0.0'] */
function* probesOf(probe: number, isOfIpv6: boolean): Generator<string> {
  // The middle of each of 1,024 parts; IPv6 of 2000::/3, which is all that is given away (RFC 4291 §2.4, IANA).
  const part = probe * 64 + 32;
  yield dotted(part * 65_536);
  if (isOfIpv6) yield `${(0x2000 + (part >> 3)).toString(16)}:${((part & 7) << 13).toString(16)}::`;
}

function dotted(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/**
 * An address in one spelling; undefined for text that is none.
 * @example lookUpTextOf('fe80::1%eth0') // 'fe80:0:0:0:0:0:0:1'
 * @example lookUpTextOf('::FFFF:192.0.2.1') // '192.0.2.1'
 */
function lookUpTextOf(ip: string): string | undefined {
  if (parseIpv4(ip, 0, ip.length) !== NONE) return ip;
  if (!parseIpv6(ip)) return undefined;
  if (groupsAreZero(0, 5) && groups[5] === 0xffff)
    return dotted((groups[6] ?? 0) * 65_536 + (groups[7] ?? 0));
  return Array.from(groups, group => group.toString(16)).join(':');
}

/** NOWHERE itself where nothing is told that is looked for. */
function placeIn(found: unknown): Place {
  const country = countryIn(found);
  const asn = asnIn(found);
  if (country === undefined && asn === undefined) return NOWHERE;
  return { ...(country === undefined ? {} : { country }), ...(asn === undefined ? {} : { asn }) };
}

/**
 * `country.iso_code` (MaxMind, DB-IP), else `country_code` or `country` (IPinfo, of which one edition has a name there).
 * @example countryIn({ country: { iso_code: 'NL' } }) // 'NL'
 * @example countryIn({ country: 'Netherlands', country_code: 'NL' }) // 'NL'
 */
function countryIn(found: unknown): string | undefined {
  const country = memberOf(found, 'country');
  for (const code of [memberOf(country, 'iso_code'), memberOf(found, 'country_code'), country]) {
    if (typeof code === 'string' && /^[a-z]{2}$/i.test(code)) return code.toUpperCase();
  }
  return undefined;
}

/**
 * `autonomous_system_number` (MaxMind, DB-IP), else `asn` (IPinfo).
 * @example asnIn({ asn: 'AS64500' }) // 64500
 */
function asnIn(found: unknown): number | undefined {
  const number = memberOf(found, 'autonomous_system_number') ?? memberOf(found, 'asn');
  const asn = typeof number === 'string' && /^(?:AS)?\d{1,10}$/.test(number) ? digitsOf(number) : number;
  return typeof asn === 'number' && Number.isSafeInteger(asn) && asn >= 0 && asn <= ASN_MAX ? asn : undefined;
}

function digitsOf(text: string): number {
  return Number(text.startsWith('AS') ? text.slice(2) : text);
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
