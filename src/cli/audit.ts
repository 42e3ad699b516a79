/** `bayeswatch audit`: who wrote what, when and from where, on standard output; or whether that is all of it, unchanged. */
import { Command, Option } from 'commander';
import { type AuditEntry, NO_HASH } from '../domain/audit.ts';
import { auditHashOf } from '../services/audit-log.ts';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { EXIT } from './exit.ts';
import { parseFields } from './fields.ts';
import { type ExportFormat, exportChunks, printExport } from './print-export.ts';
import { serverLines } from './server-lines.ts';
import { type ServiceOptions, withService } from './service.ts';
import { print } from './terminal.ts';

interface AuditOptions extends ServiceOptions {
  format: ExportFormat;
  verify?: true;
}

const PATH = '/v1/audit/export';

export function auditCommand(context: CommandContext): Command {
  return withFolderOptions(new Command('audit'))
    .description('write the audit, oldest entry first: who wrote what, when and from where')
    .addOption(new Option('--format <name>', 'form of the export').choices(['csv', 'ndjson']).default('csv'))
    .option('--verify', 'write nothing, and tell whether the chain of entries is whole')
    .action(async ({ format, verify, ...options }: AuditOptions) => {
      const { terminal } = context;
      await withService(terminal, configOfTerminal(terminal), options, async ({ client }) => {
        if (verify !== true) return printExport(terminal, client, PATH, format);
        const { entries, hash, brokenAt } = await verifiedChain(exportChunks(client, PATH, 'ndjson'));
        if (brokenAt === null) {
          return print(
            terminal.stdout,
            `${entries} entries, each follows the one before; the last hash is ${hash}\n`,
          );
        }
        context.finish(EXIT.input);
        const sentence = `the audit is broken at entry ${brokenAt}: it, or one before it, was changed or taken away`;
        return print(terminal.stdout, `${sentence}\n`);
      });
    });
}

interface Chain {
  entries: number;
  /** Of the last entry. Whoever keeps it elsewhere sees later whether the entries up to it are still these. */
  hash: string;
  /** The number of the first entry that does not follow the one before it. */
  brokenAt: number | null;
}

/** Follows the chain through an export in NDJSON. */
async function verifiedChain(chunks: AsyncIterable<Uint8Array>): Promise<Chain> {
  let entries = 0;
  let previous = NO_HASH;
  for await (const lines of serverLines(chunks)) {
    for (const line of lines) {
      entries += 1;
      const { site, at, hash, ...fields } = parseFields(line);
      const entry = { ...fields, atMs: Date.parse(String(at)) } as Omit<AuditEntry, 'hash'>;
      if (entry.number !== entries || auditHashOf(previous, String(site), entry) !== hash)
        return { entries, hash: previous, brokenAt: entries };
      previous = String(hash);
    }
  }
  return { entries, hash: previous, brokenAt: null };
}
