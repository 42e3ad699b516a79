/** `bayeswatch windows`: what has been marked, newest first, and how far its learning is. */
import { Command } from 'commander';
import {
  type CommandContext,
  clientOf,
  configOfTerminal,
  type ServerOptions,
  withServerOptions,
} from './command.ts';
import { type Fields, findFields, findText, numberIn, textIn } from './fields.ts';
import { integer } from './integer.ts';
import { type Cell, tableOf } from './table.ts';
import { print } from './terminal.ts';
import { windowsOf } from './window-list.ts';

interface WindowsOptions extends ServerOptions {
  limit: number;
  json?: true;
}

const PAGE_WINDOWS = 100;

export function windowsCommand(context: CommandContext): Command {
  return withServerOptions(new Command('windows'))
    .description('list the windows and labelled corpora of a server, newest first')
    .option('--limit <count>', 'windows listed', integer(1, 100_000), PAGE_WINDOWS)
    .option('--json', 'NDJSON for programs')
    .action(async ({ limit, json, ...options }: WindowsOptions) => {
      const { terminal } = context;
      const client = clientOf(configOfTerminal(terminal), options);
      const windows: Fields[] = [];
      for await (const window of windowsOf(client, limit)) {
        windows.push(window);
        if (windows.length === limit) break;
      }
      const text = json ? windows.map(window => `${JSON.stringify(window)}\n`).join('') : tableText(windows);
      await print(terminal.stdout, text);
    });
}

function tableText(windows: readonly Fields[]): string {
  if (windows.length === 0) return 'nothing is marked\n';
  return tableOf(
    [
      { title: 'window', width: 36 },
      { title: 'label', width: 5 },
      { title: 'status', width: 16 },
      { title: 'covers', width: 52 },
      { title: 'note', width: 40 },
    ],
    windows.map(window => [
      textIn(window, 'id'),
      findText(window, 'label') ?? 'both',
      statusOf(window),
      coverageOf(window),
      findText(window, 'note') ?? '',
    ]),
  );
}

/** How far it is; and under it how it stands out among innocent stretches. */
function statusOf(window: Fields): Cell {
  const status = textIn(window, 'status');
  const progress = findFields(window, 'progress');
  if (progress !== null && (status === 'learning' || status === 'retracting'))
    return `${status} ${numberIn(progress, 'done')}/${numberIn(progress, 'total')}`;
  const contrast = findFields(window, 'contrast');
  const placebos = contrast === null ? null : findFields(contrast, 'placebos');
  if (contrast === null || placebos === null) return status;
  const [observed, chance] = [numberIn(contrast, 'observed'), numberIn(placebos, 'max')];
  return [status, `contrast ${observed.toFixed(2)}`, `by chance ${chance.toFixed(2)}`];
}

/** The name of a corpus; what was imported; or times, and under them the filter. */
function coverageOf(window: Fields): Cell {
  const imported = findFields(window, 'import');
  if (imported !== null) {
    const lines = numberIn(imported, 'tokens').toLocaleString('en');
    return `import of ${lines} lines, trust ${numberIn(imported, 'trust')}, ${textIn(window, 'createdAt')}`;
  }
  const name = findText(window, 'name');
  if (name !== null) return `corpus ${name}, begun ${textIn(window, 'createdAt')}`;
  const where = Object.entries(findFields(window, 'where') ?? {}).map(([key, value]) => `${key}=${value}`);
  return [`${textIn(window, 'from')} to ${textIn(window, 'to')}`, ...where];
}
