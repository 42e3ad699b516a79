/** How alike two short texts are, with what they begin with weighing more: typing errors and imitations keep the beginning. */

const PREFIX_MAX = 4;
const PREFIX_WEIGHT = 0.1;
/** Above it, beginnings count (Winkler 1990). */
const BOOST_MIN = 0.7;

/**
 * Jaro–Winkler similarity, 0 (nothing in common) to 1 (equal). With m characters that match within
 * `max(|a|, |b|)/2 − 1` places, and t half the number of those in another order:
 * `J = (m/|a| + m/|b| + (m − t)/m)/3`, and where J > 0.7, `J + 0.1·p·(1 − J)` with p ≤ 4 equal characters at the beginning.
 * Work: |a|·|b| at most.
 * @example jaroWinkler('martha', 'marhta') // 0.9611: J = (1 + 1 + 5/6)/3 = 0.9444, p = 3
 * @see Winkler, String comparator metrics and enhanced decision rules in the Fellegi–Sunter model of record linkage (1990)
 */
export function jaroWinkler(a: string, b: string): number {
  const jaro = jaroOf(a, b);
  if (jaro <= BOOST_MIN) return jaro;
  let prefix = 0;
  while (prefix < PREFIX_MAX && prefix < a.length && a.charCodeAt(prefix) === b.charCodeAt(prefix))
    prefix += 1;
  return jaro + PREFIX_WEIGHT * prefix * (1 - jaro);
}

function jaroOf(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matches: number[] = [];
  for (let index = 0; index < a.length; index += 1) {
    const code = a.charCodeAt(index);
    const last = Math.min(b.length - 1, index + reach);
    for (let other = Math.max(0, index - reach); other <= last; other += 1) {
      if (taken[other] === 0 && b.charCodeAt(other) === code) {
        taken[other] = 1;
        matches.push(code);
        break;
      }
    }
  }
  if (matches.length === 0) return 0;
  let moved = 0;
  let next = 0;
  for (let other = 0; other < b.length; other += 1) {
    if (taken[other] === 0) continue;
    if (matches[next] !== b.charCodeAt(other)) moved += 1;
    next += 1;
  }
  const count = matches.length;
  return (count / a.length + count / b.length + (count - moved / 2) / count) / 3;
}
