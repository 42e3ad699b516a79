/** How the JSON formats are told apart: by the fields of the first few objects. */
import { type JsonObject, readObject } from './json.ts';

/** Lines that are parsed to detect a format: each may be as long as a line can be. */
const SAMPLE_LINES_MAX = 5;

/**
 * The mean certainty over the first lines; a line that is no JSON object counts 0.
 * @param certaintyOf 0 to 1 for one object
 */
export function sampleObjects(lines: readonly string[], certaintyOf: (object: JsonObject) => number): number {
  const sample = lines.slice(0, SAMPLE_LINES_MAX);
  let sum = 0;
  for (const line of sample) {
    if (!line.trimStart().startsWith('{')) continue;
    const read = readObject(line);
    if ('object' in read) sum += certaintyOf(read.object);
  }
  return sample.length === 0 ? 0 : sum / sample.length;
}
