/** `bayeswatch score FILE…`: scores and forgets. */
import { Command } from 'commander';
import { EXPLAIN_MAX } from '../domain/limits.ts';
import { localClock } from '../tokenize/local-clock.ts';
import type { ScoredLine, SummaryLine } from './answer-lines.ts';
import type { Client } from './client.ts';
import { type CommandContext, FORMAT_HELP, withFolderOptions } from './command.ts';
import { EXIT } from './exit.ts';
import { filesNamedBy } from './file-patterns.ts';
import { configOfFolder } from './folder-config.ts';
import { assertReadable } from './input.ts';
import { integer } from './integer.ts';
import { findMappingFile, type Reading, readingOf } from './mapping-file.ts';
import { MostSuspicious } from './most-suspicious.ts';
import { plainText } from './plain-text.ts';
import { findTimeZone } from './policy.ts';
import { readRecord, recordTexts } from './record-text.ts';
import { Rejections } from './rejections.ts';
import { ScoreTable } from './score-table.ts';
import { sendFile } from './send-file.ts';
import { type ServiceOptions, withService } from './service.ts';
import { readingText, summaryText } from './summary-text.ts';
import { explainSuspects, type Suspect } from './suspect.ts';
import { columnsOf, print, type Terminal } from './terminal.ts';

interface ScoreOptions extends ServiceOptions {
  format?: string;
  top?: number;
  explain?: number;
  json?: true;
}

interface Scoring extends Omit<ScoreOptions, 'format'>, Reading {
  /** Of times without an offset, where records are shown and the server does not tell its own. */
  timeZone: string;
}

/** Records that the table shows. */
const ROWS_SHOWN = 20;
const ROWS_MAX = 10_000;
/** Reasons shown of each record. */
const REASONS_SHOWN = 3;
/** Reasons asked for each one shown. */
const REASONS_MERGED = 3;

export function scoreCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('score'))
    .description('score files by the model of the data folder or of a server; nothing is stored')
    .argument(
      '<files...>',
      'files of records in any known format, plain, gzip, zstd or xz, or quoted patterns of their names; - is standard input',
    )
    .option('--format <format>', FORMAT_HELP)
    .option(
      '--top <count>',
      `records shown, most suspicious first (default: ${ROWS_SHOWN} in the table, all in their order with --json)`,
      integer(0, ROWS_MAX),
    )
    .option(
      '--explain <count>',
      `reasons of each record (default: ${REASONS_SHOWN} in the table, 0 with --json)`,
      integer(0, EXPLAIN_MAX),
    )
    .option('--json', 'NDJSON for programs: what the server answers, line by line')
    .action(async (named: string[], options: ScoreOptions) => {
      const { terminal } = context;
      const files = await filesNamedBy(named);
      const mappingFile = await findMappingFile(options.format);
      await assertReadable(files);
      const config = configOfFolder(terminal, options);
      const { timeZone } = config.policy;
      const score = options.json ? scoreForPrograms : scoreForPeople;
      const rejected = await withService(terminal, config, options, async ({ client }) => {
        const reading = await readingOf(client, options.format, mappingFile, timeZone);
        return score(client, terminal, files, { ...options, ...reading, timeZone });
      });
      if (rejected > 0) context.finish(EXIT.input);
    });
}

/**
 * Writes the answer as it is, each file's summary with the file's name; with `--top` the highest scores of each file alone,
 * after its rejections.
 * @returns rejected lines
 */
async function scoreForPrograms(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  { format, mapping, explain, top }: Scoring,
): Promise<number> {
  const query = { format, explain };
  const sending = { path: '/v1/score', query, keepsLines: false, mapping, isMinimal: false } as const;
  let rejected = 0;
  for (const file of files) {
    let summary: SummaryLine | undefined;
    const highest = top === undefined ? null : new MostSuspicious<ScoredLine & { text: string }>(top);
    for await (const { lines } of sendFile(client, terminal, file, sending)) {
      let text = '';
      for (const line of lines) {
        if (line.type === 'summary') summary = line;
        else if (highest !== null && line.type === 'scored') highest.add(line);
        else text += `${line.text}\n`;
      }
      if (text !== '') await print(terminal.stdout, text);
    }
    const shown = (highest?.list() ?? []).map(({ text }) => `${text}\n`).join('');
    await print(terminal.stdout, `${shown}${summaryText(file, summary)}\n`);
    rejected += summary?.rejected ?? 0;
  }
  return rejected;
}

/** Shows a table of all files together, and lists rejected lines on the way. @returns rejected lines */
async function scoreForPeople(
  client: Client,
  terminal: Terminal,
  files: readonly string[],
  { format, mapping, top = ROWS_SHOWN, explain = REASONS_SHOWN, timeZone }: Scoring,
): Promise<number> {
  const table = new ScoreTable(top);
  const preambles = new Map<string, string[]>();
  const summaries = new Map<string, SummaryLine>();
  const sending = {
    path: '/v1/score',
    query: { format },
    keepsLines: true,
    mapping,
    isMinimal: false,
  } as const;
  for (const file of files) {
    const rejections = new Rejections(terminal, file);
    for await (const { lines, kept } of sendFile(client, terminal, file, sending)) {
      for (const line of lines) {
        if (line.type === 'summary') {
          table.model = line.model;
          summaries.set(file, line);
        }
        if (!('line' in line) || line.line === undefined) continue;
        if (!preambles.has(file)) preambles.set(file, kept.before(line.line));
        const text = kept.take(line.line);
        if (line.type === 'scored') table.add(file, line, text);
        else await rejections.list(line);
      }
    }
    table.rejected += await rejections.end();
  }
  const preambleOf = (file: string) => preambles.get(file) ?? [];
  if (explain > 0) {
    // Several groups of evidence may speak of one token; shown as one, they leave room for others.
    const asked = Math.min(EXPLAIN_MAX, explain * REASONS_MERGED);
    await explainSuspects(client, table.asked(), { format, explain: asked, preambleOf });
  }
  const { utcOf } = localClock((await findTimeZone(client)) ?? timeZone);
  const textsOf = ({ file, text }: Suspect) => {
    const sentAs = mapping === undefined ? summaries.get(file)?.format : format;
    const record = text === undefined ? null : readRecord(text, sentAs, preambleOf(file), utcOf);
    return record === null ? null : recordTexts(record);
  };
  const shown = table.text({ columns: columnsOf(terminal), reasons: explain, textsOf });
  const read = [...summaries].map(([file, summary]) => fileText(file, summary));
  const evidenceNotes = explain > 0 ? table.evidenceNotes() : [];
  await print(terminal.stdout, `${shown}${[...read, ...evidenceNotes].map(line => `${line}\n`).join('')}`);
  for (const [file, { hint }] of summaries) {
    if (hint !== undefined) await print(terminal.stderr, `${plainText(`${file}: ${hint}`)}\n`);
  }
  return table.rejected;
}

/** @example 'today.log: 8,129 records, read as combined, from 2026-11-21T21:16:23.000Z to 2026-11-21T21:21:44.000Z' */
function fileText(file: string, summary: SummaryLine): string {
  const records = `${summary.accepted.toLocaleString('en')} records`;
  return `${plainText(file)}: ${[records, readingText(summary)].filter(Boolean).join(', ')}`;
}
