/**
 * A disk that is full again and again: the data folder lies on a small file system in memory, which gets a little more
 * room each time that something was refused for want of it. Mounting one takes an administrator, on Linux.
 *
 * Whatever is refused is sent again, as after a kill; nothing acknowledged may be gone, scoring must go on, and at the end
 * all must be as on a disk with room.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../accuracy/seeded.ts';
import { Client } from './client.ts';
import { type Batch, dealBatches, type Names, readNames } from './corpus.ts';
import { examine } from './examine.ts';
import { type Figure, figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn, liveUndisturbed } from './life.ts';
import { planSteps, type Step, type StepType } from './plan.ts';
import { BUILT } from './program.ts';
import { type Installation, Server } from './server.ts';

const LIVES = 5;
/** A new installation fits, and little more; then room is made in steps that some requests do not fit in. */
const FIRST_KIB = 640;
const STEP_KIB = 320;
/** As much as `bayeswatch check` wants to see free; it is a limit, and takes nothing. */
const ROOM_KIB_MAX = 2_097_152;
/** Of full disks: how often the server is killed, or stopped, and started while there is no room. */
const RESTART_SHARE = 0.25;
const SCORED = '{"dns":{"question":{"name":"example.com"}}}\n';

interface Told {
  /** What was refused for want of room, by what was done. */
  refused: Map<StepType | 'learning', number>;
  restarts: number;
  acknowledged: number;
  problems: string[];
}

/** @returns whether every promise was kept */
export async function fillDisks(): Promise<boolean> {
  const names = readNames();
  const lives: Told[] = [];
  for (let seed = 1; seed <= LIVES; seed++) {
    const life = await fillDisk(seed, names);
    lives.push(life);
    const refused = [...life.refused].map(([what, times]) => `${what} ${times}`).join(', ');
    process.stderr.write(
      `seed ${seed}: refused ${refused}; ${life.restarts} starts; ${life.problems.length} problems\n`,
    );
    for (const problem of life.problems.slice(0, 10)) process.stderr.write(`  ${problem.slice(0, 1_000)}\n`);
  }
  const figures = figuresOf(lives);
  printFigures(figures);
  writeFigures('faults-full-disk.jsonl', figures);
  return lives.every(({ problems }) => problems.length === 0);
}

function figuresOf(lives: readonly Told[]): Figure[] {
  const figure = (name: string, unit: string, of: (life: Told) => number) =>
    figureOf(
      name,
      lives.reduce((sum, life) => sum + of(life), 0),
      unit,
      { n: lives.length, seed: `1..${lives.length}` },
    );
  const refused = (what: StepType | 'learning') => (life: Told) => life.refused.get(what) ?? 0;
  return [
    figure('lives with a broken promise', 'lives', ({ problems }) => Math.min(1, problems.length)),
    figure('requests with records refused', 'requests', refused('ingest')),
    figure('marks refused', 'requests', refused('mark')),
    figure('retractions refused', 'requests', refused('retract')),
    figure('backups refused', 'requests', refused('backup')),
    figure('runs of learning that found no room', 'runs', refused('learning')),
    figure('started without room, killed or stopped before', 'starts', ({ restarts }) => restarts),
    figure('lines acknowledged', 'lines', ({ acknowledged }) => acknowledged),
  ];
}

async function fillDisk(seed: number, names: Names): Promise<Told> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-full-'));
  const disk = new SmallDisk(join(root, 'disk'));
  const told: Told = { refused: new Map(), restarts: 0, acknowledged: 0, problems: [] };
  try {
    const random = seededRandom(seed);
    const batches = dealBatches(names, random);
    const steps = planSteps(random);
    const undisturbed = await liveUndisturbed(installationIn(root, 'undisturbed', BUILT), batches, steps);
    told.problems.push(...undisturbed.problems);
    const life = new FullDiskLife(installationIn(disk.folder, 'data', BUILT), batches, disk, told, random);
    await life.run(steps, undisturbed.outcome);
  } catch (error) {
    told.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    disk.unmount();
    rmSync(root, { recursive: true, force: true });
  }
  return told;
}

class SmallDisk {
  readonly folder: string;
  #kib = FIRST_KIB;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${this.#kib}k`, 'none', folder]);
  }

  makeRoom(kib = STEP_KIB): void {
    this.#kib += kib;
    execFileSync('mount', ['-o', `remount,size=${this.#kib}k`, this.folder]);
  }

  unmount(): void {
    execFileSync('umount', [this.folder]);
  }
}

class FullDiskLife {
  readonly #installation: Installation;
  readonly #batches: readonly Batch[];
  readonly #disk: SmallDisk;
  readonly #told: Told;
  readonly #random: () => number;

  constructor(
    installation: Installation,
    batches: readonly Batch[],
    disk: SmallDisk,
    told: Told,
    random: () => number,
  ) {
    this.#installation = installation;
    this.#batches = batches;
    this.#disk = disk;
    this.#told = told;
    this.#random = random;
  }

  async run(steps: readonly Step[], wanted: { ids: string; model: string }): Promise<void> {
    const client = new Client(await Server.start(this.#installation), this.#batches);
    try {
      for (const step of steps) await this.#perform(client, step);
      this.#disk.makeRoom(ROOM_KIB_MAX);
      await this.#restart(client, 'stop');
      const { id } = await client.server.settled();
      await client.verify('all');
      await examine(this.#installation, client, id);
      if (id !== wanted.model) client.problems.push(`the model is ${id}, and ${wanted.model} with room`);
      if (client.ids().join(' ') !== wanted.ids) client.problems.push('other ids than with room');
    } finally {
      await client.server.kill();
      this.#told.acknowledged = client.acknowledged;
      this.#told.problems.push(...client.problems);
    }
  }

  /** Until it is done, with a little more room after each refusal. */
  async #perform(client: Client, step: Step): Promise<void> {
    for (;;) {
      try {
        if (await client.perform(step)) return;
        throw new Error(`${step.type} was not done, and not refused`);
      } catch (error) {
        if (!isRefusal(error, step)) throw error;
        this.#note(step.type);
      }
      await client.verify('new');
      await client.server.score(SCORED);
      // Backups keep more room than this disk ever has.
      if (step.type === 'backup') return;
      if (this.#random() < RESTART_SHARE) {
        this.#told.restarts += 1;
        await this.#restart(client, this.#random() < 0.5 ? 'kill' : 'stop');
        await client.verify('new');
        await client.server.score(SCORED);
      }
      this.#disk.makeRoom();
    }
  }

  async #restart(client: Client, how: 'kill' | 'stop'): Promise<void> {
    await client.server[how]();
    for (const line of client.server.errorLines()) {
      if (!line.includes('no room') && !line.includes('store-full')) client.problems.push(line);
      else if (line.includes('learning of site')) this.#note('learning');
    }
    client.server = await Server.start(this.#installation);
  }

  #note(what: StepType | 'learning'): void {
    this.#told.refused.set(what, (this.#told.refused.get(what) ?? 0) + 1);
  }
}

/** As it is promised: `store-full` with its status, or at the end of an answer that had begun. */
function isRefusal(error: unknown, { type }: Step): boolean {
  const text = String(error);
  if (type === 'backup') return text.includes('answered 503') && text.includes('backup-unavailable');
  return (
    text.includes('/problems/store-full') && (text.includes('answered 507') || text.includes('broke off'))
  );
}
