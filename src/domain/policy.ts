/** In a data folder: what its last server judged by, as variables of the environment. */
export const POLICY_FILE_NAME = 'policy.env';

/** What a site's admin decides about judging and learning. */
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
  /** IANA name, e.g. `Europe/Berlin`: the hours of the day that records are told by. */
  readonly timeZone: string;
}
