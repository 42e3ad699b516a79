/**
 * What the installation's secret, the pepper, makes of a key's text: the id that finds the key, and the hash that proves
 * it. A text comes again with each request, so what was made of it is kept.
 */
import { createHmac, hash as digestOf, randomBytes } from 'node:crypto';

export interface KeyProof {
  id: string;
  /** HMAC-SHA256 of the text under the pepper, in hex. */
  hash: string;
}

/** A key that the program made: `bw_<id>_<secret>`. */
const KEY_PATTERN = /^bw_([a-z2-7]{12})_[a-z2-7]{32}$/;
const CHOSEN_ID_CHARACTERS = 11;
const KNOWN_MAX = 10_000;

/** A key that an admin chose (BAYESWATCH_ADMIN_KEY) names no id; it has one derived from its hash. */
export function keyProofOf(pepper: string, text: string): KeyProof {
  const [, id = `c${keyedHash(pepper, `id ${text}`).slice(0, CHOSEN_ID_CHARACTERS)}`] =
    KEY_PATTERN.exec(text) ?? [];
  return { id, hash: keyedHash(pepper, text) };
}

function keyedHash(pepper: string, text: string): string {
  return createHmac('sha256', pepper).update(text).digest('hex');
}

/**
 * Proofs of the texts that came last. A text is known by its SHA-256 under a salt of this process, a fifth of the cost of
 * an HMAC; it is not kept itself, and from what is kept it can be found no sooner than from the pepper and the hash.
 */
export class KeyProofs {
  readonly #pepper: string;
  readonly #salt = randomBytes(32).toString('hex');
  readonly #known = new Map<string, KeyProof>();

  constructor(pepper: string) {
    this.#pepper = pepper;
  }

  of(text: string): KeyProof {
    const digest = digestOf('sha256', this.#salt + text, 'hex');
    const known = this.#known.get(digest);
    if (known !== undefined) return known;
    const proof = keyProofOf(this.#pepper, text);
    this.#known.set(digest, proof);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
    return proof;
  }
}
