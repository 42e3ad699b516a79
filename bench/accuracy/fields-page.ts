/** What fields.ts measures, as lines of results and as the page made of them. */
import type { Quality } from './metrics.ts';

/** The model with every field. */
export const ALL = 'all';

export interface FieldLine extends Pick<Quality, 'auc'> {
  task: string;
  without: string;
  at1: number;
  /** Records that show the field, as a share of all that are held. */
  shown: number;
  seeds: readonly number[];
  node: string;
}

/** What the model without a field has less than the model with all, in thousandths: positive where the field helps. */
export function fieldsPageOf(lines: readonly FieldLine[]): string {
  const isAgain = ({ task }: FieldLine) => task.startsWith('again-');
  return `# What each field is worth

Written by \`npx tsx bench/accuracy/fields.ts\`: area and detection at 1 % of the model with all fields, and in thousandths what the model without a
field has less of them: positive where the field helps. Half of the records, shipped weights, the mean over held parts. Fields that
tell the same cover for each other, so that all of them may be worth more than their sum. Columns do not depend on each other, and not all
are of one run.

## Threats of which none like it is marked

${tableOf(lines.filter(line => !isAgain(line)))}
## Marked threats that come again

Half of each incident is marked, or its first few records (\`early\`); nothing is masked. Addresses alone find most of it, whatever else goes: what
a field knows alone is told by the word \`alone\`.

${tableOf(lines.filter(isAgain))}`;
}

function tableOf(lines: readonly FieldLine[]): string {
  const tasks = [...new Set(lines.map(({ task }) => task))];
  const lineOf = (task: string, without: string) =>
    lines.find(line => line.task === task && line.without === without);
  const cell = (task: string, without: string) => {
    const [line, all] = [lineOf(task, without), lineOf(task, ALL)];
    if (line === undefined || all === undefined) return '';
    const thousandths = (less: number) => Math.round(1000 * less);
    return without === ALL
      ? `${all.auc.toFixed(3)} / ${all.at1.toFixed(3)}`
      : `${thousandths(all.auc - line.auc)} / ${thousandths(all.at1 - line.at1)}`;
  };
  const fields = [...new Set(lines.map(({ without }) => without))];
  const rows = fields.map(
    without =>
      `| ${[without.replaceAll('|', '\\|'), ...tasks.map(task => cell(task, without))].join(' | ')} |`,
  );
  return `| | ${tasks.join(' | ')} |
|${' --- |'.repeat(tasks.length + 1)}
${rows.join('\n')}
`;
}
