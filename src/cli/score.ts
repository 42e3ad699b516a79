/** `bayeswatch score FILE…`: scores and forgets. */
import { Command } from 'commander';
import { EXPLAIN_MAX } from '../domain/limits.ts';
import type { SummaryLine } from './answer-lines.ts';
import type { Client } from './client.ts';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { EXIT } from './exit.ts';
import { assertReadable } from './input.ts';
import { integer } from './integer.ts';
import { Rejections } from './rejections.ts';
import { REASONS_SHOWN, ScoreTable } from './score-table.ts';
import { type Answered, sendFile } from './send-file.ts';
import { type ServiceOptions, withService } from './service.ts';
import { summaryText } from './summary-text.ts';
import { print, type Terminal } from './terminal.ts';

interface ScoreOptions extends ServiceOptions {
  format?: string;
  top: number;
  explain: number;
  json?: true;
}

/** Columns of a screen whose width nobody knows. */
const COLUMNS_DEFAULT = 120;

export function scoreCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('score'))
    .description('score files by the model of the data folder or of a server; nothing is stored')
    .argument('<files...>', 'files of records in any known format, plain, gzip or zstd; - is standard input')
    .option('--format <name>', 'format of the files (default: told by their first lines)')
    .option('--top <count>', 'records that the table shows', integer(0, 10_000), 20)
    .option(
      '--explain <count>',
      'reasons asked for each record; fewer is faster',
      integer(0, EXPLAIN_MAX),
      2 * REASONS_SHOWN,
    )
    .option('--json', 'NDJSON for programs: what the server answers, line by line')
    .action(async (files: string[], options: ScoreOptions) => {
      const { terminal } = context;
      await assertReadable(files);
      const score = options.json ? scoreForPrograms : scoreForPeople;
      const rejected = await withService(terminal, configOfTerminal(terminal), options, ({ client }) =>
        score(client, terminal, files, options),
      );
      if (rejected > 0) context.finish(EXIT.input);
    });
}

function scoreFile(
  client: Client,
  terminal: Terminal,
  file: string,
  { format, explain }: ScoreOptions,
  keepsLines: boolean,
): AsyncIterable<Answered> {
  const query = { format, explain };
  return sendFile(client, terminal, file, { path: '/v1/score', query, keepsLines, isMinimal: false });
}

/** Writes the answer as it is, each file's summary with the file's name. @returns rejected lines */
async function scoreForPrograms(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  options: ScoreOptions,
): Promise<number> {
  let rejected = 0;
  for (const file of files) {
    let summary: SummaryLine | undefined;
    for await (const { lines } of scoreFile(client, terminal, file, options, false)) {
      let text = '';
      for (const line of lines) {
        if (line.type === 'summary') summary = line;
        else text += `${line.text}\n`;
      }
      if (text !== '') await print(terminal.stdout, text);
    }
    await print(terminal.stdout, `${summaryText(file, summary)}\n`);
    rejected += summary?.rejected ?? 0;
  }
  return rejected;
}

/** Shows a table of all files together, and lists rejected lines on the way. @returns rejected lines */
async function scoreForPeople(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  options: ScoreOptions,
): Promise<number> {
  const table = new ScoreTable(options.top);
  for (const file of files) {
    const rejections = new Rejections(terminal, file);
    for await (const { lines, lineAt } of scoreFile(client, terminal, file, options, true)) {
      for (const line of lines) {
        if (line.type === 'scored')
          table.add(file, line, line.line === undefined ? undefined : lineAt(line.line));
        else if (line.type === 'rejected') await rejections.list(line);
        else if (line.type === 'summary') table.model = line.model;
      }
    }
    table.rejected += await rejections.end();
  }
  await print(terminal.stdout, table.text(terminal.stdout.columns ?? COLUMNS_DEFAULT));
  return table.rejected;
}
