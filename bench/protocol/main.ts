/**
 * The simulation of learning over thousands of seeds, and how often each rule taken out is found out.
 * `npm run bench:protocol -- [lives] [lives a mutant] [mongodb]`; one JSON line a figure, and bench/results/protocol.jsonl
 * (protocol-mongodb.jsonl). On MongoDB, the server that MONGODB_URL names, else one of its own, a life is a database.
 */
import type { Store } from '../../src/store/port.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { startMongoServer } from '../../test/servers/mongodb.ts';
import { type Implementation, loadImplementation } from '../../test/services/learning/implementation.ts';
import { KEPT_TWICE, MUTANTS, plant, RARE } from '../../test/services/learning/mutants.ts';
import { simulate } from '../../test/services/learning/simulation.ts';
import { isWrong } from '../../test/services/learning/simulation-report.ts';
import { openScratchStore } from '../../test/store/mongo/scratch.ts';
import { type Figure, figureOf, printFigures, writeFigures } from '../faults/figures.ts';

const lives = Number(process.argv[2] ?? 5_000);
const mutantLives = Number(process.argv[3] ?? 1_000);
const onMongo = process.argv[4] === 'mongodb';
const given = process.env['MONGODB_URL'];
const server = onMongo && !given ? await startMongoServer() : null;
const mongoUrl = server?.url ?? given ?? '';
const figures: Figure[] = [];

function report(name: string, value: number, unit: string, n: number): void {
  const figure = figureOf(name, value, unit, { n, seed: `1..${n}` });
  figures.push(figure);
  printFigures([figure]);
}

async function openStore(): Promise<Store> {
  return onMongo ? openScratchStore(mongoUrl) : new SqliteStore(':memory:');
}

/** Lives that ended with other counts than a recount's, with something lost, or in an error. */
async function wrongLives(
  implementation: Implementation,
  n: number,
): Promise<{ wrong: number; calls: number; crashes: number }> {
  let wrong = 0;
  let calls = 0;
  let crashes = 0;
  for (let seed = 1; seed <= n; seed++) {
    try {
      const life = await simulate(seed, implementation, openStore);
      if (isWrong(life)) wrong += 1;
      calls += life.calls;
      crashes += life.crashes;
    } catch (error) {
      process.stderr.write(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}\n`);
      wrong += 1;
    }
  }
  return { wrong, calls, crashes };
}

const { wrong, calls, crashes } = await wrongLives(await loadImplementation(), lives);
report('wrong lives, all rules kept', wrong, 'lives', lives);
report('store calls interleaved', calls, 'calls', lives);
report('actors killed', crashes, 'actors', lives);
for (const mutant of mutantLives > 0 ? [...MUTANTS, ...RARE, ...KEPT_TWICE] : []) {
  const { src, remove } = plant(mutant);
  try {
    const found = await wrongLives(await loadImplementation(src), mutantLives);
    report(`wrong lives without: ${mutant.rule}`, found.wrong, 'lives', mutantLives);
  } finally {
    remove();
  }
}
await server?.stop();
writeFigures('protocol.jsonl', figures);
process.exitCode = wrong === 0 ? 0 : 1;
