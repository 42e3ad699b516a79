/** `bayeswatch keys`: makes, lists and revokes keys; on the data folder also without one, which is how a lost one is replaced. */
import { Command, Option } from 'commander';
import { ROLES } from '../domain/key.ts';
import { type CommandContext, configOfTerminal, withFolderOptions } from './command.ts';
import { type Fields, fieldsOf, findText, listIn, textIn } from './fields.ts';
import { plainText } from './plain-text.ts';
import { type ServiceOptions, withService } from './service.ts';
import { tableOf } from './table.ts';
import { print } from './terminal.ts';

interface JsonOptions extends ServiceOptions {
  json?: true;
}
interface CreateOptions extends JsonOptions {
  role: string;
  name: string;
}

export function keysCommand(context: CommandContext): Command {
  return new Command('keys')
    .description('make, list and revoke keys')
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));
}

function createCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('create'))
    .description('make a key; standard output is the key alone, shown this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'whose it is', 'made on the command line')
    .option('--json', 'the answer as JSON')
    .action(async ({ role, name, json, ...options }: CreateOptions) => {
      await withService(terminal, configOfTerminal(terminal), options, async ({ client }) => {
        const content = JSON.stringify({ role, name });
        const body = { contentType: 'application/json', content };
        const answer = await client.json({ method: 'POST', path: '/v1/keys', body });
        const key = fieldsOf(answer);
        if (json) return print(terminal.stdout, `${JSON.stringify(answer)}\n`);
        const place = `site ${textIn(key, 'site')}`;
        await print(
          terminal.stderr,
          `${plainText(`${textIn(key, 'role')} key ${textIn(key, 'id')} of ${place}`)}:\n`,
        );
        return print(terminal.stdout, `${plainText(textIn(key, 'secret'))}\n`);
      });
    });
}

function listCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('list'))
    .description('list the keys of a site, without their secrets')
    .option('--json', 'NDJSON for programs')
    .action(async ({ json, ...options }: JsonOptions) => {
      await withService(terminal, configOfTerminal(terminal), options, async ({ client }) => {
        const page = fieldsOf(await client.json({ method: 'GET', path: '/v1/keys' }));
        const keys = listIn(page, 'items');
        const text = json ? keys.map(key => `${JSON.stringify(key)}\n`).join('') : keyTable(keys);
        await print(terminal.stdout, text);
      });
    });
}

function keyTable(keys: readonly Fields[]): string {
  if (keys.length === 0) return 'there are no keys\n';
  return tableOf(
    [
      { title: 'key', width: 12 },
      { title: 'role', width: 9 },
      { title: 'name', width: 48 },
      { title: 'made', width: 24 },
      { title: 'revoked', width: 24 },
    ],
    keys.map(key => [
      textIn(key, 'id'),
      textIn(key, 'role'),
      textIn(key, 'name'),
      textIn(key, 'createdAt'),
      findText(key, 'revokedAt') ?? '',
    ]),
  );
}

function revokeCommand({ terminal }: CommandContext): Command {
  return withFolderOptions(new Command('revoke'))
    .description('revoke a key; it is refused from now on. The last admin key stays: make another one first')
    .argument('<id>', 'id of the key, as `bayeswatch keys list` tells it')
    .action(async (id: string, options: ServiceOptions) => {
      await withService(terminal, configOfTerminal(terminal), options, async ({ client }) => {
        const answer = await client.stream({ method: 'DELETE', path: `/v1/keys/${encodeURIComponent(id)}` });
        answer.resume();
        await print(terminal.stdout, `key ${plainText(id)} is revoked\n`);
      });
    });
}
