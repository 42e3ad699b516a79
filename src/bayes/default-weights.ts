/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Written by `npm run bench:weights`: a ridge logistic regression with weights that are not
 * negative, on cross-fitted evidence of 8 development tasks (bench/README.md), every task and incident weighing the
 * same, and at half the weight once more with nothing marked. Evidence of a whole text and of its worst segment says
 * much the same and shares its weight.
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.171,
  surprise: 0.352,
  log_odds: 0.118,
  log_odds_records: 0.228,
  unseen: 3.421,
  worst_likelihood: 0.104,
  worst_surprise: 0,
  worst_log_odds: 0.126,
  worst_log_odds_records: 0.28,
  worst_unseen: 0,
  shape: 0.148,
  categories: 0.251,
  addresses: 0.205,
};
