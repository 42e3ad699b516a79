/** `bayeswatch export`: every learnt token with its counts and weight, on standard output. */
import { Command, Option } from 'commander';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { type ServiceOptions, withService } from './service.ts';
import { print } from './terminal.ts';

interface ExportOptions extends ServiceOptions {
  format: 'csv' | 'ndjson';
}

export function exportCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('export'))
    .description('write all learnt tokens with their counts and weights')
    .addOption(new Option('--format <name>', 'form of the export').choices(['csv', 'ndjson']).default('csv'))
    .action(async ({ format, ...options }: ExportOptions) => {
      const { terminal } = context;
      await withService(terminal, configOfTerminal(terminal), options, async ({ client }) => {
        const answer = await client.stream({ method: 'GET', path: '/v1/tokens/export', query: { format } });
        const chunks = answer.setEncoding('utf8') as AsyncIterable<string>;
        try {
          for await (const chunk of chunks) await print(terminal.stdout, chunk);
        } catch (cause) {
          // Only a whole export is one: half of it looks like a model that knows little.
          if (answer.complete || systemCodeOf(cause) !== 'ECONNRESET') throw cause;
          throw new CommandError(EXIT.unreachable, 'the export broke off; what was written is not all', {
            cause,
          });
        }
      });
    });
}
