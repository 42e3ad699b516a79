/**
 * The environment, read once: BAYESWATCH_* variables become one frozen Config, or the start stops with every culprit
 * named. Each default stands next to its unit. Nothing else in the program reads the environment.
 */
import { z } from 'zod';
import { DEFAULT_REQUEST_LIMITS as LIMITS, type RequestLimits } from './api/limits.ts';
import { type CertificatePaths, certificateOf, configInvalid, variableInvalid } from './config-invalid.ts';
import type { FieldProblem } from './domain/errors.ts';
import { LINE_BYTES_MAX, SYSLOG_CONNECTIONS_MAX, SYSLOG_MESSAGE_BYTES_MAX } from './domain/limits.ts';
import { nearestName } from './domain/nearest-name.ts';
import { isRetentionLonger, isTimeZone, POLICY_BOUNDS, type Policy } from './domain/policy.ts';
import { isAddressPattern } from './domain/scope.ts';
import { DEFAULT_SITE, SITE_PATTERN } from './domain/site.ts';
import { adviceOn, FORMAT_NAMES } from './ingest/formats.ts';
import { type SyslogConfig, syslogOf } from './syslog-config.ts';

export interface Config {
  /** Address or name that the server listens on. */
  readonly host: string;
  /** TCP port; 0 lets the system pick one. */
  readonly port: number;
  /** Paths of the certificate, with those that vouch for it, and its key; undefined for plain HTTP. */
  readonly tls: CertificatePaths | undefined;
  /** Addresses and CIDR blocks of the proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Folder of the embedded store. */
  readonly dataFolder: string;
  /** The first admin key; undefined where one is to be made. */
  readonly adminKey: string | undefined;
  /** Key that commands show to a server. */
  readonly key: string | undefined;
  /** Milliseconds that a site's learning waits after a wake-up, so that a burst is learnt at once. */
  readonly learnAfterMs: number;
  /** Days that an entry of the audit is kept; Infinity for ever. */
  readonly auditDays: number;
  /** What holds in a site until its policy is set. */
  readonly policy: Policy;
  readonly limits: RequestLimits;
  /** Requests a minute that a key may send; undefined for as many as it likes. */
  readonly keyRequestsPerMinute: number | undefined;
  /** The store of production; undefined for the embedded one. May hold a password. */
  readonly mongodbUrl: string | undefined;
  /** Jobs and bus of production; undefined for those of one process. May hold a password. */
  readonly redisUrl: string | undefined;
  /** Paths of MaxMind-format databases; undefined where there is none. */
  readonly countryMmdb: string | undefined;
  readonly asnMmdb: string | undefined;
  /** The listener for syslog; undefined where none is asked for. */
  readonly syslog: SyslogConfig | undefined;
}

/** Digits before the point and behind it that a number may have. */
const DECIMALS_MAX = 15;

/** Decimal text and nothing else: `Number` alone would take `0x10`, `1e3` and blanks. */
function decimal(min: number, max: number, unit: string) {
  const expected = `must be a number from ${min} to ${max}${unit}`;
  return z
    .string()
    .regex(/^\d{1,15}(?:\.\d{1,15})?$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected));
}

function integer(min: number, max: number, unit: string) {
  const expected = `must be a whole number from ${min} to ${max}${unit}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .pipe(z.number().min(min, expected).max(max, expected));
}

/** As decimal, or the word for what never ends: who must keep all does not have to trust in a large number. */
function decimalOrForever(min: number, max: number, unit: string) {
  const forever = z.literal('forever').transform(() => Number.POSITIVE_INFINITY);
  const expected = `must be a number from ${min} to ${max}${unit}, or forever`;
  return z.union([forever, decimal(min, max, unit)], expected);
}

/** Secrets travel in a header: visible ASCII, and long enough not to be guessed. Their text is never repeated in a message. */
const secret = z.string().regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 visible ASCII characters');

const path = z.string().refine(text => !text.includes('\0'), 'must be a path without NUL');

/**
 * Whether who connects can be held against it: that goes without zones, so that a block of one interface would be one of all.
 * @example isBlock('10.0.0.0/8') // true; of 'fe80::1%eth0' false
 */
function isBlock(text: string): boolean {
  return isAddressPattern(text) && !text.includes('%');
}

const blocks = z
  .string()
  .transform(text => text.split(',').map(block => block.trim()))
  .refine(list => list.every(isBlock), 'must be addresses or CIDR blocks, with commas between them');

/** Its text may hold a password, so no message repeats it. */
function serverUrl(...schemes: string[]) {
  const expected = `must be a URL that begins with ${schemes.map(scheme => `${scheme}://`).join(' or ')}`;
  const begins = (text: string) => schemes.some(scheme => text.startsWith(`${scheme}://`));
  return z.string().refine(text => begins(text) && !/\s/.test(text), expected);
}

const host = z.string().regex(/^[\w.:%-]{1,253}$/, 'must be an address or a host name');

/** Every variable, its values and its default. README.md has the same table; test/house/docs.test.ts compares them. */
const VARIABLES = z.strictObject({
  /** Where it listens. */
  BAYESWATCH_HOST: host.default('127.0.0.1'),
  BAYESWATCH_PORT: integer(0, 65_535, '').default(8080),
  /** PEM files; both or neither. */
  BAYESWATCH_TLS_CERT: path.optional(),
  BAYESWATCH_TLS_KEY: path.optional(),
  BAYESWATCH_TRUSTED_PROXY: blocks.optional(),
  BAYESWATCH_DATA: path.default('./data'),
  BAYESWATCH_ADMIN_KEY: secret.optional(),
  /** Read by the commands that talk to a server. */
  BAYESWATCH_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'must be visible ASCII characters')
    .optional(),
  /** The policy of every site until one is set. */
  BAYESWATCH_QUARANTINE_HOURS: decimal(...POLICY_BOUNDS.quarantineHours, ' hours').default(24),
  BAYESWATCH_HALF_LIFE_DAYS: decimal(...POLICY_BOUNDS.halfLifeDays, ' days').default(30),
  BAYESWATCH_RETENTION_DAYS: decimal(...POLICY_BOUNDS.retentionDays, ' days').default(90),
  /** Days. Above a year, so that what happened at this time of last year can be looked up. */
  BAYESWATCH_AUDIT_DAYS: decimalOrForever(1, 36_500, ' days').default(400),
  /** Milliseconds; an hour at most. */
  BAYESWATCH_LEARN_AFTER_MS: integer(0, 3_600_000, ' ms').default(1_000),
  BAYESWATCH_BASE_RATE: decimal(...POLICY_BOUNDS.baseRate, '').default(0.001),
  BAYESWATCH_COST_FALSE_ALARM: decimal(...POLICY_BOUNDS.cost, '').default(1),
  BAYESWATCH_COST_MISSED: decimal(...POLICY_BOUNDS.cost, '').default(99),
  BAYESWATCH_PRUNE_BELOW: decimal(...POLICY_BOUNDS.pruneBelow, ' episodes').default(0),
  BAYESWATCH_TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as UTC or Europe/Berlin')
    .default('UTC'),
  BAYESWATCH_COUNTRY_MMDB: path.optional(),
  BAYESWATCH_ASN_MMDB: path.optional(),
  /** Bytes. A line is at least 1 KiB, a body at least one such line. */
  BAYESWATCH_LINE_BYTES_MAX: integer(1_024, 2 ** 28, ' bytes').default(LIMITS.lineBytesMax),
  BAYESWATCH_JSON_BODY_BYTES_MAX: integer(1_024, 2 ** 28, ' bytes').default(LIMITS.jsonBodyBytesMax),
  BAYESWATCH_BODY_BYTES_MAX: integer(1_024, 2 ** 40, ' bytes').default(LIMITS.bodyBytesMax),
  BAYESWATCH_BODY_DECOMPRESSED_BYTES_MAX: integer(1_024, 2 ** 40, ' bytes').default(
    LIMITS.bodyDecompressedBytesMax,
  ),
  BAYESWATCH_REQUEST_RECORDS_MAX: integer(1, 1e9, ' records').default(LIMITS.requestRecordsMax),
  BAYESWATCH_KEY_REQUESTS_PER_MINUTE: integer(1, 1e9, ' requests').optional(),
  /** Each port that is set is listened on; the host is BAYESWATCH_HOST unless it is named. */
  BAYESWATCH_SYSLOG_HOST: host.optional(),
  BAYESWATCH_SYSLOG_UDP_PORT: integer(0, 65_535, '').optional(),
  BAYESWATCH_SYSLOG_TCP_PORT: integer(0, 65_535, '').optional(),
  BAYESWATCH_SYSLOG_TLS_PORT: integer(0, 65_535, '').optional(),
  /** PEM files; those of BAYESWATCH_TLS_CERT and BAYESWATCH_TLS_KEY unless they are named. */
  BAYESWATCH_SYSLOG_TLS_CERT: path.optional(),
  BAYESWATCH_SYSLOG_TLS_KEY: path.optional(),
  BAYESWATCH_SYSLOG_TLS_CLIENT_CA: path.optional(),
  BAYESWATCH_SYSLOG_ALLOW: blocks.optional(),
  BAYESWATCH_SYSLOG_SITE: z
    .string()
    .regex(SITE_PATTERN, 'must be 1 to 63 lower-case letters, digits and hyphens')
    .default(DEFAULT_SITE),
  BAYESWATCH_SYSLOG_FORMAT: z
    .enum(FORMAT_NAMES, { error: ({ input }) => `is no format; ${adviceOn(String(input))}` })
    .optional(),
  BAYESWATCH_SYSLOG_LINE_BYTES_MAX: integer(480, LINE_BYTES_MAX, ' bytes').default(SYSLOG_MESSAGE_BYTES_MAX),
  BAYESWATCH_SYSLOG_CONNECTIONS_MAX: integer(1, 65_535, ' connections').default(SYSLOG_CONNECTIONS_MAX),
  MONGODB_URL: serverUrl('mongodb', 'mongodb+srv').optional(),
  REDIS_URL: serverUrl('redis', 'rediss').optional(),
});

const PREFIX = 'BAYESWATCH_';

/** The variables that configOf knows, in the order of the table. */
export const VARIABLE_NAMES: readonly string[] = Object.keys(VARIABLES.shape);

/** The part of the environment that is ours; an empty value is as good as none (`VAR=${VAR:-}` in scripts). */
function ownVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const isOurs = name.startsWith(PREFIX) || VARIABLE_NAMES.includes(name);
    if (isOurs && value !== undefined && value !== '') own[name] = value;
  }
  return own;
}

function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.flatMap(issue => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
    const detail = issue.code === 'unrecognized_keys' ? 'is no variable of this program' : issue.message;
    return names.map(name => ({ detail: `${name} ${detail}${suggestionOf(name)}`, pointer: `#/${name}` }));
  });
}

/** What somebody probably meant whose variable is none. */
function suggestionOf(name: string): string {
  if (VARIABLE_NAMES.includes(name)) return '';
  const ours = VARIABLE_NAMES.filter(known => known.startsWith(PREFIX));
  const nearest = nearestName(
    name.slice(PREFIX.length),
    ours.map(known => known.slice(PREFIX.length)),
  );
  return nearest === undefined ? '' : `; did you mean ${PREFIX}${nearest}?`;
}

/**
 * The variables that ask for a policy: configOf reads it back from them.
 * @example policyVariablesOf(configOf({}).policy).BAYESWATCH_HALF_LIFE_DAYS // '30'
 */
export function policyVariablesOf(policy: Policy): Readonly<Record<string, string>> {
  return {
    BAYESWATCH_QUARANTINE_HOURS: decimalText(policy.quarantineHours),
    BAYESWATCH_HALF_LIFE_DAYS: decimalText(policy.halfLifeDays),
    BAYESWATCH_RETENTION_DAYS: decimalText(policy.retentionDays),
    BAYESWATCH_BASE_RATE: decimalText(policy.baseRate),
    BAYESWATCH_COST_FALSE_ALARM: decimalText(policy.costs.falseAlarm),
    BAYESWATCH_COST_MISSED: decimalText(policy.costs.missed),
    BAYESWATCH_PRUNE_BELOW: decimalText(policy.pruneBelow),
    BAYESWATCH_TIME_ZONE: policy.timeZone,
  };
}

/** A number as decimal() reads it, which takes no exponent. @example decimalText(1e-7) // '0.000000100000000' */
export function decimalText(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(DECIMALS_MAX) : text;
}

/**
 * The configuration that an environment asks for. Pure: the same environment gives the same Config.
 * @param env variables by name; those of other programs are ignored
 * @throws AppError `config-invalid`: unknown BAYESWATCH_ variables and impossible values, each by name in the message
 * and in `errors`; the values themselves are not repeated, for they may be secrets
 * @example configOf({ BAYESWATCH_PORT: '9000' }).port // 9000
 * @example configOf({ BAYESWATCH_PROT: '9000' })
 * // throws: BAYESWATCH_PROT is no variable of this program; did you mean BAYESWATCH_PORT?
 */
export function configOf(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = VARIABLES.safeParse(ownVariables(env));
  if (!parsed.success) throw configInvalid(problemsOf(parsed.error));
  const given = parsed.data;
  const { BAYESWATCH_RETENTION_DAYS: retentionDays, BAYESWATCH_QUARANTINE_HOURS: quarantineHours } = given;
  if (!isRetentionLonger({ retentionDays, quarantineHours })) {
    const detail =
      'BAYESWATCH_RETENTION_DAYS must be longer than BAYESWATCH_QUARANTINE_HOURS, or nothing is ever learnt as good';
    throw variableInvalid('BAYESWATCH_RETENTION_DAYS', detail);
  }
  if (given.REDIS_URL !== undefined && given.MONGODB_URL === undefined) {
    const detail = 'REDIS_URL needs MONGODB_URL: processes that share their work must share a store';
    throw variableInvalid('REDIS_URL', detail);
  }
  const tls = certificateOf(given, 'BAYESWATCH_TLS_CERT', 'BAYESWATCH_TLS_KEY');
  return Object.freeze({
    tls,
    trustedProxies: Object.freeze(given.BAYESWATCH_TRUSTED_PROXY ?? []),
    host: given.BAYESWATCH_HOST,
    port: given.BAYESWATCH_PORT,
    dataFolder: given.BAYESWATCH_DATA,
    adminKey: given.BAYESWATCH_ADMIN_KEY,
    key: given.BAYESWATCH_KEY,
    learnAfterMs: given.BAYESWATCH_LEARN_AFTER_MS,
    auditDays: given.BAYESWATCH_AUDIT_DAYS,
    policy: Object.freeze({
      quarantineHours: given.BAYESWATCH_QUARANTINE_HOURS,
      halfLifeDays: given.BAYESWATCH_HALF_LIFE_DAYS,
      retentionDays: given.BAYESWATCH_RETENTION_DAYS,
      baseRate: given.BAYESWATCH_BASE_RATE,
      costs: Object.freeze({
        falseAlarm: given.BAYESWATCH_COST_FALSE_ALARM,
        missed: given.BAYESWATCH_COST_MISSED,
      }),
      pruneBelow: given.BAYESWATCH_PRUNE_BELOW,
      timeZone: given.BAYESWATCH_TIME_ZONE,
    }),
    limits: Object.freeze({
      lineBytesMax: given.BAYESWATCH_LINE_BYTES_MAX,
      jsonBodyBytesMax: given.BAYESWATCH_JSON_BODY_BYTES_MAX,
      bodyBytesMax: given.BAYESWATCH_BODY_BYTES_MAX,
      bodyDecompressedBytesMax: given.BAYESWATCH_BODY_DECOMPRESSED_BYTES_MAX,
      requestRecordsMax: given.BAYESWATCH_REQUEST_RECORDS_MAX,
    }),
    keyRequestsPerMinute: given.BAYESWATCH_KEY_REQUESTS_PER_MINUTE,
    mongodbUrl: given.MONGODB_URL,
    redisUrl: given.REDIS_URL,
    countryMmdb: given.BAYESWATCH_COUNTRY_MMDB,
    asnMmdb: given.BAYESWATCH_ASN_MMDB,
    syslog: syslogOf(given),
  });
}
