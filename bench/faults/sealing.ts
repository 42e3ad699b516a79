/**
 * Retention, killed: a server that seals what is old and lets its records go is ended without warning until it is done.
 * Nobody waits ninety days for that, nor an hour for a clock to be believed: the copy of the program that seals takes a
 * second for the retention and looks five times a second. Nothing else in it is changed, and the one that stored is as built.
 *
 * What was learnt must be what it was, by the same id, and a mark that is taken back afterwards must leave the same as
 * where nothing was killed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { seededRandom } from '../accuracy/seeded.ts';
import { type Batch, dealBatches, type Names, readNames } from './corpus.ts';
import { figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn, liveUndisturbed } from './life.ts';
import { planSteps, type Step } from './plan.ts';
import { type Fault, GAP_MS, PLANNED_IS_COUNTED, plant } from './planted.ts';
import { BUILT, type Program } from './program.ts';
import { type Installation, runCommand, Server, startAndKill } from './server.ts';

const LIVES = 5;
const KILLS = 8;
/** Later than it is done, so that some kills meet what sealing leaves behind. */
const PART_MAX = 1.2;
const SEAL_MS_MAX = 60_000;
const POLL_MS = 20;
/** The note of a mark that is in force at the end of every life. */
const MARK = 'third';

const HURRY: Fault = {
  what: 'the retention lasts a second',
  edits: [
    { file: 'services/believed-clock.ts', find: 'const STEADY_MS = HOUR_MS;', put: 'const STEADY_MS = 200;' },
    {
      file: 'services/learner.ts',
      find: 'const RETENTION_EVERY_MS = 600_000;',
      put: 'const RETENTION_EVERY_MS = 200;',
    },
    {
      file: 'services/learner.ts',
      find: 'retentionMsOf: async site => (await options.policyOf(site)).retentionDays * DAY_MS,',
      put: 'retentionMsOf: async () => 1_000,',
    },
    { file: 'services/site-poll.ts', find: 'const POLL_MS = 60_000;', put: 'const POLL_MS = 200;' },
  ],
};

/** Both: a server in a hurry, with a fault of sealing in it that only a kill brings out. */
const HURRIED_FAULT: Fault = {
  what: 'after a restart a seal that is planned is taken to be counted',
  edits: [
    ...HURRY.edits,
    ...PLANNED_IS_COUNTED.edits,
    {
      file: 'services/learning/advance-ledger.ts',
      find: 'for (const planned of isPlanned ? [] : plan.slices) {',
      put: `if (entry.type === 'seal') await new Promise(resolve => setTimeout(resolve, ${10 * GAP_MS}));
    for (const planned of isPlanned ? [] : plan.slices) {`,
    },
  ],
};

interface Sealed {
  /** From the start of the server until no record is left. */
  ms: number;
  /** Ids of the model: sealed, and with a mark taken back. */
  model: string;
  retracted: string;
}

/** @returns whether every promise was kept */
export async function sealUnderKills(): Promise<boolean> {
  const { program: hurried, remove } = plant(HURRY);
  const names = readNames();
  let broken = 0;
  let kills = 0;
  let cut = 0;
  try {
    for (let seed = 1; seed <= LIVES; seed++) {
      const life = await sealLife(seed, names, hurried);
      kills += life.kills;
      cut += life.cut;
      if (life.problems.length > 0) broken += 1;
      process.stderr.write(
        `seed ${seed}: ${life.kills} kills, ${life.cut} before it was done; ${life.problems.length} problems\n`,
      );
      for (const problem of life.problems.slice(0, 10))
        process.stderr.write(`  ${problem.slice(0, 1_000)}\n`);
    }
  } finally {
    remove();
  }
  const of = { n: LIVES, seed: `1..${LIVES}` };
  const figures = [
    figureOf('lives with a broken promise', broken, 'lives', of),
    figureOf('killed while sealing', kills, 'kills', of),
    figureOf('killed before all records were gone', cut, 'kills', of),
  ];
  printFigures(figures);
  writeFigures('faults-sealing.jsonl', figures);
  return broken === 0;
}

/** Whether these lives find a rule of sealing that is taken out. @returns whether one of them did */
export async function findPlantedSealing(): Promise<boolean> {
  const lives = await livesUntilFound(HURRIED_FAULT);
  const figures = [figureOf(`found: ${HURRIED_FAULT.what}`, lives ?? 0, 'lives until then, 0 for never')];
  printFigures(figures);
  writeFigures('faults-sealing-planted.jsonl', figures);
  return lives !== null;
}

/** @returns null where it was not found, or shows without a kill too: then nothing was found by kills */
async function livesUntilFound(fault: Fault): Promise<number | null> {
  const { program, remove } = plant(fault);
  try {
    const names = readNames();
    for (let seed = 1; seed <= LIVES; seed++) {
      const { kills, problems } = await sealLife(seed, names, program);
      const [problem] = problems;
      process.stderr.write(
        `${fault.what}: life ${seed}, ${kills} kills: ${problem?.slice(0, 400) ?? 'nothing'}\n`,
      );
      if (problem !== undefined) return kills > 0 ? seed : null;
    }
    return null;
  } finally {
    remove();
  }
}

async function sealLife(
  seed: number,
  names: Names,
  hurried: Program,
): Promise<{ kills: number; cut: number; problems: string[] }> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-sealing-'));
  const told = { kills: 0, cut: 0, problems: [] as string[] };
  try {
    const random = seededRandom(seed);
    const batches = dealBatches(names, random);
    const steps = planSteps(random);
    const [alone, killed] = await Promise.all(
      ['alone', 'killed'].map(name => learnt(root, name, batches, steps, told.problems)),
    );
    if (alone === undefined || killed === undefined) return told;
    const wanted = await sealed({ ...alone.installation, program: hurried }, told.problems);
    const installation = { ...killed.installation, program: hurried };
    for (let kill = 0; kill < KILLS; kill++) {
      const after = random() * PART_MAX * wanted.ms;
      await startAndKill(installation, after);
      told.kills += 1;
      if (after < wanted.ms) told.cut += 1;
    }
    const is = await sealed(installation, told.problems);
    const models = [alone.model, killed.model, wanted.model, is.model];
    if (new Set(models).size > 1) told.problems.push(`models before and after sealing: ${models.join(' ')}`);
    if (is.retracted !== wanted.retracted)
      told.problems.push(`with a mark taken back: ${is.retracted} after kills, ${wanted.retracted} without`);
  } catch (error) {
    told.problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return told;
}

/** A folder in which all was learnt, by the program as built. */
async function learnt(
  root: string,
  name: string,
  batches: readonly Batch[],
  steps: readonly Step[],
  problems: string[],
): Promise<{ installation: Installation; model: string }> {
  const installation = installationIn(root, name, BUILT);
  const { outcome, problems: own } = await liveUndisturbed(installation, batches, steps);
  problems.push(...own);
  return { installation, model: outcome.model };
}

/** Lets a server seal all that is stored, looks at what is left, and takes a mark back. */
async function sealed(installation: Installation, problems: string[]): Promise<Sealed> {
  const beganMs = performance.now();
  let server = await Server.start(installation);
  try {
    while (await hasRecords(server)) {
      if (performance.now() - beganMs > SEAL_MS_MAX)
        throw new Error('records are left after a minute of sealing');
      await setTimeout(POLL_MS);
    }
    const ms = performance.now() - beganMs;
    const { id: model } = await server.settled();
    await server.stop();
    problems.push(...server.errorLines(), ...(await recounted(installation)));
    server = await Server.start(installation);
    const window = (await server.windows()).find(({ note }) => note === MARK);
    const answer = await server.ask<{ exact: boolean }>('DELETE', `/v1/windows/${window?.id}`);
    if (answer?.exact !== false) problems.push(`a sealed mark was taken back so: ${JSON.stringify(answer)}`);
    const { id: retracted } = await server.settled();
    if (retracted === model) problems.push('taking a mark back changed nothing');
    await server.stop();
    problems.push(...server.errorLines(), ...(await recounted(installation)));
    return { ms, model, retracted };
  } finally {
    await server.kill();
  }
}

async function hasRecords(server: Server): Promise<boolean> {
  return (await server.get<{ items: unknown[] }>('/v1/records?limit=1')).items.length > 0;
}

async function recounted(installation: Installation): Promise<string[]> {
  const { code, text } = await runCommand(installation, ['check', '--recount']);
  return code === 0 && text.includes(': equal\n') ? [] : [`check --recount ended with ${code}: ${text}`];
}
