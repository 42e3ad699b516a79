/**
 * β of each kind of evidence while a site has fewer than five incidents of its own to fit it on.
 * A name is a group (`dns.question.name.log_odds`) or a kind (`log_odds`, for every field); the group's wins, and what is
 * not named weighs 0. Written by `npm run bench:weights`: a ridge logistic regression on
 * cross-fitted evidence of 8 development tasks (bench/README.md), every task and incident weighing the same, and at
 * half the weight once more with nothing marked. Evidence of a whole text and of its worst segment says much the same
 * and shares its weight; every kind keeps some, lest padding hide what it alone would see.
 */
export const DEFAULT_WEIGHTS: Readonly<Record<string, number>> = {
  likelihood: 0.164,
  surprise: 0.798,
  log_odds: 0.119,
  log_odds_records: 0.05,
  unseen: 0.292,
  worst_likelihood: 0.099,
  worst_surprise: 0.271,
  worst_log_odds: 0.448,
  worst_log_odds_records: 0.275,
  worst_unseen: 0.25,
  shape: 0.143,
  categories: 0.253,
  addresses: 0.205,
};
