/**
 * Ends the process without a warning at one call of the store: loaded before the program (`node --import`), in every
 * thread of it, so that the program itself knows nothing of it.
 *
 *   KILL_CALLS  a file that each call to MongoDB adds a line to, in order, whichever thread makes it: `command collection`
 *   KILL_AT     the number of the call to end at, from 1; absent, calls are only written down
 *   KILL_WHEN   `before` it is sent (default), or `after` it was answered and before the program hears of it
 *
 * A call is a command of the driver. Those that ask a server how it is are none.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { KILL_CALLS: calls, KILL_AT: at, KILL_WHEN: when = 'before' } = process.env;
const NO_CALLS = new Set(['hello', 'ismaster', 'ping', 'endSessions', 'killCursors']);

if (calls !== undefined) {
  const require = createRequire(import.meta.url);
  const { Connection } = require('mongodb/lib/cmap/connection');
  const { command } = Connection.prototype;
  Connection.prototype.command = async function (namespace, document, ...rest) {
    const [name = ''] = Object.keys(document);
    if (NO_CALLS.has(name)) return command.call(this, namespace, document, ...rest);
    appendFileSync(calls, `${name} ${name === 'getMore' ? document.collection : document[name]}\n`);
    // Lines of all threads: the one that finds so many is the one, and where two do, one of them was first.
    const isLast = at !== undefined && readFileSync(calls, 'utf8').split('\n').length - 1 >= Number(at);
    if (isLast && when === 'before') process.kill(process.pid, 'SIGKILL');
    const answer = await command.call(this, namespace, document, ...rest);
    if (isLast) process.kill(process.pid, 'SIGKILL');
    return answer;
  };
}
