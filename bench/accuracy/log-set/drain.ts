/**
 * Drain, which mines templates online: a tree of fixed depth leads to a few groups of messages of equal length, a message joins the
 * most similar one, and words that differ within a group become `<*>`. Here to be measured against masking alone
 * (docs/adr/0017-log-templates.md).
 *
 * 1. He, Zhu, Zheng, Lyu: Drain, an online log parsing approach with fixed depth tree, ICWS 2017.
 */

const WILD = '<*>';
/** As its authors have it: two words lead to a leaf, at most a hundred ways at each, similarity of four in ten. */
const LEADING_WORDS = 2;
const CHILDREN_MAX = 100;
const SIMILARITY_MIN = 0.4;

export class Drain {
  readonly #leaves = new Map<string, string[][]>();
  readonly #children = new Map<string, Set<string>>();

  /** Takes in a message whose parameters are masked already. */
  learn(masked: string): void {
    const words = masked.split(' ');
    const path = this.#pathOf(words, true);
    const groups = this.#leaves.get(path) ?? [];
    this.#leaves.set(path, groups);
    const nearest = nearestOf(groups, words);
    if (nearest === undefined) groups.push(words);
    else for (const [index, word] of words.entries()) if (nearest[index] !== word) nearest[index] = WILD;
  }

  /** The template that a message belongs to; undefined for one that is like none. */
  templateOf(masked: string): string | undefined {
    const words = masked.split(' ');
    return nearestOf(this.#leaves.get(this.#pathOf(words, false)) ?? [], words)?.join(' ');
  }

  get size(): number {
    return [...this.#leaves.values()].reduce((sum, groups) => sum + groups.length, 0);
  }

  #pathOf(words: readonly string[], grows: boolean): string {
    let path = String(words.length);
    for (const word of words.slice(0, LEADING_WORDS)) {
      const children = this.#children.get(path) ?? new Set();
      const isKept = children.has(word) || (grows && !/[0-9#<]/.test(word) && children.size < CHILDREN_MAX);
      if (isKept && grows) this.#children.set(path, children.add(word));
      path += ` ${isKept ? word : WILD}`;
    }
    return path;
  }
}

function nearestOf(groups: readonly string[][], words: readonly string[]): string[] | undefined {
  let best: string[] | undefined;
  let bestShare = SIMILARITY_MIN;
  for (const group of groups) {
    const share = group.filter((word, index) => word === words[index]).length / words.length;
    if (share >= bestShare) {
      best = group;
      bestShare = share;
    }
  }
  return best;
}
