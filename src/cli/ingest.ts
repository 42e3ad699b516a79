/** `bayeswatch ingest FILE…`: stores files on a server, with a label where they are a corpus. */
import { Command, Option } from 'commander';
import { isLabel, LABELS, type Label } from '../domain/label.ts';
import { AgeNotes, findModel } from './age-note.ts';
import type { SummaryLine } from './answer-lines.ts';
import type { Client } from './client.ts';
import {
  type CommandContext,
  clientOf,
  configOfTerminal,
  FORMAT_HELP,
  type ServerOptions,
  withServerOptions,
} from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Fields, textIn } from './fields.ts';
import { filesNamedBy } from './file-patterns.ts';
import { type Followed, follow } from './follow.ts';
import { assertReadable, openInput } from './input.ts';
import { findMappingFile, type Reading, readingOf } from './mapping-file.ts';
import { plainText } from './plain-text.ts';
import { Rejections } from './rejections.ts';
import { sendFile } from './send-file.ts';
import { readingText, summaryText } from './summary-text.ts';
import { print, type Terminal } from './terminal.ts';
import { findCorpus } from './window-list.ts';

interface IngestOptions extends ServerOptions {
  format?: string;
  label?: Label;
  window?: string;
  json?: true;
  follow?: true;
}

type Ingesting = Omit<IngestOptions, 'format'> & Reading;

export function ingestCommand(context: CommandContext): Command {
  return withServerOptions(new Command('ingest'))
    .description('store files on a server; the same records sent again are stored once')
    .argument(
      '<files...>',
      'files of records in any known format, plain, gzip, zstd or xz, or quoted patterns of their names; - is standard input',
    )
    .option('--format <format>', FORMAT_HELP)
    .addOption(new Option('--label <label>', 'what all of the records are').choices(LABELS))
    .option(
      '--window <name>',
      'name of the corpus in the list of windows, `good` where none is given; needed with --label bad',
    )
    .option('--follow', 'go on with what one plain file grows by, rotated or not, until interrupted')
    .option('--json', 'NDJSON for programs: what the server answers, line by line')
    .action(async (named: string[], options: IngestOptions) => {
      assertLabelled(options);
      const files = await filesNamedBy(named);
      if (options.follow) await assertFollowable(context.terminal, files, options);
      const mappingFile = await findMappingFile(options.format);
      await assertReadable(files);
      const config = configOfTerminal(context.terminal);
      const client = clientOf(config, options);
      const reading = await readingOf(client, options.format, mappingFile, config.policy.timeZone);
      const [followed] = files;
      if (options.follow && followed !== undefined) {
        const following = { ...reading, isJson: options.json === true, stop: context.stopSignal() };
        const sums = await follow(client, context.terminal, followed, following);
        await tellFollowed(context.terminal, followed, sums, options);
        if (sums.rejected > 0) context.finish(EXIT.input);
        return;
      }
      await tellJoined(client, context.terminal, options);
      let rejected = 0;
      const ages = new AgeNotes();
      for (const file of files) {
        rejected += await ingestFile(client, context.terminal, file, { ...options, ...reading }, ages);
      }
      await tellMore(context.terminal, ages);
      if (rejected > 0) context.finish(EXIT.input);
    });
}

/** Told here as well as by the server: before a file is read. */
function assertLabelled({ label, window }: IngestOptions): void {
  if (label === 'bad' && window === undefined) {
    throw new CommandError(EXIT.usage, '--label bad needs --window NAME, so that it can be retracted');
  }
  if (label !== undefined && window !== label && isLabel(window)) {
    throw new CommandError(
      EXIT.usage,
      `--window ${window} is kept for ${window} records; choose another name`,
    );
  }
  if (label === undefined && window !== undefined) {
    throw new CommandError(EXIT.usage, '--window names a corpus: say what it is with --label');
  }
}

/** What is followed is one plain file, and nobody has looked at what will come. */
async function assertFollowable(
  terminal: Terminal,
  [file, ...others]: readonly string[],
  { label }: IngestOptions,
): Promise<void> {
  if (label !== undefined) {
    throw new CommandError(EXIT.usage, '--follow sends what nobody has looked at yet: it takes no --label');
  }
  if (file === undefined || file === '-' || others.length > 0) {
    throw new CommandError(EXIT.usage, '--follow takes one file, and that by its name');
  }
  const input = await openInput(file, terminal.stdin);
  await input.close();
  if (input.coding !== undefined) {
    throw new CommandError(EXIT.usage, `${file} is compressed; --follow reads a file that is written to`);
  }
}

async function tellFollowed(
  { stdout }: Terminal,
  file: string,
  sums: Followed,
  { json }: IngestOptions,
): Promise<void> {
  const shown = json
    ? JSON.stringify({ summary: { file, ...sums } })
    : `${plainText(file)}: ${countsText(sums)}`;
  await print(stdout, `${shown}\n`);
}

/** A corpus of the name that is there already takes these records too, and they are taken back with it alone. */
async function tellJoined(
  client: Client,
  { stderr }: Terminal,
  { label, window }: IngestOptions,
): Promise<void> {
  const name = window ?? label;
  const corpus = label === undefined || name === undefined ? null : await findCorpus(client, name);
  if (corpus === null || textIn(corpus, 'label') !== label) return;
  const begun = `the corpus ${name}, begun ${textIn(corpus, 'createdAt')}`;
  const mend = `retract ${textIn(corpus, 'id')} takes all of it back; --window with another name keeps them apart`;
  await print(stderr, `${plainText(`these records join ${begun}: ${mend}`)}\n`);
}

/** @returns rejected lines */
async function ingestFile(
  client: Client,
  terminal: Terminal,
  file: string,
  { format, mapping, label, window, json }: Ingesting,
  ages: AgeNotes,
): Promise<number> {
  const rejections = new Rejections(terminal, file);
  // A corpus is taught, not judged: its scores are of no use to anybody.
  const query = { format, label, window, score: label === undefined ? undefined : false };
  // What is labelled is learnt at once, so its model is asked for before; what is not is learnt a day later.
  const before = label === undefined ? null : await findModel(client);
  let summary: SummaryLine | undefined;
  const sending = {
    path: '/v1/records',
    query,
    keepsLines: false,
    mapping,
    isMinimal: json !== true,
  } as const;
  for await (const { lines } of sendFile(client, terminal, file, sending)) {
    let text = '';
    for (const line of lines) {
      if (line.type === 'summary') summary = line;
      else if (json) text += `${line.text}\n`;
      else if (line.type === 'rejected') await rejections.list(line);
    }
    if (text !== '') await print(terminal.stdout, text);
  }
  await rejections.end();
  const shown = json ? summaryText(file, summary) : `${plainText(file)}: ${summaryOf(summary)}`;
  await print(terminal.stdout, `${shown}\n`);
  const model = before ?? (summary?.from === undefined ? null : await findModel(client));
  for (const note of notesOf(summary, model, ages)) {
    await print(terminal.stderr, `${plainText(`${file}: ${note}`)}\n`);
  }
  return summary?.rejected ?? 0;
}

function summaryOf(summary: SummaryLine | undefined): string {
  if (summary === undefined) return 'empty, nothing to store';
  return [countsText(summary), readingText(summary)].filter(Boolean).join('; ');
}

function countsText({ accepted, duplicates, rejected }: Followed): string {
  const count = (records: number) => records.toLocaleString('en');
  return `${count(accepted)} stored, ${count(duplicates)} were there before, ${count(rejected)} rejected`;
}

/** What may be wrong with a file though all of it was taken. @param model without its records; null where the key may not see it */
function notesOf(summary: SummaryLine | undefined, model: Fields | null, ages: AgeNotes): string[] {
  const notes = summary?.hint === undefined ? [] : [summary.hint];
  if (model === null || summary?.from === undefined || summary.to === undefined) return notes;
  const times = { fromMs: Date.parse(summary.from), toMs: Date.parse(summary.to) };
  return [...notes, ages.next(model, times) ?? []].flat();
}

async function tellMore({ stderr }: Terminal, ages: AgeNotes): Promise<void> {
  if (ages.more > 0) await print(stderr, `so it is with ${ages.more} more of these files\n`);
}
