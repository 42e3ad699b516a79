/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Written by `npm run bench:weights`: a ridge logistic regression with weights that are not
 * negative, on cross-fitted evidence of 8 development tasks (bench/README.md), every task and incident
 * weighing the same. Evidence of the whole text and of its worst segment says much the same and shares its weight.
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.176,
  surprise: 0.449,
  log_odds: 0.217,
  log_odds_records: 0.211,
  unseen: 3.497,
  worst_likelihood: 0.097,
  worst_surprise: 0.249,
  worst_log_odds: 0.126,
  worst_log_odds_records: 0.196,
  worst_unseen: 0,
  shape: 0.17,
  categories: 0.278,
  addresses: 0.204,
};
