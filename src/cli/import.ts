/** `bayeswatch import FILE --trust 0.5`: takes over what another site has learnt and exported. */
import { Readable } from 'node:stream';
import { Command, InvalidArgumentError } from 'commander';
import { type Call, type Client, Refusal } from './client.ts';
import {
  type CommandContext,
  clientOf,
  configOfTerminal,
  type ServerOptions,
  withServerOptions,
} from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import { fieldsOf, numberIn, textIn } from './fields.ts';
import { openInput } from './input.ts';
import { plainText } from './plain-text.ts';
import { startProgress } from './progress.ts';
import { print, type Terminal } from './terminal.ts';
import { awaitWindow } from './window-progress.ts';

interface ImportOptions extends ServerOptions {
  trust: number;
  note?: string;
  wait?: true;
  json?: true;
}

export function importCommand(context: CommandContext): Command {
  return withServerOptions(new Command('import'))
    .description('take over what another site has exported; `retract` takes it back')
    .argument('<file>', 'what `export` wrote, as CSV or NDJSON, plain, gzip, zstd or xz; - is standard input')
    .requiredOption('--trust <share>', 'what each count is multiplied by, above 0, at most 1', trust)
    .option('--note <name>', 'what it is called in the list of windows')
    .option('--wait', 'wait until it is learnt')
    .option('--json', 'the answer as JSON')
    .action(async (file: string, { trust, note, wait, json, ...options }: ImportOptions) => {
      const { terminal } = context;
      const client = clientOf(configOfTerminal(terminal), options);
      const answer = await send(client, terminal, file, { trust, note });
      const imported = fieldsOf(answer);
      const id = textIn(imported, 'id');
      const sentence = `${numberIn(imported, 'tokens').toLocaleString('en')} lines are imported as window ${id}, which is ${textIn(imported, 'status')}`;
      await print(terminal.stdout, `${json ? JSON.stringify(answer) : plainText(sentence)}\n`);
      if (wait) await awaitWindow(client, terminal, id);
    });
}

/** As the server takes it, told before a file is read. */
function trust(text: string): number {
  if (/^(?:1(?:\.0{1,4})?|0?\.\d{1,4})$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It is a number above 0, at most 1, with at most four decimals.');
}

async function send(
  client: Client,
  terminal: Terminal,
  file: string,
  query: NonNullable<Call['query']>,
): Promise<unknown> {
  const input = await openInput(file, terminal.stdin);
  const progress = startProgress(terminal.stderr, input.name, input.bytes);
  const chunks = input.decoded();
  try {
    const first = await chunks.next();
    if (first.done === true) throw new CommandError(EXIT.input, `${file} is empty`);
    // NDJSON begins with an object, CSV with the names of its columns.
    const isJson = first.value.toString('latin1', 0, 1_024).replace('ï»¿', '').trimStart().startsWith('{');
    const contentType = isJson ? 'application/x-ndjson' : 'text/csv';
    const all = async function* () {
      yield first.value;
      for await (const chunk of chunks) {
        progress.update(input.readBytes, 0);
        yield chunk;
      }
    };
    const content = Readable.from(all(), { objectMode: false });
    const body = { contentType, content };
    return await client
      .json({ method: 'POST', path: '/v1/tokens/import', query, body })
      .catch(error => Promise.reject(ofFile(content.errored, error)));
  } finally {
    progress.stop();
    await input.close();
  }
}

/** A file that breaks takes the connection with it; and where the question is right, a refusal is the file's fault. */
function ofFile(broken: Error | null, error: unknown): unknown {
  if (broken instanceof CommandError) return broken;
  const isRefused = error instanceof Refusal && (error.status === 400 || error.status === 409);
  return isRefused ? new CommandError(EXIT.input, error.message, { cause: error }) : error;
}
