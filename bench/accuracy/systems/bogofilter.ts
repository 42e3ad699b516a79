/**
 * bogofilter, a Bayesian mail filter in C (Debian's `bogofilter-bdb`), with its own constants. Every record is a message, every
 * token a word of letters by its hash, for its lexer cuts at marks, drops numbers and is slow on mixtures.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Observations } from '../../../src/domain/observation.ts';
import { bogofilterVersion } from '../../speed/bogofilter.ts';
import type { System } from './system.ts';
import { tokenNumbersOf } from './tokens.ts';

/** Its lexer reads lines into a buffer of some kilobytes. */
const WORDS_OF_LINE = 40;
const CACHE_MEGABYTES = 128;

/** In letters alone: base 26, whose digits 0 to 9 are q to z. @example wordOf(27) // 'trr': 1·26 + 1 */
function wordOf(number: number): string {
  return `t${number.toString(26).replace(/\d/g, digit => 'qrstuvwxyz'[Number(digit)] ?? '')}`;
}

function messageOf(observations: Observations): string {
  const words = [...new Set(tokenNumbersOf(observations))].map(wordOf);
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += WORDS_OF_LINE) {
    lines.push(words.slice(at, at + WORDS_OF_LINE).join(' '));
  }
  return `From a Thu Jan  1 00:00:00 1970\n\n${lines.join('\n')}\n\n`;
}

/** Runs bogofilter over a mailbox of these messages. @returns what it prints */
function run(folder: string, options: readonly string[], messages: readonly Observations[]): string {
  const mailbox = join(folder, 'mbox');
  const printed = join(folder, 'printed');
  writeFileSync(mailbox, messages.map(messageOf).join(''));
  const input = openSync(mailbox, 'r');
  const output = openSync(printed, 'w');
  try {
    const parameters = ['-C', '-M', '-k', String(CACHE_MEGABYTES), '-d', folder, ...options];
    const { status, error } = spawnSync('bogofilter', parameters, { stdio: [input, output, 'inherit'] });
    // 0 to 2 are verdicts (of the last message), 3 is a failure.
    if (error !== undefined || status === null || status > 2) {
      throw new Error(`bogofilter ${options.join(' ')} ended with ${status}`, { cause: error });
    }
  } finally {
    closeSync(input);
    closeSync(output);
  }
  return readFileSync(printed, 'utf8');
}

export const bogofilter: System = {
  name: 'bogofilter',
  about: 'bogofilter with its own constants, the same tokens as words, each once a record',
  missing: () => (bogofilterVersion() === null ? 'bogofilter (apt-get install bogofilter-bdb)' : undefined),
  scoresOf(lessons, held) {
    const folder = mkdtempSync(join(tmpdir(), 'bogofilter-'));
    try {
      for (const [option, bad] of [
        ['-s', true],
        ['-n', false],
      ] as const) {
        run(
          folder,
          [option],
          lessons.filter(one => one.bad === bad).map(one => one.observations),
        );
      }
      const lines = run(folder, ['-T'], held).trimEnd().split('\n');
      if (lines.length !== held.length) {
        throw new Error(`bogofilter gave ${lines.length} verdicts on ${held.length} records`);
      }
      return { scores: lines.map(line => Number(line.slice(2))) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
