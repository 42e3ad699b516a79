/** results/accuracy.md: the bars and whether they are met, then every system on every task. */
import { deviationsOf, type Figures, figureText, meansOf, type Row, type Run } from './figures.ts';
import type { Task } from './task.ts';

/** Tasks on which ours has to be clearly above every peer: ahead on every seed. */
const CLEARLY = ['generated-domains', 'dns-tunnels'];
const CALIBRATION_ERROR_MAX = 0.05;
/** How far the area of shuffled labels may be from .5. */
const RANDOM_REACH = 0.03;

type Ranked = 'auc' | 'detectionAt1Percent';
const RANKED: Readonly<Record<Ranked, string>> = { auc: 'AUC', detectionAt1Percent: 'detection at 1 %' };

/** As figures are shown: what is equal there is equal. */
const shown = (value: number) => Math.round(value * 1_000);
const figureOf = (row: Row, figure: keyof Figures) => meansOf(row.bySeed)[figure];

function bestPeer(peers: readonly Row[], figure: Ranked): Row | undefined {
  return [...peers].sort((a, b) => figureOf(b, figure) - figureOf(a, figure))[0];
}

/** On how many seeds ours is above every peer that ran on that seed. */
function seedsAhead(ours: Row, peers: readonly Row[], figure: Ranked): number {
  return ours.bySeed.filter((own, index) =>
    peers.every(({ bySeed }) => {
      const other = bySeed[index];
      return other === undefined || shown(own[figure]) > shown(other[figure]);
    }),
  ).length;
}

interface TaskBars {
  cells: string[];
  /** In words, what is below its bar. */
  below: string[];
}

function barsOf(task: string, rows: readonly Row[]): TaskBars {
  const own = rows.filter(row => row.task === task);
  const ours = own.find(row => row.part === 'ours');
  const control = own.find(row => row.part === 'control');
  const peers = own.filter(row => row.part === 'peer');
  if (ours === undefined) return { cells: [], below: [] };
  const below: string[] = [];
  const ranked = (Object.keys(RANKED) as Ranked[]).flatMap(figure => {
    const best = bestPeer(peers, figure);
    const [mine, theirs] = [figureOf(ours, figure), best === undefined ? Number.NaN : figureOf(best, figure)];
    const ahead = seedsAhead(ours, peers, figure);
    if (shown(mine) < shown(theirs)) {
      below.push(`${RANKED[figure]} ${figureText(mine)}, ${best?.system} ${figureText(theirs)}`);
    } else if (CLEARLY.includes(task) && ahead < ours.seeds.length) {
      below.push(`${RANKED[figure]} is above every peer on ${ahead} of ${ours.seeds.length} seeds only`);
    }
    return [
      `**${figureText(mine)}** / ${figureText(theirs)} ${best?.system ?? ''}`,
      `${ahead} of ${ours.seeds.length}`,
    ];
  });
  const error = figureOf(ours, 'calibrationError');
  const skill = figureOf(ours, 'brierSkill');
  const random = control === undefined ? Number.NaN : figureOf(control, 'auc');
  if (error >= CALIBRATION_ERROR_MAX) below.push(`calibration error ${figureText(error)}`);
  if (skill <= 0) below.push(`Brier skill ${figureText(skill)}`);
  if (Math.abs(random - 0.5) > RANDOM_REACH) below.push(`shuffled labels ${figureText(random)}`);
  const cells = [...ranked, error.toFixed(4), figureText(skill), figureText(random)];
  return { cells, below };
}

function barTable(tasks: readonly string[], rows: readonly Row[]): string {
  const bars = tasks.map(task => ({ task, ...barsOf(task, rows) }));
  const below = bars.flatMap(({ task, below }) => below.map(what => `- ${task}: ${what}.`));
  return `| task | AUC: ours / best peer | ahead on seeds | at 1 %: ours / best peer | ahead on seeds | calibration error | Brier skill | AUC, labels shuffled |
|${' --- |'.repeat(8)}
${bars.map(({ task, cells }) => `| ${task} | ${cells.join(' | ')} |`).join('\n')}

Below its bar:

${below.length === 0 ? '- nothing' : below.join('\n')}`;
}

function systemTable(tasks: readonly string[], rows: readonly Row[], runs: readonly Run[]): string {
  const systems = runs.map(({ system }) => system.name);
  const cell = ({ bySeed }: Row) => {
    const means = meansOf(bySeed);
    const quality = [means.auc, means.detectionAt1Percent, means.detectionAt01Percent];
    const deviation = bySeed.length > 1 ? ` (±${figureText(deviationsOf(bySeed).detectionAt1Percent)})` : '';
    return `${quality.map(figureText).join(' / ')}${deviation}`;
  };
  const body = tasks.map(task => {
    const cells = systems.map(system => {
      const row = rows.find(one => one.task === task && one.system === system);
      return row === undefined ? '' : cell(row);
    });
    return `| ${task} | ${cells.join(' | ')} |`;
  });
  return [`| task | ${systems.join(' | ')} |`, `|${' --- |'.repeat(systems.length + 1)}`, ...body].join('\n');
}

function incidentList(rows: readonly Row[]): string {
  return rows
    .filter(row => row.part === 'ours' && row.incidents.size <= 100)
    .map(
      row =>
        `- ${row.task}: ${[...row.incidents].map(([incident, share]) => `${incident} ${share.toFixed(2)}`).join(', ')}`,
    )
    .join('\n');
}

/** How many seeds ours ran on, by task where they differ. @example '5' @example '5: dns-tunnels; 3: web-attacks' */
function seedList(rows: readonly Row[]): string {
  const ours = rows.filter(row => row.part === 'ours');
  const counts = [...new Set(ours.map(row => row.seeds.length))].sort((a, b) => b - a);
  if (counts.length === 1) return String(counts[0]);
  return counts
    .map(count => {
      const tasks = ours.filter(row => row.seeds.length === count).map(row => row.task);
      return `${count}: ${tasks.join(', ')}`;
    })
    .join('; ');
}

/** The whole page. */
export function reportOf(rows: readonly Row[], runs: readonly Run[], tasks: readonly Task[]): string {
  const names = [...new Set(rows.map(row => row.task))];
  const others = rows.filter(row => row.part === 'peer' && !Number.isNaN(figureOf(row, 'brierSkill')));
  return `# Accuracy

Written by \`npm run bench:accuracy\`; bench/README.md says what the tasks are. Families, tools, captures and sites that
were not learnt; means over held parts and seeds (${seedList(rows)}; a system that is slow on fewer).

## The bars

Ours must be at least the best peer, whichever that is, on generated domains and tunnels ahead of all on every seed; the
expected calibration error (bins of equal mass) under ${CALIBRATION_ERROR_MAX} and the Brier skill above 0 in a stream with one bad record in
a thousand; the area .5 ± ${RANDOM_REACH} where labels are shuffled, learnt and held.

${barTable(names, rows)}

## All systems

AUC / detection at 1 % / at 0.1 % false alarms (± the standard deviation of the second over seeds); – where the rate allows
not one false alarm among the good of a part.

${systemTable(names, rows, runs)}

${runs
  .filter(run => run.part !== 'control')
  .map(({ system }) => `- **${system.name}**: ${system.about}.`)
  .join('\n')}

Calibration error and Brier skill of others that tell probabilities, what they learnt of the classes' shares taken out:
${others.map(row => `${row.task} ${row.system} ${figureOf(row, 'calibrationError').toFixed(4)}, ${figureText(figureOf(row, 'brierSkill'))}`).join('; ')}.

## Tasks

${tasks.map(task => `- **${task.name}**: ${task.about}.`).join('\n')}

## Detection at 1 % by what was held (bayeswatch)

${incidentList(rows)}
`;
}
