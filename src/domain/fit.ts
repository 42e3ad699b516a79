/**
 * What was fitted to a site's marks, by the ledger up to an entry. Inserted once; of those of a version the one of the highest
 * entry counts.
 */
export interface StoredFit {
  /** Of the evidence and of the way that it is fitted (FIT_VERSION in bayes/fit/site-fit.ts); readers know which they can go by. */
  version: number;
  /** The last done entry that it rests on. */
  entry: number;
  /** As JSON: services/fit-content.ts. */
  content: string;
}

/** Fits that are of no use any more. */
export interface StaleFits {
  /** Of this version, */
  version: number;
  /** those of entries below this one; */
  before: number;
  /** and all of versions below this one. */
  since: number;
}
