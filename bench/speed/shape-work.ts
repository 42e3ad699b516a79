/** Work that is given to a shape, and what it cost. */
import type { DrawnNames } from './drawn-names.ts';
import type { LabelledName } from './names.ts';
import type { CpuByPart, Shape } from './shape.ts';

export const PARTS = ['api', 'worker', 'mongodb', 'redis'] as const;
export const POSTED_RECORDS = 25_000;
/** Real sites ask for the same names again and again. */
const ASKED_TIMES = 10;

export interface Step {
  seconds: number;
  cpu: CpuByPart;
}

export async function stepOf(shape: Shape, work: () => Promise<unknown>): Promise<Step> {
  const before = shape.cpuSeconds();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const after = shape.cpuSeconds();
  const cpu = { api: 0, worker: 0, mongodb: 0, redis: 0 };
  for (const part of PARTS) cpu[part] = after[part] - before[part];
  return { seconds, cpu };
}

/** Chunks of the records of a site, each posted by the next api that has nothing to do. */
export async function post(shape: Shape, path: string, site: 'a' | 'b', chunks: Iterable<[Buffer, number]>) {
  const waiting = chunks[Symbol.iterator]();
  const sendAll = async (api: Shape['apis'][number]) => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next())
      await api[site].postLines(path, ...next.value);
  };
  await Promise.all(shape.apis.map(sendAll));
}

export function* chunksOf(
  count: number,
  names: DrawnNames,
  linesOf: (names: LabelledName[], first: number) => Buffer,
) {
  for (let first = 0; first < count; first += POSTED_RECORDS) {
    const some = Math.min(POSTED_RECORDS, count - first);
    const drawn = names.next(Math.ceil(some / ASKED_TIMES));
    const asked = Array.from({ length: some }, (_, index) => drawn[index % drawn.length] as LabelledName);
    yield [linesOf(asked, first), some] as [Buffer, number];
  }
}
