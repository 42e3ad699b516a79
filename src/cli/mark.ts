/** `bayeswatch mark`: says of a stretch of time that it was bad, or good. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { LABELS, type Label } from '../domain/label.ts';
import { instantOf } from '../ingest/time.ts';
import { ageNoteOf, findModel } from './age-note.ts';
import {
  type CommandContext,
  clientOf,
  configOfTerminal,
  type ServerOptions,
  withServerOptions,
} from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import { type Fields, fieldsOf, numberIn, textIn } from './fields.ts';
import { plainText } from './plain-text.ts';
import { print } from './terminal.ts';
import { awaitWindow } from './window-progress.ts';

interface MarkOptions extends ServerOptions {
  from: string | number;
  to: string | number;
  label: Label;
  where?: Record<string, string>;
  threat?: string;
  technique?: string;
  note?: string;
  dryRun?: true;
  wait?: true;
  json?: true;
}

const NO_SUCH_TIME = 'There is no such day or time: it is year-month-day, then hours:minutes:seconds.';

export function markCommand(context: CommandContext): Command {
  return withServerOptions(new Command('mark'))
    .description('mark the records of a stretch of time bad or good; the server learns from it')
    .requiredOption('--from <instant>', 'first instant, e.g. 2024-04-19T02:10:00Z', instant)
    .requiredOption('--to <instant>', 'first instant after it', instant)
    .addOption(new Option('--label <label>', 'what they are').choices(LABELS).makeOptionMandatory())
    .option(
      '--where <key=value...>',
      'only records with this kind, host, source, destination, domain or sensor; exact, CIDR or *.example.org',
      condition,
    )
    .option('--threat <name>', 'name of the threat')
    .option('--technique <id>', 'its MITRE ATT&CK technique, e.g. T1071.004; needs --threat')
    .option('--note <text>', 'why, for whoever reads it later')
    .option('--dry-run', 'only tell how many records it would touch')
    .option('--wait', 'wait until it is learnt')
    .option('--json', 'the answer as JSON')
    .action(async (options: MarkOptions) => {
      const { terminal } = context;
      const client = clientOf(configOfTerminal(terminal), options);
      const before = options.dryRun ? null : await findModel(client);
      const answer = await client.json({
        method: 'POST',
        path: '/v1/windows',
        query: { dryRun: options.dryRun },
        body: { contentType: 'application/json', content: JSON.stringify(requestOf(options)) },
      });
      const window = fieldsOf(answer);
      if (options.json) await print(terminal.stdout, `${JSON.stringify(answer)}\n`);
      else
        await print(
          terminal.stdout,
          `${options.dryRun ? previewText(numberIn(window, 'matched')) : markedText(window)}\n`,
        );
      for (const note of notesOf(numberIn(window, 'matched'), options, before)) {
        await print(terminal.stderr, `${note}\n`);
      }
      if (options.wait && !options.dryRun) await awaitWindow(client, terminal, textIn(window, 'id'));
    });
}

/**
 * Epoch seconds or milliseconds, or RFC 3339 with an offset: a time without one means another hour elsewhere.
 * What it is short of is said here, for the server knows only that it is no instant.
 */
function instant(text: string): string | number {
  if (/^\d{1,16}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  if (!Number.isNaN(instantOf(text))) return text;
  throw new InvalidArgumentError(instantProblemOf(text));
}

function instantProblemOf(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return Number.isNaN(instantOf(`${text}T00:00:00Z`))
      ? NO_SUCH_TIME
      : `It says no time: ${text}T00:00:00Z is its begin.`;
  }
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text)) {
    return 'It is no instant: write 2024-04-19T02:10:00Z (year, month, day, time, zone), or epoch seconds.';
  }
  if (!/(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text)) {
    return 'It says no time zone: end it with Z for UTC, or an offset such as +02:00.';
  }
  return NO_SUCH_TIME;
}

function condition(text: string, others: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf('=');
  const key = text.slice(0, Math.max(equals, 0));
  const isKnown = ['kind', 'host', 'source', 'destination', 'domain', 'sensor'].includes(key);
  if (!isKnown) {
    throw new InvalidArgumentError(
      'It must be kind=, host=, source=, destination=, domain= or sensor= and a value.',
    );
  }
  if (Object.hasOwn(others, key)) throw new InvalidArgumentError(`${key} is given twice.`);
  return { ...others, [key]: text.slice(equals + 1) };
}

function requestOf({ from, to, label, where, threat, technique, note }: MarkOptions) {
  if (technique !== undefined && threat === undefined) {
    throw new CommandError(EXIT.usage, '--technique needs --threat NAME');
  }
  return {
    from,
    to,
    label,
    where,
    threat: threat === undefined ? undefined : { name: threat, technique },
    note,
  };
}

/** What may be wrong with a mark that was taken. @param before the model before it; null where nothing is marked */
function notesOf(matched: number, { from, to }: MarkOptions, before: Fields | null): string[] {
  if (matched === 0) {
    return [
      'no record lies in it now; later ones that do will count. Is the time zone right, and the address?',
    ];
  }
  const note = before === null ? null : ageNoteOf(before, { fromMs: instantOf(from), toMs: instantOf(to) });
  return note === null ? [] : [note];
}

function previewText(matched: number): string {
  return `it would touch ${matched.toLocaleString('en')} records; nothing is marked`;
}

function markedText(window: Fields): string {
  const matched = numberIn(window, 'matched').toLocaleString('en');
  return `window ${plainText(textIn(window, 'id'))} is ${plainText(textIn(window, 'status'))}: ${matched} records`;
}
