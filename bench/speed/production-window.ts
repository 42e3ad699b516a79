/**
 * A window of many stored records, learnt by the shape of production beside the embedded one in the same run:
 * `npx tsx bench/speed/production-window.ts [records]`. From the mark to the model that serves it: seconds on the wall, and CPU
 * time of each kind of process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBuilt } from './built.ts';
import { DrawnNames } from './drawn-names.ts';
import { rounded, thousands } from './figures.ts';
import { FIRST_AT_MS, type LabelledName, STEP_MS, sensorLines } from './names.ts';
import { Report } from './report.ts';
import { openEmbedded, openProduction, type Shape } from './shape.ts';
import { chunksOf, PARTS, post, type Step, stepOf } from './shape-work.ts';

const SEED = 1;
const RECORDS = Number(process.argv[2] ?? 1_000_000);
const HOUR_MS = 3_600_000;
/** Whole hours: what a window covers of them is told without looking, however often is asked. */
const LAST_AT_MS = FIRST_AT_MS + HOUR_MS * Math.ceil((RECORDS * STEP_MS) / HOUR_MS);
/** Learnt before, so that there is a model. */
const LEARNT_NAMES = 2_000;

async function learnWindow(shape: Shape): Promise<Step> {
  const api = shape.apis[0]?.a;
  if (api === undefined) throw new Error('a shape without an api');
  const names = new DrawnNames(SEED);
  await api.learn(names.next(LEARNT_NAMES));
  const linesOf = (some: LabelledName[], first: number) => sensorLines(some, FIRST_AT_MS + first * STEP_MS);
  await post(shape, '/v1/records?score=false', 'a', chunksOf(RECORDS, names, linesOf));
  return stepOf(shape, async () => {
    const { id } = await api.model();
    await api.untilApplied(await api.mark(FIRST_AT_MS, LAST_AT_MS));
    await api.untilModelIsNot(id);
  });
}

const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await loadBuilt();
  const report = new Report(SEED);
  const rows: string[] = [];
  for (const open of [() => openEmbedded(mkdtempSync(join(scratch, 'data-'))), () => openProduction(1, 1)]) {
    const shape = await open();
    try {
      const { seconds, cpu } = await learnWindow(shape);
      const what = `learn a window: ${shape.name}`;
      report.add(what, seconds, 's', RECORDS);
      for (const part of PARTS)
        report.add(`${what}, ${part}`, (cpu[part] / RECORDS) * 1e6, 'µs CPU a record', RECORDS);
      const cells = PARTS.map(part => rounded((cpu[part] / RECORDS) * 1e6));
      rows.push(`| ${shape.name} | ${rounded(seconds)} | ${cells.join(' | ')} |`);
    } finally {
      await shape.close();
    }
  }
  report.write(
    'speed-production-window',
    'Speed of a large window of many processes',
    'npx tsx bench/speed/production-window.ts',
    [
      `A window of ${thousands(RECORDS)} records in ${(LAST_AT_MS - FIRST_AT_MS) / HOUR_MS} hours. MongoDB is a stand-in in Java, all in memory, where there is no \`mongod\`.`,
      '',
      '| shape | from the mark to the model (s) | api (µs CPU a record) | worker | MongoDB | Redis |',
      '|---|---|---|---|---|---|',
      ...rows,
    ],
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
