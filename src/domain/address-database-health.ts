/**
 * How one of the databases that tell the country and the network of an address does: told by the one who reads it, shown by
 * metrics.
 */
export interface AddressDatabaseHealth {
  name: 'country' | 'asn';
  /** When its maker made the one that is in use, UTC epoch milliseconds. */
  builtAtMs: number;
  /** Newer files that could not be read, and look-ups that met what cannot be, since the start; integer ≥ 0. */
  failures: number;
}
