/** `bayeswatch restore`: a backup becomes the data folder, which must be empty. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { restoreBackup } from '../backup/restore.ts';
import { verifyRestoredInThread } from '../threads/backup-client.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type CommandContext, configOfTerminal } from './command.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { reasonOf } from './input.ts';
import { inventoryText } from './inventory-text.ts';
import { plainText } from './plain-text.ts';
import { print } from './terminal.ts';
import { userName } from './user-name.ts';

export function restoreCommand({ terminal }: CommandContext): Command {
  return new Command('restore')
    .description('make the data folder, empty so far, of a backup')
    .argument('<file>', 'the backup')
    .action(async (file: string) => {
      const { dataFolder, policy } = configOfTerminal(terminal);
      const request = { file: resolve(file), dataFolder, policy, nowMs: SYSTEM_CLOCK.nowMs() };
      const restored = restoreBackup({ ...request, by: `local:${userName()}` }, verifyRestoredInThread);
      const { manifest, sites } = await restored.catch(cause => {
        if (systemCodeOf(cause) === undefined) throw cause;
        const sentence = `cannot restore ${request.file}: ${reasonOf(cause)}; nothing is restored`;
        throw new CommandError(EXIT.unreachable, sentence, { cause });
      });
      const made = `made ${manifest.madeAt} by version ${manifest.version}`;
      await print(
        terminal.stdout,
        plainText(`${resolve(dataFolder)} is restored from a backup ${made}`) + inventoryText(sites),
      );
    });
}
