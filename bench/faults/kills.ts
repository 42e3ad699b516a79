/** Lives of the program as it is built: what its kills met, and whether a promise was broken. */
import { readNames } from './corpus.ts';
import { type Figure, figureOf, printFigures, writeFigures } from './figures.ts';
import { type LifeReport, live, type Met } from './life.ts';
import { BUILT } from './program.ts';

/** As many as make a result. */
export const LIVES = 20;

const DURING: readonly { during: Met['during']; what: string }[] = [
  { during: 'ingest', what: 'while records came' },
  { during: 'mark', what: 'after a mark was sent' },
  { during: 'retract', what: 'after a retraction was sent' },
  { during: 'backup', what: 'while a backup was made' },
  { during: 'start', what: 'while it started' },
];

/** @returns whether every promise was kept */
export async function liveLives(lives: number, firstSeed: number, minutes: number): Promise<boolean> {
  const names = readNames();
  const reports: LifeReport[] = [];
  const endMs = performance.now() + minutes * 60_000;
  for (let seed = firstSeed; seed < firstSeed + lives && performance.now() < endMs; seed++) {
    const report = await live(seed, names, BUILT);
    reports.push(report);
    tellLife(report);
  }
  const figures = figuresOf(reports);
  printFigures(figures);
  if (firstSeed === 1 && reports.length >= LIVES) writeFigures('faults.jsonl', figures);
  return reports.every(report => problemsOf(report).length === 0);
}

function problemsOf({ problems, undisturbedProblems }: LifeReport): string[] {
  return [...undisturbedProblems, ...problems];
}

function tellLife(report: LifeReport): void {
  const { seed, kills, seconds } = report;
  const problems = problemsOf(report);
  process.stderr.write(
    `seed ${seed}: ${kills.length} kills in ${seconds.toFixed(1)} s, ${problems.length} problems\n`,
  );
  for (const problem of problems.slice(0, 10)) process.stderr.write(`  ${problem.slice(0, 1_000)}\n`);
}

function figuresOf(reports: readonly LifeReport[]): Figure[] {
  const kills = reports.flatMap(report => report.kills);
  const sum = (of: (report: LifeReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const seeds = `${reports[0]?.seed}..${reports.at(-1)?.seed}`;
  const figure = (name: string, value: number, unit: string) =>
    figureOf(name, value, unit, { n: reports.length, seed: seeds });
  const servers = kills.filter(({ during }) => during !== 'command');
  const commands = kills.filter(({ during }) => during === 'command');
  return [
    figure(
      'lives with a broken promise',
      reports.filter(report => problemsOf(report).length > 0).length,
      'lives',
    ),
    figure('servers killed', servers.length, 'kills'),
    ...DURING.flatMap(({ during, what }) => {
      const met = kills.filter(kill => kill.during === during);
      const atOnce = met.filter(({ moment }) => moment === 'acknowledgement').length;
      return [
        figure(`killed ${what}`, met.length, 'kills'),
        figure(`killed ${what}, before it was done`, met.filter(({ isCut }) => isCut).length, 'kills'),
        ...(atOnce === 0 ? [] : [figure(`killed ${what}, at the first acknowledgement`, atOnce, 'kills')]),
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
