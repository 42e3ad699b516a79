/** Numbers of DNS as names (IANA, dns-parameters), as Zeek and Suricata write them; others as RFC 3597 has them: `TYPE64`. */

const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'A'],
  [2, 'NS'],
  [5, 'CNAME'],
  [6, 'SOA'],
  [10, 'NULL'],
  [12, 'PTR'],
  [13, 'HINFO'],
  [15, 'MX'],
  [16, 'TXT'],
  [17, 'RP'],
  [18, 'AFSDB'],
  [24, 'SIG'],
  [25, 'KEY'],
  [28, 'AAAA'],
  [29, 'LOC'],
  [33, 'SRV'],
  [35, 'NAPTR'],
  [37, 'CERT'],
  [39, 'DNAME'],
  [41, 'OPT'],
  [43, 'DS'],
  [44, 'SSHFP'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [51, 'NSEC3PARAM'],
  [52, 'TLSA'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [99, 'SPF'],
  [249, 'TKEY'],
  [250, 'TSIG'],
  [251, 'IXFR'],
  [252, 'AXFR'],
  [255, 'ANY'],
  [256, 'URI'],
  [257, 'CAA'],
]);

const RESPONSE_CODES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** The number of a text in decimal, or in hexadecimal behind `0x`; NaN where it is none of at most 16 bits. */
function codeOf(text: string): number {
  if (/^0x[0-9a-f]{1,4}$/i.test(text)) return Number.parseInt(text, 16);
  return /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
}

/** The record type of a number; any other text as it came. @example questionTypeOf('0x0010') // 'TXT'; questionTypeOf('A') // 'A' */
export function questionTypeOf(text: string): string {
  const code = codeOf(text);
  return Number.isNaN(code) ? text : (TYPES.get(code) ?? `TYPE${code}`);
}

/** The response code of a number; any other text as it came. @example responseCodeOf('3') // 'NXDOMAIN' */
export function responseCodeOf(text: string): string {
  const code = codeOf(text);
  return Number.isNaN(code) ? text : (RESPONSE_CODES[code] ?? `RCODE${code}`);
}
