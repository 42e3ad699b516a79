/** `bayeswatch backup`: a copy of the whole installation in one file, made while it is in use. */
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { readArchive } from '../backup/archive.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import type { Composition } from '../compose.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import type { CommandContext, ServerOptions } from './command.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { configOfFolder } from './folder-config.ts';
import { inventoryText } from './inventory-text.ts';
import { plainText } from './plain-text.ts';
import { type Service, withService } from './service.ts';
import { print } from './terminal.ts';
import { userName } from './user-name.ts';

export function backupCommand({ terminal }: CommandContext): Command {
  return new Command('backup')
    .description('copy the whole installation into one file; a server may run meanwhile')
    .argument('<file>', 'where the backup goes; it must not be there yet')
    .option('--url <address>', 'back up this server, which has one site, instead of the data folder')
    .option('--key <key>', 'key to show it (default: BAYESWATCH_KEY)')
    .addHelpText(
      'after',
      '\nIt holds what was stored, and the secret that keys are proved with: keep it as you keep keys.',
    )
    .action(async (file: string, options: ServerOptions) => {
      const config = configOfFolder(terminal, options);
      const path = resolve(file);
      if (existsSync(path))
        throw new CommandError(EXIT.usage, `there is a file ${path} already: name another one`);
      const manifest = await withService(terminal, config, options, service => backUp(service, path));
      await print(terminal.stdout, plainText(`${path} holds`) + inventoryText(manifest.sites));
    });
}

/** Under another name until all of it is on the disk and holds what it says. */
async function backUp(service: Service, path: string): Promise<BackupManifest> {
  const unfinished = `${path}.unfinished`;
  const file = await opened(unfinished);
  try {
    const manifest = await writeBackup(service, file, dirname(path));
    await file.close();
    await rename(unfinished, path);
    return manifest;
  } catch (cause) {
    await file.close();
    await rm(unfinished, { force: true });
    const code = systemCodeOf(cause);
    if (code === undefined) throw cause;
    throw new CommandError(EXIT.unreachable, `the backup broke off (${code}); nothing is kept of it`, {
      cause,
    });
  }
}

async function writeBackup(
  { client, folder }: Service,
  file: FileHandle,
  staging: string,
): Promise<BackupManifest> {
  if (folder === null) return writeArchive(await client.stream({ method: 'POST', path: '/v1/backup' }), file);
  const backup = await folder.openBackup(staging);
  try {
    const manifest = await writeArchive(backup.chunks(), file);
    await appendToAudit(folder, manifest, backup.bytes);
    return manifest;
  } finally {
    await backup.dispose();
  }
}

/** What is written is read at the same time, so that no file stays that a restore would refuse. */
async function writeArchive(chunks: AsyncIterable<Uint8Array>, file: FileHandle): Promise<BackupManifest> {
  const manifest = await readArchive(
    written(chunks, file),
    () => {},
    async () => {},
  );
  await file.sync();
  return manifest;
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600);
  } catch (cause) {
    const mend =
      'name a file in a folder that is there and that you may write, and remove what a backup left that was cut';
    throw new CommandError(EXIT.unreachable, `cannot write ${path} (${systemCodeOf(cause)}): ${mend}`, {
      cause,
    });
  }
}

async function* written(chunks: AsyncIterable<Uint8Array>, file: FileHandle): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await file.writeFile(chunk);
    yield chunk;
  }
}

async function appendToAudit(
  { audit }: Composition,
  { sites }: BackupManifest,
  bytes: number,
): Promise<void> {
  const who = { atMs: SYSTEM_CLOCK.nowMs(), by: `local:${userName()}`, from: 'local' };
  for (const { site } of sites)
    await audit.append(site, { ...who, action: 'backup.make', outcome: 'done', details: { bytes } });
}
