/**
 * Logistic regression by scikit-learn: the discriminative mark. Python reads rows of token numbers from a folder and writes
 * log-odds there (logistic_regression.py). PYTHON names another interpreter than `python3`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logit, sigmoid } from '../../../src/bayes/log-odds.ts';
import type { Observations } from '../../../src/domain/observation.ts';
import { type Lesson, PARAMETERS } from '../learnt-model.ts';
import type { System } from './system.ts';
import { ngramNumbersOf, tokenNumbersOf } from './tokens.ts';

const PYTHON = process.env['PYTHON'] ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'logistic_regression.py');

/** The version of scikit-learn, or undefined where there is none. */
function version(): string | undefined {
  const { status, stdout } = spawnSync(PYTHON, ['-c', 'import sklearn; print(sklearn.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** Writes the tokens of records as compressed rows: where each row ends, and the numbers of its tokens, as 32-bit integers. */
function writeRows(
  path: string,
  records: readonly Iterable<number>[],
  numberOf: (token: number) => number | undefined,
): void {
  const ends: number[] = [0];
  const numbers: number[] = [];
  for (const tokens of records) {
    for (const token of new Set(tokens)) {
      const number = numberOf(token);
      if (number !== undefined) numbers.push(number);
    }
    ends.push(numbers.length);
  }
  writeFileSync(`${path}.ends`, Int32Array.from(ends));
  writeFileSync(`${path}.tokens`, Int32Array.from(numbers));
}

type TokensOf = (observations: Observations) => Iterable<number>;

/** @returns ln odds of bad, as learnt */
function logOddsOf(learnt: readonly Lesson[], held: readonly Observations[], tokensOf: TokensOf): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'logistic-'));
  try {
    const numbers = new Map<number, number>();
    const lessons = learnt.map(one => tokensOf(one.observations));
    writeRows(join(folder, 'learnt'), lessons, token => {
      const number = numbers.get(token) ?? numbers.size;
      numbers.set(token, number);
      return number;
    });
    writeRows(join(folder, 'held'), held.map(tokensOf), token => numbers.get(token));
    writeFileSync(
      join(folder, 'labels'),
      Uint8Array.from(learnt, ({ bad }) => (bad ? 1 : 0)),
    );
    const { status, error } = spawnSync(PYTHON, [SCRIPT, folder], { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`${SCRIPT} ended with ${status}`, { cause: error });
    const { buffer, byteOffset } = readFileSync(join(folder, 'scores'));
    return [...new Float64Array(buffer, byteOffset, held.length)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function logisticRegression(name: string, about: string, tokensOf: TokensOf): System {
  return {
    name,
    about: `scikit-learn's logistic regression (C = 1) on ${about}, each once a record`,
    missing: () =>
      version() === undefined ? 'scikit-learn (bench/README.md says how to install it)' : undefined,
    scoresOf(lessons, held) {
      const bad = lessons.filter(one => one.bad).length;
      // Of one class alone it learns nothing, and of records without n-grams neither.
      const isTaught = lessons.some(one => [...tokensOf(one.observations)].length > 0);
      if (bad === 0 || bad === lessons.length || !isTaught) return { scores: held.map(() => 0) };
      const scores = logOddsOf(lessons, held, tokensOf);
      // What it learnt of the classes' shares is taken out, as our calibration does.
      const shift = logit(PARAMETERS.baseRate) - Math.log(bad / (lessons.length - bad));
      return { scores, probabilities: scores.map(score => sigmoid(score + shift)) };
    },
  };
}

export const logisticNgrams = logisticRegression(
  'logistic-ngrams',
  'the n-grams of 1 to 4 characters of every text',
  ngramNumbersOf,
);
export const logisticTokens = logisticRegression(
  'logistic-tokens',
  'these n-grams and all shape and category tokens',
  tokenNumbersOf,
);
