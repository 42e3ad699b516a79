/** A site's policy: what its admin decides about judging and learning. */

/** In a data folder: what its last server judged by where no policy was set, as variables of the environment. */
export const POLICY_FILE_NAME = 'policy.env';

export interface Policy {
  /** Hours that an unlabelled record waits before it is learnt as good, ≥ 0. */
  readonly quarantineHours: number;
  /** Days after which a count weighs half, > 0. */
  readonly halfLifeDays: number;
  /** Days that a record is kept; longer than the quarantine. */
  readonly retentionDays: number;
  /** P(bad) of a record about which nothing is known, in (0, 1). */
  readonly baseRate: number;
  /** Cost of a false alarm and of a missed threat, in one unit of the reader's choice, > 0. */
  readonly costs: { readonly falseAlarm: number; readonly missed: number };
  /**
   * Tokens that fewer good episodes hold, decayed, are left out of the model (bayes/pruning.ts), ≥ 0; at 0 none is.
   */
  readonly pruneBelow: number;
  /** IANA name, e.g. `Europe/Berlin`: the hours of the day that records are told by. */
  readonly timeZone: string;
  /** Host names of the site, whose imitations are told (OWN_DOMAINS_MAX at most); absent: none. */
  readonly ownDomains?: readonly string[] | undefined;
  /** Addresses and CIDR blocks of the site (OWN_RANGES_MAX at most); absent: none. */
  readonly ownRanges?: readonly string[] | undefined;
}

/** A policy that was set, under its number: 1, 2, 3 … in each site. The newest one is in force. */
export interface SetPolicy {
  number: number;
  policy: Policy;
  setAtMs: number;
  /** Id of the key; `local:<user>` for a command on the data folder. */
  by: string;
}

/** What a policy says of what could not be said yet when it was set. */
const SAID_LATER = { pruneBelow: 0 } as const satisfies Partial<Policy>;

/** A policy as a store kept it, as JSON; whichever release set it. */
export function setPolicyOf(content: string): SetPolicy {
  const set = JSON.parse(content) as SetPolicy;
  return { ...set, policy: { ...SAID_LATER, ...set.policy } };
}

/** What is in force, and since whose word; `set` is null where none was set and the environment says it. */
export interface PolicyInForce {
  policy: Policy;
  set: Omit<SetPolicy, 'policy'> | null;
}

/** Least and greatest value of each number. */
export const POLICY_BOUNDS = {
  /** Ten years at most. */
  quarantineHours: [0, 87_600],
  /** A century is as good as never. */
  halfLifeDays: [0.01, 36_500],
  retentionDays: [0.01, 36_500],
  /** Beyond, a prior that no evidence would move. */
  baseRate: [1e-6, 1 - 1e-6],
  /** Costs share a unit; only their ratio matters. */
  cost: [1e-6, 1e9],
  /** Beyond, hardly anything would be left of any site. */
  pruneBelow: [0, 1_000],
} as const satisfies Record<string, readonly [least: number, greatest: number]>;

/** Characters of a time zone's name: the longest of IANA has 32. */
export const TIME_ZONE_CHARACTERS_MAX = 64;

/** Every name that is seen is compared with each of them. */
export const OWN_DOMAINS_MAX = 64;
export const OWN_RANGES_MAX = 64;
/** Characters of a host name in DNS. */
const NAME_CHARACTERS_MAX = 253;
const LABEL_CHARACTERS_MAX = 63;

/**
 * Whether a text is the name of a domain: labels of letters, digits and hyphens, of any script, with a dot between them.
 * @example isDomain('example.co.uk') // true; of 'example', 'a..b', 'https://example.org' and '-.org' false
 */
export function isDomain(text: string): boolean {
  if (text.length > NAME_CHARACTERS_MAX) return false;
  const labels = text.split('.');
  return labels.length > 1 && labels.every(isLabel);
}

function isLabel(label: string): boolean {
  const isSound =
    label.length > 0 && label.length <= LABEL_CHARACTERS_MAX && !/[^\p{L}\p{M}\p{N}-]/u.test(label);
  return isSound && !label.startsWith('-') && !label.endsWith('-');
}

/** Whether records are kept for longer than the quarantine; else they go before they are ever learnt as good. */
export function isRetentionLonger(policy: Pick<Policy, 'retentionDays' | 'quarantineHours'>): boolean {
  return policy.retentionDays * 24 > policy.quarantineHours;
}

/** Whether this program knows the zone. @example isTimeZone('Europe/Berlin') // true */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether two policies say the same. */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  return (
    a.quarantineHours === b.quarantineHours &&
    a.halfLifeDays === b.halfLifeDays &&
    a.retentionDays === b.retentionDays &&
    a.baseRate === b.baseRate &&
    a.costs.falseAlarm === b.costs.falseAlarm &&
    a.costs.missed === b.costs.missed &&
    a.pruneBelow === b.pruneBelow &&
    a.timeZone === b.timeZone &&
    isSameList(a.ownDomains, b.ownDomains) &&
    isSameList(a.ownRanges, b.ownRanges)
  );
}

function isSameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/**
 * The probability from which on an alarm costs less than silence: C_false-alarm / (C_false-alarm + C_missed).
 * @example thresholdOf({ falseAlarm: 1, missed: 99 }) // 0.01
 */
export function thresholdOf({ falseAlarm, missed }: Policy['costs']): number {
  return falseAlarm / (falseAlarm + missed);
}
