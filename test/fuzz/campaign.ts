/**
 * A fuzzing campaign: a property that is tried until a number of runs or its share of the time is used up, with a seed
 * that is printed and can be given. README.md beside this file says how to repeat and to lengthen one.
 */
import fc from 'fast-check';

/** A whole number from the environment. @throws where it is none */
function numberOf(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Error(`${name} is no whole number: ${text}`);
}

/** Seconds of all campaigns together. */
const SECONDS = numberOf('FUZZ_SECONDS', process.env['CI'] === undefined ? 8 : 24);
const CAMPAIGNS = 2;
/** Runs of one campaign: a fast machine does not try for ever. */
const RUNS_MAX = numberOf('FUZZ_RUNS', 200 * SECONDS);
const SEED = numberOf('FUZZ_SEED', Date.now() % 2 ** 31);
/** Where in the shrinking of a failure to begin, as its report names it. */
const PATH = process.env['FUZZ_PATH'];

/** Time that one campaign has, in ms, and what vitest allows it: what is under way when it ends, and the checks after it. */
export const CAMPAIGN_MS = (SECONDS * 1_000) / CAMPAIGNS;
export const CAMPAIGN_TIMEOUT_MS = CAMPAIGN_MS + 60_000;

/**
 * Tries a property.
 * @param check throws where the property does not hold
 * @returns how many runs there were
 * @throws the smallest failure that was found, with its seed and path
 */
export async function campaign<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => Promise<void>,
): Promise<number> {
  console.info(`${name}: FUZZ_SEED=${SEED}`);
  const outcome = await fc.check(fc.asyncProperty(inputs, check), {
    seed: SEED,
    numRuns: RUNS_MAX,
    interruptAfterTimeLimit: CAMPAIGN_MS,
    ...(PATH === undefined ? {} : { path: PATH }),
  });
  console.info(`${name}: ${outcome.numRuns} runs`);
  if (outcome.failed) {
    const { errorInstance: cause } = outcome;
    throw new Error(`${name}: ${cause}\n${await fc.asyncDefaultReportMessage(outcome)}`, { cause });
  }
  return outcome.numRuns;
}
