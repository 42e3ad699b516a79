/**
 * Who works on a site. A lease saves others the same work; nothing is wrong where two hold one, or where one that ran out
 * is still believed.
 */
export interface Lease {
  /** From 1; each beat of a holder is the next one. */
  epoch: number;
  /** Whoever works; null where it was let go. */
  holder: string | null;
}
