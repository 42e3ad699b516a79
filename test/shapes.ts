/**
 * The shapes that the main job is tried in: one process that holds all in memory, and, with `npm run test:shapes` and in CI,
 * the store in MongoDB with jobs and news over Redis. What is stored and marked has to come to the same model, by its id.
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

export const SHAPES: readonly Shape[] = [
  { name: 'one process, in memory', open: openWorld },
  ...(areAllAskedFor() ? await shapesOnServers() : []),
];

function areAllAskedFor(): boolean {
  return process.env['CI'] === 'true' || process.env['TEST_SHAPES'] === 'all';
}

/** None where a server cannot be had, which the run tells at its end. */
async function shapesOnServers(): Promise<Shape[]> {
  const [mongodbUrl, redisUrl] = await Promise.all([findServer('MongoDB'), findServer('Redis')]);
  if (mongodbUrl === null || redisUrl === null) return [];
  return [{ name: 'MongoDB, BullMQ and Redis', open: onServers(mongodbUrl, redisUrl) }];
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
  readonly #ids = new Map<string, string[]>();

  note(what: string, id: string): void {
    this.#ids.set(what, [...(this.#ids.get(what) ?? []), id]);
  }

  /** What came to one id in every shape. */
  equal(): string[] {
    const isEqual = (ids: readonly string[]) => ids.length === SHAPES.length && new Set(ids).size === 1;
    return [...this.#ids].flatMap(([what, ids]) => (isEqual(ids) ? [what] : []));
  }
}
