/**
 * A clock that is set years ahead and back while a server runs, and wrong while it starts. libfaketime
 * (`apt-get install faketime`) stands between the process and the clock of the system; the time that really passes, which
 * Node's timers go by, is left alone, as it is where somebody sets a clock.
 *
 * Records, marks and retractions must come to the same as under a clock that nobody touches.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../accuracy/seeded.ts';
import { Client } from './client.ts';
import { dealBatches, type Names, readNames } from './corpus.ts';
import { examine } from './examine.ts';
import { figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn, liveUndisturbed } from './life.ts';
import { planSteps } from './plan.ts';
import { BUILT } from './program.ts';
import { Server } from './server.ts';

const LIBRARIES = ['x86_64', 'aarch64'].map(
  machine => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`,
);
const LIVES = 5;
/** Longer than any retention; behind, records would come from the future, and be refused as such. */
const OFFSETS_DAYS = [3_650, 730, 2, -2, -300] as const;
const RESTART_SHARE = 0.3;

interface Told {
  ahead: number;
  back: number;
  starts: number;
  acknowledged: number;
  problems: string[];
}

/** @returns whether every promise was kept */
export async function jumpClocks(): Promise<boolean> {
  const library = LIBRARIES.find(path => existsSync(path));
  if (library === undefined) {
    process.stdout.write('skipped: no libfaketime (apt-get install faketime)\n');
    return true;
  }
  const names = readNames();
  const lives: Told[] = [];
  for (let seed = 1; seed <= LIVES; seed++) {
    const life = await jumpClock(seed, names, library);
    lives.push(life);
    const { ahead, back, starts, problems } = life;
    process.stderr.write(
      `seed ${seed}: ${ahead} jumps ahead, ${back} back, ${starts} starts; ${problems.length} problems\n`,
    );
    for (const problem of problems.slice(0, 10)) process.stderr.write(`  ${problem.slice(0, 1_000)}\n`);
  }
  const figure = (name: string, unit: string, of: (life: Told) => number) =>
    figureOf(
      name,
      lives.reduce((sum, life) => sum + of(life), 0),
      unit,
      { n: LIVES, seed: `1..${LIVES}` },
    );
  const figures = [
    figure('lives with a broken promise', 'lives', ({ problems }) => Math.min(1, problems.length)),
    figure('jumps ahead', 'jumps', ({ ahead }) => ahead),
    figure('jumps back', 'jumps', ({ back }) => back),
    figure('started under a wrong clock', 'starts', ({ starts }) => starts),
    figure('lines acknowledged', 'lines', ({ acknowledged }) => acknowledged),
  ];
  printFigures(figures);
  writeFigures('faults-clock.jsonl', figures);
  return lives.every(({ problems }) => problems.length === 0);
}

async function jumpClock(seed: number, names: Names, library: string): Promise<Told> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-clock-'));
  const told: Told = { ahead: 0, back: 0, starts: 0, acknowledged: 0, problems: [] };
  try {
    const random = seededRandom(seed);
    const batches = dealBatches(names, random);
    const steps = planSteps(random);
    const undisturbed = await liveUndisturbed(installationIn(root, 'undisturbed', BUILT), batches, steps);
    told.problems.push(...undisturbed.problems);
    const clock = new WrongClock(join(root, 'clock'), told);
    const program = { ...BUILT, environment: clock.environment(library) };
    const installation = installationIn(root, 'jumping', program);
    const client = new Client(await Server.start(installation), batches);
    const restart = async () => {
      await client.server.stop();
      client.problems.push(...client.server.errorLines());
      client.server = await Server.start(installation);
    };
    try {
      for (const [index, step] of steps.entries()) {
        const jump = () =>
          clock.set(OFFSETS_DAYS[Math.floor(random() * OFFSETS_DAYS.length)] ?? OFFSETS_DAYS[0]);
        if (random() < RESTART_SHARE) {
          jump();
          told.starts += 1;
          await restart();
        }
        // In the midst of the step, as far as that can be hit; then it is put right, or stays wrong for the next one.
        const midst = setTimeout(jump, random() * (undisturbed.pace.stepsMs[index]?.learning ?? 0));
        if (!(await client.perform(step))) client.problems.push(`${step.type} was not done`);
        clearTimeout(midst);
        if (random() < 0.5) await client.server.settled();
        if (random() < 0.5) clock.set(0);
        await client.verify('new');
      }
      clock.set(0);
      await restart();
      const { id } = await client.server.settled();
      await client.verify('all');
      // Records were received by a clock that was ahead, and the check says so.
      await examine(installation, client, id, 'WRONG clock:');
      if (id !== undisturbed.outcome.model)
        client.problems.push(`the model is ${id}, and ${undisturbed.outcome.model} under a steady clock`);
      if (client.ids().join(' ') !== undisturbed.outcome.ids)
        client.problems.push('other ids than under a steady clock');
    } finally {
      await client.server.kill();
      told.acknowledged = client.acknowledged;
      told.problems.push(...client.problems);
    }
  } catch (error) {
    told.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return told;
}

/** A clock that is so many days wrong, for every process that was started with its environment. */
class WrongClock {
  readonly #file: string;
  readonly #told: Told;
  #days = 0;

  constructor(file: string, told: Told) {
    this.#file = file;
    this.#told = told;
    writeFileSync(file, '+0\n');
  }

  set(days: number): void {
    if (days > this.#days) this.#told.ahead += 1;
    if (days < this.#days) this.#told.back += 1;
    this.#days = days;
    writeFileSync(this.#file, `${days < 0 ? '' : '+'}${days}d\n`);
  }

  environment(library: string): Record<string, string> {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }
}
