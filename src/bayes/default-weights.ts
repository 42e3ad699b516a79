/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Written by `npm run bench:weights`: a ridge logistic regression on
 * cross-fitted evidence of 11 development tasks (bench/README.md), every task and incident weighing the same, and at
 * half the weight once more with nothing marked (those of wrong hosts at a seventh, and only so). Evidence of a whole text and of
 * its worst segment says much the same and shares its weight; every kind keeps some, lest padding hide what it alone would see.
 * `conditional_surprise` is held at 0.7 or above, and `protocol_surprise` at 0.3
 * (docs/adr/0011-conditional-categories.md).
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.178,
  surprise: 0.716,
  log_odds: 0.15,
  log_odds_records: 0.05,
  unseen: 0.25,
  worst_likelihood: 0.102,
  worst_surprise: 0.188,
  worst_log_odds: 0.416,
  worst_log_odds_records: 0.247,
  worst_unseen: 0.25,
  shape: 0.147,
  core: 0.293,
  categories: 0.27,
  statistics: 0.06,
  addresses: 0.209,
  category_surprise: 0.135,
  conditional: 0.208,
  conditional_surprise: 0.7,
  protocol_surprise: 0.3,
};
