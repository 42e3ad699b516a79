/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Evidence of the whole text and of its worst segment says much the same, so each weighs less than
 * it would alone. bench/accuracy fits these numbers.
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.4,
  worst_likelihood: 0.2,
  surprise: 0.3,
  worst_surprise: 0.15,
  log_odds: 0.5,
  worst_log_odds: 0.25,
  log_odds_records: 0.2,
  worst_log_odds_records: 0.1,
  unseen: 0.5,
  worst_unseen: 0.25,
  shape: 0.3,
  categories: 0.4,
  addresses: 0.2,
};
