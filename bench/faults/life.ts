/**
 * A life: the same records, marks, retractions and backup go to a server that nobody disturbs and to one that is killed
 * again and again, and both must come to the same.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../accuracy/seeded.ts';
import { Client } from './client.ts';
import { type Batch, dealBatches, type Names } from './corpus.ts';
import { examine } from './examine.ts';
import { type Kill, planKills, planSteps, type Step, type StepType } from './plan.ts';
import type { Program } from './program.ts';
import { type Installation, runCommand, Server, startAndKill } from './server.ts';

/** What a kill met. */
export interface Met {
  during: StepType | 'start' | 'command';
  moment: Kill['of'];
  /** Something had been asked for that was not acknowledged, or not finished. */
  isCut: boolean;
  /** After the restart an acknowledged mark or retraction was still being learnt. */
  isLearning: boolean;
}

export interface LifeReport {
  seed: number;
  kills: Met[];
  /** Acknowledged lines; lines sent again; things found stored of which nobody had been told. */
  acknowledged: number;
  resent: number;
  storedUntold: number;
  seconds: number;
  /** What the kills broke. */
  problems: string[];
  /** What was broken where nothing was killed. */
  undisturbedProblems: string[];
}

/** What an installation has come to: its records in one order, and the model that serves. */
interface Outcome {
  ids: string;
  model: string;
}

/** How long things take where nothing is killed. */
interface Pace {
  startMs: number;
  stepsMs: Record<'answer' | 'learning', number>[];
}

/** When a backup command is killed: counted from its start, or from when its file is there. */
type CommandKill = 'command' | 'file';

/** About what a backup takes from its file's first byte to its last; most of it is the copy of the database. */
const FILE_MS = 200;
/** A backup command takes about so many times as long as a start. */
const COMMAND_STARTS = 1.5;
/** Part of that time after which no command is killed. */
const COMMAND_PART_MAX = 1.2;

/** @param isEndedByProblem a life in which a promise was broken is not lived to its end */
export async function live(
  seed: number,
  names: Names,
  program: Program,
  isEndedByProblem = false,
): Promise<LifeReport> {
  const beganMs = performance.now();
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-faults-'));
  const report = { seed, kills: [], acknowledged: 0, resent: 0, storedUntold: 0, problems: [] };
  const seconds = () => (performance.now() - beganMs) / 1_000;
  try {
    const random = seededRandom(seed);
    const batches = dealBatches(names, random);
    const steps = planSteps(random);
    const kills = planKills(steps, random);
    const installations = ['undisturbed', 'disturbed'].map(name => installationIn(root, name, program));
    const [alone, killed] = installations as [Installation, Installation];
    const undisturbed = await liveUndisturbed(alone, batches, steps).catch(told);
    const { problems: undisturbedProblems } = undisturbed;
    if (!('pace' in undisturbed)) return { ...report, undisturbedProblems, seconds: seconds() };
    const life = new DisturbedLife(killed, batches, undisturbed, isEndedByProblem);
    const problems = await life.run(steps, kills, random() * COMMAND_PART_MAX).then(
      () => [],
      error => told(error).problems,
    );
    const { acknowledged, resent, storedUntold } = life.client ?? report;
    return {
      seed,
      kills: life.met,
      ...{ acknowledged, resent, storedUntold },
      seconds: seconds(),
      problems: [...(life.client?.problems ?? []), ...problems],
      undisturbedProblems,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A life that could not go on: the server did not start, answered with an error, or never ended its learning. */
function told(error: unknown): { problems: string[] } {
  return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
}

export function installationIn(root: string, name: string, program: Program): Installation {
  return { program, folder: join(root, name), key: randomBytes(24).toString('base64url') };
}

interface UndisturbedLife {
  pace: Pace;
  outcome: Outcome;
  problems: string[];
}

export async function liveUndisturbed(
  installation: Installation,
  batches: readonly Batch[],
  steps: readonly Step[],
): Promise<UndisturbedLife> {
  const server = await Server.start(installation);
  const client = new Client(server, batches);
  try {
    const stepsMs: Pace['stepsMs'] = [];
    for (const step of steps) {
      const beganMs = performance.now();
      await client.perform(step);
      const answer = performance.now() - beganMs;
      stepsMs.push({ answer, learning: (await server.settled()).atMs - beganMs });
    }
    const { id } = await server.settled();
    const outcome = { ids: client.ids().join(' '), model: id };
    const problems = [...client.problems, ...server.errorLines()];
    return { pace: { startMs: server.startMs, stepsMs }, outcome, problems };
  } finally {
    await server.kill();
  }
}

class DisturbedLife {
  readonly met: Met[] = [];
  client: Client | null = null;
  readonly #installation: Installation;
  readonly #batches: readonly Batch[];
  readonly #undisturbed: UndisturbedLife;
  readonly #isEndedByProblem: boolean;

  constructor(
    installation: Installation,
    batches: readonly Batch[],
    undisturbed: UndisturbedLife,
    isEndedByProblem: boolean,
  ) {
    this.#installation = installation;
    this.#batches = batches;
    this.#undisturbed = undisturbed;
    this.#isEndedByProblem = isEndedByProblem;
  }

  /** @throws Error where it could not go on */
  async run(steps: readonly Step[], kills: readonly Kill[], commandPart: number): Promise<void> {
    const client = new Client(await Server.start(this.#installation), this.#batches);
    this.client = client;
    const isOver = () => this.#isEndedByProblem && client.problems.length > 0;
    try {
      for (const [index, step] of steps.entries()) {
        const kill = kills[index];
        if (kill === undefined) throw new RangeError(`no kill is planned for step ${index}`);
        await this.#disturb(client, index, step, kill);
        if (isOver()) return;
      }
      // Intents that a killed writer left are looked at ever more rarely, and at every start.
      await client.server.stop();
      await this.#restart(client);
      const { id } = await client.server.settled();
      await client.verify('all');
      for (const moment of ['command', 'file'] as const)
        await this.#killBackupCommand(client, moment, commandPart);
      if (isOver()) return;
      await examine(this.#installation, client, id);
      this.#compare(client, { ids: client.ids().join(' '), model: id });
    } finally {
      await client.server.kill();
    }
  }

  #compare({ problems }: Client, outcome: Outcome): void {
    for (const part of ['ids', 'model'] as const) {
      const wanted = this.#undisturbed.outcome[part];
      if (outcome[part] === wanted) continue;
      const [is, was] = [outcome[part], wanted].map(text => text.slice(0, 300));
      problems.push(`${part}: ${is} after kills, ${was} without`);
    }
  }

  async #disturb(client: Client, index: number, step: Step, kill: Kill): Promise<void> {
    const { server } = client;
    const { pace } = this.#undisturbed;
    const { killed, hurry } = killing(client, kill, pace.stepsMs[index]);
    const backup = step.type === 'backup' ? await server.backup() : null;
    const isDone = backup === null ? await client.perform(step) : backup.isWhole;
    // A step that was done already is acknowledged by nothing.
    hurry();
    await killed;
    if (kill.startPart !== undefined) {
      await startAndKill(this.#installation, kill.startPart * pace.startMs);
      this.met.push({ during: 'start', moment: 'answer', isCut: kill.startPart < 1, isLearning: false });
    }
    await this.#restart(client);
    this.met.push({
      during: step.type,
      moment: kill.of,
      isCut: !isDone,
      isLearning: await client.isLearning(),
    });
    await client.verify('new');
    if (backup !== null && backup.bytes.length > 0) await this.#restore(client, backup);
    if (!isDone && !(await client.perform(step))) throw new Error(`${step.type} was cut without a kill`);
  }

  async #restart(client: Client): Promise<void> {
    client.problems.push(...client.server.errorLines());
    client.server = await Server.start(this.#installation);
    const staged = readdirSync(this.#installation.folder).filter(name => name.startsWith('backup'));
    if (staged.length > 0) client.problems.push(`a backup left ${staged.join(', ')} after a restart`);
  }

  /** A whole backup is taken, a part of one refused. */
  async #restore(client: Client, { bytes, isWhole }: { bytes: Buffer; isWhole: boolean }): Promise<void> {
    const file = `${this.#installation.folder}-${client.acknowledged}.tar`;
    writeFileSync(file, bytes, { mode: 0o600 });
    const { code, text } = await runCommand({ ...this.#installation, folder: `${file}-restored` }, [
      'restore',
      file,
    ]);
    if ((code === 0) !== isWhole)
      client.problems.push(`restore of a ${isWhole ? 'whole' : 'broken'} backup ended with ${code}: ${text}`);
  }

  /** `bayeswatch backup` beside the server, killed: what has the file's name is a whole backup, or there is none. */
  async #killBackupCommand(client: Client, moment: CommandKill, part: number): Promise<void> {
    const folder = `${this.#installation.folder}-${moment}`;
    mkdirSync(folder);
    const kill = new AbortController();
    const killAfter = (ms: number) => setTimeout(() => kill.abort(), ms).unref();
    const watcher = watch(folder, (_, name) => {
      if (moment === 'file' && name?.startsWith('cut.tar')) killAfter(part * FILE_MS);
    });
    if (moment === 'command') killAfter(part * COMMAND_STARTS * this.#undisturbed.pace.startMs);
    const { code } = await runCommand(this.#installation, ['backup', join(folder, 'cut.tar')], kill.signal);
    watcher.close();
    this.met.push({ during: 'command', moment: 'answer', isCut: code !== 0, isLearning: false });
    if (!readdirSync(folder).includes('cut.tar')) {
      if (code === 0) client.problems.push('a backup ended well and there is no file');
      return;
    }
    const restored = await runCommand({ ...this.#installation, folder: join(folder, 'restored') }, [
      'restore',
      join(folder, 'cut.tar'),
    ]);
    if (restored.code !== 0) client.problems.push(`a backup that was cut is no whole one: ${restored.text}`);
  }
}

/** Sets a kill up before its step begins. `hurry` is for one that waits for what has not come. */
function killing(
  client: Client,
  { of, part }: Kill,
  stepMs: Pace['stepsMs'][number] | undefined,
): { killed: Promise<void>; hurry: () => void } {
  const { server } = client;
  let hurry = () => {};
  const killed = new Promise<void>((resolve, reject) => {
    const kill = () => {
      client.onAcknowledged = () => {};
      hurry = () => {};
      server.kill().then(resolve, reject);
    };
    if (of === 'acknowledgement') client.onAcknowledged = hurry = kill;
    else setTimeout(kill, part * (stepMs?.[of] ?? 0));
  });
  return { killed, hurry: () => hurry() };
}
