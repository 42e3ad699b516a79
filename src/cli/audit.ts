/** `bayeswatch audit`: who wrote what, when and from where, on standard output; or whether that is all of it, unchanged. */
import { Command, Option } from 'commander';
import type { AuditEntry } from '../domain/audit.ts';
import { type AuditChain, auditChainOf, type SiteAuditEntry } from '../services/audit-chain.ts';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { EXIT } from './exit.ts';
import { numberIn, parseFields, textIn } from './fields.ts';
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
        const chain = await auditChainOf(exportedEntries(exportChunks(client, PATH, 'ndjson')));
        if (chain.brokenAt !== null) context.finish(EXIT.input);
        return print(terminal.stdout, `${chainText(chain)}\n`);
      });
    });
}

function chainText(chain: AuditChain): string {
  if (chain.brokenAt !== null)
    return `the audit is broken at entry ${chain.brokenAt}: it, or one before it, was changed or taken away`;
  const { entries, from, toldBy, hash } = chain;
  const beginning = toldBy === null ? '' : ` from entry ${from} on`;
  const gone = toldBy === null ? '' : `what was before is beyond the retention, as entry ${toldBy} tells; `;
  return `${entries} entries${beginning}, each follows the one before; ${gone}the last hash is ${hash}`;
}

/** The entries of an export in NDJSON. */
async function* exportedEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SiteAuditEntry> {
  for await (const lines of serverLines(chunks)) {
    for (const line of lines) {
      const { at, ...fields } = parseFields(line);
      const [site, hash, number] = [
        textIn(fields, 'site'),
        textIn(fields, 'hash'),
        numberIn(fields, 'number'),
      ];
      yield {
        ...(fields as Partial<AuditEntry>),
        site,
        number,
        hash,
        atMs: Date.parse(String(at)),
      } as SiteAuditEntry;
    }
  }
}
