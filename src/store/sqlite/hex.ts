/** Identities, episodes and sums: lower-case hex in the domain, half the bytes in the database (back by SQL's `lower(hex(…))`). */

/** @example bytesOf('0aff') // Uint8Array [10, 255] */
export function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}
