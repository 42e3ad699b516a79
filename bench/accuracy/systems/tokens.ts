/** The tokens that the peers get: the n-grams of every text, with their field, and every shape and category token. */
import type { Observations } from '../../../src/domain/observation.ts';

/** n-grams of `from` to `to` characters, lower case, with an end mark; then `field=token`. With repetitions. */
export function tokensOf({ sequences, shape, categories }: Observations, from: number, to: number): string[] {
  const tokens: string[] = [];
  for (const { field, text } of sequences) {
    const closed = `${text.toLowerCase()}\n`;
    for (let end = 1; end <= closed.length; end++) {
      for (let start = Math.max(0, end - to); start <= end - from; start++) {
        tokens.push(`${field} ${closed.slice(start, end)}`);
      }
    }
  }
  for (const { field, token } of shape) tokens.push(`${field}=${token}`);
  for (const { field, token } of categories) tokens.push(`${field}=${token}`);
  return tokens;
}
