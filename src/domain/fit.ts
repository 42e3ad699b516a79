/** What was fitted to a site's marks, by the ledger up to an entry. Inserted once; the one of the highest entry counts. */
export interface StoredFit {
  /** The last done entry that it rests on. */
  entry: number;
  /** As JSON: services/fitting/fit.ts. */
  content: string;
}
