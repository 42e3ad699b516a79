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
import { ScoreTable } from './score-table.ts';
import { sendFile } from './send-file.ts';
import { type ServiceOptions, withService } from './service.ts';
import { summaryText } from './summary-text.ts';
import { explainSuspects } from './suspect.ts';
import { print, type Terminal } from './terminal.ts';

interface ScoreOptions extends ServiceOptions {
  format?: string;
  top: number;
  explain?: number;
  json?: true;
}

/** Reasons shown of each record. */
const REASONS_SHOWN = 3;
/** Reasons asked for each one shown. */
const REASONS_MERGED = 3;
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
      `reasons of each record (default: ${REASONS_SHOWN} in the table, 0 with --json)`,
      integer(0, EXPLAIN_MAX),
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

/** Writes the answer as it is, each file's summary with the file's name. @returns rejected lines */
async function scoreForPrograms(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  { format, explain }: ScoreOptions,
): Promise<number> {
  const query = { format, explain };
  const sending = { path: '/v1/score', query, keepsLines: false, isMinimal: false } as const;
  let rejected = 0;
  for (const file of files) {
    let summary: SummaryLine | undefined;
    for await (const { lines } of sendFile(client, terminal, file, sending)) {
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
  { format, top, explain = REASONS_SHOWN }: ScoreOptions,
): Promise<number> {
  const table = new ScoreTable(top);
  const preambles = new Map<string, string[]>();
  const sending = { path: '/v1/score', query: { format }, keepsLines: true, isMinimal: false } as const;
  for (const file of files) {
    const rejections = new Rejections(terminal, file);
    for await (const { lines, kept } of sendFile(client, terminal, file, sending)) {
      for (const line of lines) {
        if (line.type === 'summary') table.model = line.model;
        if (!('line' in line) || line.line === undefined) continue;
        if (!preambles.has(file)) preambles.set(file, kept.before(line.line));
        const text = kept.take(line.line);
        if (line.type === 'scored') table.add(file, line, text);
        else await rejections.list(line);
      }
    }
    table.rejected += await rejections.end();
  }
  if (explain > 0) {
    // Several groups of evidence may speak of one token; shown as one, they leave room for others.
    const asked = Math.min(EXPLAIN_MAX, explain * REASONS_MERGED);
    const preambleOf = (file: string) => preambles.get(file) ?? [];
    await explainSuspects(client, table.suspects(), { format, explain: asked, preambleOf });
  }
  await print(terminal.stdout, table.text(terminal.stdout.columns ?? COLUMNS_DEFAULT, explain));
  return table.rejected;
}
