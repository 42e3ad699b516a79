/** `bayeswatch score FILE…`: scores and forgets; the most suspicious records first, with their reasons. */
import { Command } from 'commander';
import type { ScoredLine, SummaryLine } from './answer-lines.ts';
import type { Client } from './client.ts';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { EXIT } from './exit.ts';
import { assertReadable } from './input.ts';
import { integer } from './integer.ts';
import { MostSuspicious } from './most-suspicious.ts';
import { Rejections } from './rejections.ts';
import { sendFile } from './send-file.ts';
import { type ServiceOptions, withService } from './service.ts';
import { tableOf } from './table.ts';
import { print, type Terminal } from './terminal.ts';

interface ScoreOptions extends ServiceOptions {
  format?: string;
  top: number;
  explain: number;
  json?: true;
}

/** A record worth a row. */
interface Suspect {
  score: number;
  verdict: string;
  place: string;
  record: string;
  why: string;
}

interface Tally {
  bad: number;
  unsure: number;
  good: number;
  rejected: number;
}

/** Reasons that a table shows of a record. */
const REASONS_SHOWN = 3;
/** Columns of a terminal whose width nobody knows. */
const COLUMNS_DEFAULT = 120;
/** What score, verdict and the gaps between columns take. */
const COLUMNS_FIXED = 22;

export function scoreCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('score'))
    .description('score files by the model of the data folder or of a server; nothing is stored')
    .argument('<files...>', 'files of records in any known format, plain, gzip or zstd; - is standard input')
    .option('--format <name>', 'format of the files (default: told by their first lines)')
    .option('--top <count>', 'records that the table shows', integer(0, 10_000), 20)
    .option('--explain <count>', 'reasons asked for each record', integer(0, 100), REASONS_SHOWN)
    .option('--json', 'NDJSON for programs: what the server answers, line by line')
    .action(async (files: string[], options: ScoreOptions) => {
      await assertReadable(files);
      const config = configOfTerminal(context.terminal);
      const run = options.json ? scoreForPrograms : scoreForPeople;
      const rejected = await withService(context.terminal, config, options, ({ client }) =>
        run(client, context.terminal, files, options),
      );
      if (rejected > 0) context.finish(EXIT.input);
    });
}

/** Writes the answer as it is, each file's summary with the file's name. @returns rejected lines */
async function scoreForPrograms(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  { format, explain }: ScoreOptions,
): Promise<number> {
  let rejected = 0;
  const query = { format, explain };
  for (const file of files) {
    const answers = sendFile(client, terminal, file, {
      path: '/v1/score',
      query,
      keepsLines: false,
      isMinimal: false,
    });
    for await (const { lines } of answers) {
      rejected += lines.filter(line => line.type === 'rejected').length;
      const texts = lines.map(line => (line.type === 'summary' ? summaryText(file, line) : line.text));
      await print(terminal.stdout, texts.map(text => `${text}\n`).join(''));
    }
  }
  return rejected;
}

/** The summary line of a file, for programs. */
export function summaryText(file: string, { accepted, duplicates, rejected, model }: SummaryLine): string {
  return JSON.stringify({ summary: { file, accepted, duplicates, rejected, model } });
}

async function scoreForPeople(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  options: ScoreOptions,
): Promise<number> {
  const suspects = new MostSuspicious<Suspect>(options.top);
  const tally: Tally = { bad: 0, unsure: 0, good: 0, rejected: 0 };
  let model: string | undefined;
  for (const file of files) {
    model = (await scoreFile(client, terminal, file, options, suspects, tally)) ?? model;
  }
  await print(terminal.stdout, suspectTable(suspects.list(), terminal.stdout.columns ?? COLUMNS_DEFAULT));
  await print(terminal.stdout, `${tallyText(tally)}${model === undefined ? '' : `, by model ${model}`}\n`);
  return tally.rejected;
}

/** @returns the model that scored; undefined for an empty file */
async function scoreFile(
  client: Client,
  terminal: Terminal,
  file: string,
  { format, explain }: ScoreOptions,
  suspects: MostSuspicious<Suspect>,
  tally: Tally,
): Promise<string | undefined> {
  const rejections = new Rejections(terminal, file);
  const query = { format, explain };
  let model: string | undefined;
  const answers = sendFile(client, terminal, file, {
    path: '/v1/score',
    query,
    keepsLines: true,
    isMinimal: false,
  });
  for await (const { lines, lineAt } of answers) {
    for (const line of lines) {
      if (line.type === 'rejected') {
        tally.rejected += 1;
        await rejections.list(line);
      } else if (line.type === 'summary') {
        model = line.model;
      } else if (line.type === 'scored') {
        count(tally, line.verdict);
        const text = line.line === undefined ? undefined : lineAt(line.line);
        if (suspects.takes(line.score)) suspects.add(suspectOf(file, line, text));
      }
    }
  }
  await rejections.end();
  return model;
}

function count(tally: Tally, verdict: string): void {
  if (verdict === 'bad' || verdict === 'unsure' || verdict === 'good') tally[verdict] += 1;
}

function suspectOf(
  file: string,
  { score, verdict, line, id, reasons }: ScoredLine,
  text: string | undefined,
): Suspect {
  const name = file.split('/').at(-1) ?? file;
  const towardsBad = reasons.filter(reason => reason.field !== '' && reason.contribution > 0);
  return {
    score,
    verdict,
    place: line === undefined ? name : `${name}:${line}`,
    record: text ?? id,
    why: towardsBad
      .slice(0, REASONS_SHOWN)
      .map(
        ({ field, token, contribution }) => `${field} ${JSON.stringify(token)} +${contribution.toFixed(1)}`,
      )
      .join('  '),
  };
}

function suspectTable(suspects: readonly Suspect[], columns: number): string {
  if (suspects.length === 0) return '';
  const placeWidth = Math.min(28, Math.max(...suspects.map(({ place }) => place.length)));
  const free = Math.max(40, columns - COLUMNS_FIXED - placeWidth);
  const recordWidth = Math.floor(free / 2);
  return tableOf(
    [
      { title: 'score', width: 8, align: 'right' },
      { title: 'verdict', width: 7 },
      { title: 'where', width: placeWidth },
      { title: 'record', width: recordWidth },
      { title: 'why', width: free - recordWidth },
    ],
    suspects.map(({ score, verdict, place, record, why }) => [score.toFixed(4), verdict, place, record, why]),
  );
}

function tallyText({ bad, unsure, good, rejected }: Tally): string {
  const total = (bad + unsure + good).toLocaleString('en');
  const parts = `${bad.toLocaleString('en')} bad, ${unsure.toLocaleString('en')} unsure, ${good.toLocaleString('en')} good`;
  return `${total} records scored: ${parts}${rejected === 0 ? '' : `; ${rejected.toLocaleString('en')} lines rejected`}`;
}
