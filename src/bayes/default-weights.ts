/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Written by `npm run bench:weights`: a ridge logistic regression on
 * cross-fitted evidence of 8 development tasks (bench/README.md), every task and incident weighing the same, and at
 * half the weight once more with nothing marked. Evidence of a whole text and of its worst segment says much the same
 * and shares its weight; every kind keeps some, lest padding hide what it alone would see.
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.161,
  surprise: 0.863,
  log_odds: 0.106,
  log_odds_records: 0.05,
  unseen: 0.824,
  worst_likelihood: 0.098,
  worst_surprise: 0.05,
  worst_log_odds: 0.228,
  worst_log_odds_records: 0.175,
  worst_unseen: 0.125,
  shape: 0.144,
  categories: 0.241,
  addresses: 0.205,
};
