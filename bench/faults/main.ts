/**
 * Lives of a server that is killed without warning: `npm run bench:faults -- [lives] [first seed] [minutes]`. One JSON
 * line a figure; bench/results/faults.jsonl is written by a run from the first seed on. Ends with 1 where a promise was broken.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasSharedData } from '../accuracy/shared-data.ts';
import { NAME_FILES, readNames } from './corpus.ts';
import { type LifeReport, live, type Met } from './life.ts';

const LIVES = 20;
const LIVES_MAX = 1_000;
/** No life begins later than this after the first. */
const MINUTES = 30;
const ROOT = join(import.meta.dirname, '../..');

const DURING: readonly { during: Met['during']; what: string }[] = [
  { during: 'ingest', what: 'while records came' },
  { during: 'mark', what: 'after a mark was sent' },
  { during: 'retract', what: 'after a retraction was sent' },
  { during: 'backup', what: 'while a backup was made' },
  { during: 'start', what: 'while it started' },
];

const [lives, firstSeed, minutes] = [argument(2, LIVES, LIVES_MAX), argument(3, 1), argument(4, MINUTES)];
const absent = NAME_FILES.filter(path => !hasSharedData(path));
if (absent.length > 0) process.stdout.write(`skipped: no ${absent.join(', ')} in ../shared/data\n`);
else await run();

async function run(): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
  const names = readNames();
  const reports: LifeReport[] = [];
  const endMs = performance.now() + minutes * 60_000;
  for (let seed = firstSeed; seed < firstSeed + lives && performance.now() < endMs; seed++) {
    const report = await live(seed, names).catch((error: unknown) => brokenLife(seed, error));
    reports.push(report);
    const { kills, seconds, problems } = report;
    process.stderr.write(
      `seed ${seed}: ${kills.length} kills in ${seconds.toFixed(1)} s, ${problems.length} problems\n`,
    );
    for (const problem of problems.slice(0, 10)) process.stderr.write(`  ${problem.slice(0, 1_000)}\n`);
  }
  const lines = figuresOf(reports).map(figure => JSON.stringify(figure));
  process.stdout.write(`${lines.join('\n')}\n`);
  if (firstSeed === 1 && reports.length >= LIVES)
    writeFileSync(join(ROOT, 'bench/results/faults.jsonl'), `${lines.join('\n')}\n`);
  process.exitCode = reports.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

/** @throws RangeError where it is no number, or too large */
function argument(index: number, otherwise: number, max = Number.MAX_SAFE_INTEGER): number {
  const text = process.argv[index];
  const value = text === undefined ? otherwise : Number(text);
  if (value > 0 && value <= max) return value;
  throw new RangeError(`${text} must be a number above 0 and at most ${max}`);
}

/** A life that could not go on: the server did not start, answered with an error, or never ended its learning. */
function brokenLife(seed: number, error: unknown): LifeReport {
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { seed, kills: [], acknowledged: 0, resent: 0, storedUntold: 0, seconds: 0, problems: [problem] };
}

function figuresOf(reports: readonly LifeReport[]) {
  const kills = reports.flatMap(report => report.kills);
  const sum = (of: (report: LifeReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const figure = (name: string, value: number, unit: string, n = reports.length) => ({
    name,
    value,
    unit,
    n,
    seed: `${firstSeed}..${firstSeed + reports.length - 1}`,
    node: process.version,
  });
  const servers = kills.filter(({ during }) => during !== 'command');
  const commands = kills.filter(({ during }) => during === 'command');
  return [
    figure(
      'lives with a broken promise',
      reports.filter(({ problems }) => problems.length > 0).length,
      'lives',
    ),
    figure('servers killed', servers.length, 'kills'),
    ...DURING.flatMap(({ during, what }) => {
      const met = kills.filter(kill => kill.during === during);
      return [
        figure(`killed ${what}`, met.length, 'kills'),
        figure(`killed ${what}, before it was done`, met.filter(({ isCut }) => isCut).length, 'kills'),
      ];
    }),
    figure('restarted with learning under way', kills.filter(({ isLearning }) => isLearning).length, 'kills'),
    figure('backup commands killed', commands.length, 'kills'),
    figure(
      'backup commands killed, before they were done',
      commands.filter(({ isCut }) => isCut).length,
      'kills',
    ),
    figure(
      'lines acknowledged',
      sum(({ acknowledged }) => acknowledged),
      'lines',
    ),
    figure(
      'lines sent again',
      sum(({ resent }) => resent),
      'lines',
    ),
    figure(
      'stored, and nobody was told',
      sum(({ storedUntold }) => storedUntold),
      'lines and marks',
    ),
  ];
}
