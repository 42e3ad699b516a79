/** `bayeswatch retract ID`: takes a window back, and everything that it taught. */
import { Command } from 'commander';
import {
  type CommandContext,
  clientOf,
  configOfTerminal,
  type ServerOptions,
  withServerOptions,
} from './command.ts';
import { fieldsOf, textIn } from './fields.ts';
import { plainText } from './plain-text.ts';
import { print } from './terminal.ts';
import { awaitWindow } from './window-progress.ts';

interface RetractOptions extends ServerOptions {
  wait?: true;
  json?: true;
}

export function retractCommand(context: CommandContext): Command {
  return withServerOptions(new Command('retract'))
    .description('take a window or a labelled corpus back, with everything that it taught')
    .argument('<id>', 'id of the window, as `bayeswatch windows` lists it')
    .option('--wait', 'wait until it is unlearnt')
    .option('--json', 'the answer as JSON')
    .action(async (id: string, { wait, json, ...options }: RetractOptions) => {
      const { terminal } = context;
      const client = clientOf(configOfTerminal(terminal), options);
      const path = `/v1/windows/${encodeURIComponent(id)}`;
      const answer = await client.json({ method: 'DELETE', path });
      const window = fieldsOf(answer);
      const exact = window['exact'] === true ? 'exactly' : 'as far as its records are kept';
      const sentence = `window ${plainText(id)} is ${plainText(textIn(window, 'status'))}, ${exact}`;
      await print(terminal.stdout, `${json ? JSON.stringify(answer) : sentence}\n`);
      if (wait) await awaitWindow(client, terminal, id);
    });
}
