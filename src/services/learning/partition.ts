/** How work is cut: by hash, so that whoever does a part finds the same records and episodes in it. */

/** Part of an identity or an episode, from its leading 32 bits. @example partOf('00000005ab…', 4) // 1 */
export function partOf(hex: string, parts: number): number {
  return parts === 1 ? 0 : Number.parseInt(hex.slice(0, 8), 16) % parts;
}
