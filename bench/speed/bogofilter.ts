/**
 * The peer: bogofilter, a Bayesian mail filter in C (Debian's `bogofilter-bdb`), which reads the same names as an mbox of
 * one message a name, the 3-grams of the name as its words.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cost, costOf, cpuSecondsOfChildren } from './cost.ts';
import type { LabelledName } from './names.ts';

const NGRAM_CHARACTERS = 3;

/** bogofilter's version, or null where it is not installed. */
export function bogofilterVersion(): string | null {
  const { status, stdout } = spawnSync('bogofilter', ['-V'], { encoding: 'utf8' });
  return status === 0 ? (/version (\S+)/.exec(stdout)?.[1] ?? 'unknown') : null;
}

/** Its lexer drops numbers and cuts at marks, so each 3-gram begins with a letter, and marks are letters it does not hold. */
function wordOf(ngram: string): string {
  return `g${ngram
    .replaceAll('.', 'P')
    .replaceAll('-', 'M')
    .replace(/[^a-z0-9PM]/g, 'X')}`;
}

function mboxOf(names: readonly LabelledName[]): string {
  const messages = names.map(({ name }) => {
    const text = name.toLowerCase();
    const words: string[] = [];
    for (let at = 0; at + NGRAM_CHARACTERS <= text.length; at++) {
      words.push(wordOf(text.slice(at, at + NGRAM_CHARACTERS)));
    }
    return `From a Thu Jan  1 00:00:00 1970\n\n${words.join(' ')}\n\n`;
  });
  return messages.join('');
}

export class Bogofilter {
  readonly #folder: string;
  #files = 0;
  /** The word list that scores: the one learnt last. */
  #words = '';

  /** @param folder an empty one, for word lists and mailboxes */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes a mailbox. @returns its path */
  mailbox(names: readonly LabelledName[]): string {
    this.#files += 1;
    const path = join(this.#folder, `${this.#files}.mbox`);
    writeFileSync(path, mboxOf(names));
    return path;
  }

  /** Learns mailboxes into a new word list. */
  learn(mailboxes: { good?: string; bad?: string }): Promise<Cost> {
    this.#words = mkdtempSync(join(this.#folder, 'words-'));
    return costOf(async () => {
      if (mailboxes.bad !== undefined) this.#run(['-s'], mailboxes.bad);
      if (mailboxes.good !== undefined) this.#run(['-n'], mailboxes.good);
    }, cpuSecondsOfChildren);
  }

  /** Scores a mailbox of `count` messages. @throws Error unless there is a verdict for each */
  async score(mailbox: string, count: number): Promise<Cost> {
    const verdicts = join(this.#folder, 'verdicts');
    const cost = await costOf(async () => this.#run(['-T'], mailbox, verdicts), cpuSecondsOfChildren);
    const lines = readFileSync(verdicts, 'utf8').split('\n').length - 1;
    if (lines !== count) throw new Error(`bogofilter gave ${lines} verdicts on ${count} names`);
    return cost;
  }

  #run(options: readonly string[], mailbox: string, output = '/dev/null'): void {
    const input = openSync(mailbox, 'r');
    const out = openSync(output, 'w');
    try {
      const parameters = ['-C', '-M', '-d', this.#words, ...options];
      const { status, error } = spawnSync('bogofilter', parameters, { stdio: [input, out, 'inherit'] });
      // 0 to 2 are verdicts (of the last message), 3 is a failure.
      if (error !== undefined || status === null || status > 2) {
        throw new Error(`bogofilter ${options.join(' ')} ended with ${status}`, { cause: error });
      }
    } finally {
      closeSync(input);
      closeSync(out);
    }
  }
}
