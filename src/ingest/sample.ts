/** The first lines of a stream, by which its format is told; those that are JSON are parsed once for all formats. */
import { type JsonObject, readObject } from './json.ts';

export interface Sample {
  /** Their beginnings: every format looks at each of them. */
  lines: readonly string[];
  /** Of the first few lines, in their order; null for one that is no JSON object. */
  objects: readonly (JsonObject | null)[];
}

/** Lines that are parsed to detect a format: each may be as long as a line can be. */
const OBJECTS_MAX = 5;

/** Characters of a line that formats look at, where it is not JSON: real lines are shorter, and show what they are before it. */
const CHARACTERS_MAX = 16_384;

export function sampleOf(lines: readonly string[]): Sample {
  return {
    lines: lines.map(line => line.slice(0, CHARACTERS_MAX)),
    objects: lines.slice(0, OBJECTS_MAX).map(objectOf),
  };
}

function objectOf(line: string): JsonObject | null {
  if (!line.trimStart().startsWith('{')) return null;
  const read = readObject(line);
  return 'object' in read ? read.object : null;
}

/**
 * The mean certainty over the lines that were parsed; one that is no JSON object counts 0.
 * @param certaintyOf 0 to 1 for one object
 * @example meanCertainty(sampleOf(['{"ts":1}', 'text']), () => 1) // 0.5
 */
export function meanCertainty({ objects }: Sample, certaintyOf: (object: JsonObject) => number): number {
  let sum = 0;
  for (const object of objects) if (object !== null) sum += certaintyOf(object);
  return objects.length === 0 ? 0 : sum / objects.length;
}
