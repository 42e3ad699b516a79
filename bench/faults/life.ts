/**
 * A life: the same records, marks, retractions and backup go to a server that nobody disturbs and to one that is killed
 * again and again, and both must come to the same.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../accuracy/seeded.ts';
import { Client } from './client.ts';
import { type Batch, dealBatches, type Names } from './corpus.ts';
import { type Kill, planKills, planSteps, type Step, type StepType } from './plan.ts';
import { type Installation, runCommand, Server, startAndKill } from './server.ts';

/** What a kill met. */
export interface Met {
  during: StepType | 'start' | 'command';
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
  problems: string[];
}

/** What an installation has come to: its records in one order, and the model that serves. */
interface Outcome {
  ids: string;
  model: string;
}

/** How long things take where nothing is killed. */
interface Pace {
  startMs: number;
  stepsMs: Record<Kill['of'], number>[];
}

/** A backup command takes about so many times as long as a start. */
const COMMAND_STARTS = 1.5;
/** Part of that time after which no command is killed. */
const COMMAND_PART_MAX = 1.2;

export async function live(seed: number, names: Names): Promise<LifeReport> {
  const beganMs = performance.now();
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-faults-'));
  try {
    const random = seededRandom(seed);
    const batches = dealBatches(names, random);
    const steps = planSteps(random);
    const kills = planKills(steps, random);
    const undisturbed = await liveUndisturbed(installationIn(root, 'undisturbed'), batches, steps);
    const life = new DisturbedLife(installationIn(root, 'disturbed'), batches, undisturbed.pace);
    const { client, met, outcome } = await life.run(steps, kills, random() * COMMAND_PART_MAX);
    for (const part of ['ids', 'model'] as const) {
      if (outcome[part] === undisturbed.outcome[part]) continue;
      const told = [outcome[part], undisturbed.outcome[part]].map(text => text.slice(0, 300));
      client.problems.push(`${part}: ${told[0]} after kills, ${told[1]} without`);
    }
    return {
      seed,
      kills: met,
      acknowledged: client.acknowledged,
      resent: client.resent,
      storedUntold: client.storedUntold,
      seconds: (performance.now() - beganMs) / 1_000,
      problems: [...undisturbed.problems, ...client.problems],
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function installationIn(root: string, name: string): Installation {
  return { folder: join(root, name), key: randomBytes(24).toString('base64url') };
}

async function liveUndisturbed(
  installation: Installation,
  batches: readonly Batch[],
  steps: readonly Step[],
): Promise<{ pace: Pace; outcome: Outcome; problems: string[] }> {
  const server = await Server.start(installation);
  const client = new Client(server, batches);
  try {
    const stepsMs: Pace['stepsMs'] = [];
    for (const step of steps) {
      const beganMs = performance.now();
      await client.perform(step);
      const answer = performance.now() - beganMs;
      const isLearnt = step.type === 'mark' || step.type === 'retract';
      stepsMs.push({ answer, learning: isLearnt ? (await server.settled()).atMs - beganMs : answer });
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
  readonly #installation: Installation;
  readonly #batches: readonly Batch[];
  readonly #pace: Pace;
  readonly #met: Met[] = [];

  constructor(installation: Installation, batches: readonly Batch[], pace: Pace) {
    this.#installation = installation;
    this.#batches = batches;
    this.#pace = pace;
  }

  async run(steps: readonly Step[], kills: readonly Kill[], commandPart: number) {
    const client = new Client(await Server.start(this.#installation), this.#batches);
    try {
      for (const [index, step] of steps.entries()) {
        const kill = kills.find(({ step: at }) => at === index);
        if (kill === undefined) await client.perform(step);
        else await this.#disturb(client, step, kill);
      }
      // Intents that a killed writer left are looked at ever more rarely, and at every start.
      await client.server.stop();
      await this.#restart(client);
      const { id } = await client.server.settled();
      await client.verify('all');
      await this.#killBackupCommand(client, commandPart);
      await examine(this.#installation, client, id);
      return { client, met: this.#met, outcome: { ids: client.ids().join(' '), model: id } };
    } finally {
      await client.server.kill();
    }
  }

  async #disturb(client: Client, step: Step, { step: index, part, of, startPart }: Kill): Promise<void> {
    const { server } = client;
    const afterMs = part * (this.#pace.stepsMs[index]?.[of] ?? 0);
    const killed = new Promise<void>((resolve, reject) => {
      setTimeout(() => server.kill().then(resolve, reject), afterMs);
    });
    const backup = step.type === 'backup' ? await server.backup() : null;
    const isDone = backup === null ? await client.perform(step) : backup.isWhole;
    await killed;
    if (startPart !== undefined) {
      await startAndKill(this.#installation, startPart * this.#pace.startMs);
      this.#met.push({ during: 'start', isCut: startPart < 1, isLearning: false });
    }
    await this.#restart(client);
    this.#met.push({ during: step.type, isCut: !isDone, isLearning: await client.isLearning() });
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
  async #killBackupCommand(client: Client, part: number): Promise<void> {
    const folder = `${this.#installation.folder}-cut`;
    mkdirSync(folder);
    const afterMs = Math.max(1, Math.round(part * COMMAND_STARTS * this.#pace.startMs));
    const { code } = await runCommand(this.#installation, ['backup', join(folder, 'cut.tar')], afterMs);
    this.#met.push({ during: 'command', isCut: code !== 0, isLearning: false });
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

/** Stops the server, counts again, verifies the audit, backs up and restores; what is wrong goes to the problems. */
async function examine(installation: Installation, client: Client, model: string): Promise<void> {
  await client.server.stop();
  client.problems.push(...client.server.errorLines());
  const told = async (argv: readonly string[], at = installation) => {
    const { code, text } = await runCommand(at, argv);
    if (code !== 0) client.problems.push(`${argv[0]} ended with ${code}: ${text}`);
    return text;
  };
  const records = client.ids().length;
  const checked = await told(['check', '--recount']);
  if (!checked.includes(`recount: ${records} records, `) || !checked.includes(': equal\n'))
    client.problems.push(`check, where ${records} records were acknowledged: ${checked}`);
  await told(['audit', '--verify']);
  const file = `${installation.folder}.tar`;
  await told(['backup', file]);
  const restored = await told(['restore', file], { ...installation, folder: `${installation.folder}-again` });
  if (!restored.includes(`: ${records} records, 1 keys, all learnt, model ${model}\n`))
    client.problems.push(`of ${records} records and model ${model} a backup keeps: ${restored}`);
}
