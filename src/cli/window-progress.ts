/** Waits until a window is learnt, or taken back. */
import { setTimeout } from 'node:timers/promises';
import type { Client } from './client.ts';
import { CommandError, EXIT } from './exit.ts';
import { fieldsOf, findText, textIn } from './fields.ts';
import { plainText } from './plain-text.ts';
import { print, type Terminal } from './terminal.ts';

/** How often the server is asked: people do not see shorter times. */
const POLL_MS = 500;

/** @throws CommandError 1 where its learning has failed: what failed once may fail for ever, so nobody waits on */
export async function awaitWindow(client: Client, terminal: Terminal, id: string): Promise<void> {
  for (;;) {
    const window = fieldsOf(
      await client.json({ method: 'GET', path: `/v1/windows/${encodeURIComponent(id)}` }),
    );
    const status = textIn(window, 'status');
    if (status === 'applied' || status === 'retracted') {
      await print(terminal.stderr, `window ${plainText(id)} is ${status}\n`);
      return;
    }
    if (status === 'failed') {
      const reason = findText(window, 'reason') ?? 'the server does not say why';
      throw new CommandError(
        EXIT.input,
        `learning of window ${plainText(id)} has failed: ${plainText(reason)}; the server tries again every minute`,
      );
    }
    await setTimeout(POLL_MS);
  }
}
