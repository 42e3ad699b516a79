/**
 * The shapes that the main job is tried in: one process that holds all in memory, and the store in MongoDB with jobs and news
 * over Redis. What is stored and marked has to come to the same model, by its id.
 *
 *   `npm test`             in memory, the whole input
 *   the same in CI         that, and both shapes on a part of the input
 *   `npm run test:shapes`  both shapes on the whole input, which takes minutes
 *
 * The learner of the second one is in a thread, and goes by the real clock: what is stored in the past becomes good at once.
 */
import type { ComposeOptions } from '../src/compose.ts';
import { findServer } from './servers/servers.ts';
import { dropDatabase, scratchName } from './store/mongo/scratch.ts';
import { openWorld, type World } from './world.ts';

export interface Shape {
  name: string;
  /** A world that holds nothing; what it held goes when it is closed. */
  open(options?: Partial<ComposeOptions>): Promise<World>;
}

/** How much of what was captured is stored. */
export type Input = 'whole' | 'part';

export interface Run extends Shape {
  input: Input;
}

const IN_MEMORY: Shape = { name: 'in memory', open: openWorld };

export const RUNS: readonly Run[] = await runs();
export const INPUTS: readonly Input[] = [...new Set(RUNS.map(({ input }) => input))];

async function runs(): Promise<Run[]> {
  const inMemory = on('whole', [IN_MEMORY]);
  if (process.env['TEST_SHAPES'] === 'all') return [...inMemory, ...on('whole', await shapesOnServers())];
  if (process.env['CI'] !== 'true') return inMemory;
  return [...inMemory, ...on('part', [IN_MEMORY, ...(await shapesOnServers())])];
}

function on(input: Input, shapes: readonly Shape[]): Run[] {
  return shapes.map(shape => ({ ...shape, name: `${shape.name}, ${input} input`, input }));
}

/** None where a server cannot be had, which the run tells at its end. */
async function shapesOnServers(): Promise<Shape[]> {
  const [mongodbUrl, redisUrl] = await Promise.all([findServer('MongoDB'), findServer('Redis')]);
  if (mongodbUrl === null || redisUrl === null) return [];
  return [{ name: 'MongoDB and Redis', open: onServers(mongodbUrl, redisUrl) }];
}

function onServers(mongoUrl: string, redisUrl: string): Shape['open'] {
  return async (options = {}) => {
    const database = scratchName();
    const url = new URL(mongoUrl);
    url.pathname = `/${database}`;
    const world = await openWorld({ ...options, mongodbUrl: url.href, redisUrl });
    return {
      ...world,
      async close() {
        await world.close();
        await dropDatabase(mongoUrl, database);
      },
    };
  };
}

/** The ids of the models that the same input came to, by what was done. */
export class ModelIds {
  readonly #ids: Record<Input, Map<string, string[]>> = { whole: new Map(), part: new Map() };

  note({ input }: Run, what: string, id: string): void {
    const ids = this.#ids[input];
    ids.set(what, [...(ids.get(what) ?? []), id]);
  }

  /** What came to one id in every shape that had this input. */
  equal(input: Input): string[] {
    const shapes = RUNS.filter(run => run.input === input).length;
    const isEqual = (ids: readonly string[]) => ids.length === shapes && new Set(ids).size === 1;
    return [...this.#ids[input]].flatMap(([what, ids]) => (isEqual(ids) ? [what] : []));
  }
}
