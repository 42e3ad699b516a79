/** `bayeswatch export`: every learnt token with its counts and weight, on standard output. */
import { Command, Option } from 'commander';
import { type CommandContext, withFolderOptions } from './command.ts';
import { configOfFolder } from './folder-config.ts';
import { printExport } from './print-export.ts';
import { type ServiceOptions, withService } from './service.ts';

interface ExportOptions extends ServiceOptions {
  format: 'csv' | 'ndjson';
}

export function exportCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('export'))
    .description('write all learnt tokens with their counts and weights')
    .addOption(new Option('--format <name>', 'form of the export').choices(['csv', 'ndjson']).default('csv'))
    .action(async ({ format, ...options }: ExportOptions) => {
      const { terminal } = context;
      const config = configOfFolder(terminal, options);
      await withService(terminal, config, options, async ({ client }) => {
        await printExport(terminal, client, '/v1/tokens/export', format);
      });
    });
}
