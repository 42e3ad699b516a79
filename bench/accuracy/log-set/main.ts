/**
 * Makes the set of logs that the tasks of log lines read: `npx tsx bench/accuracy/log-set/main.ts`, as root on Linux, with
 * `apt-get install openssh-server sudo cron rsyslog faketime iproute2 hydra medusa ncrack nmap`. It takes some fifteen minutes. The
 * folder is LOG_SET, or one among the caches of who runs it; an argument is how many things are done on a working day (110).
 *
 * Steps, times, lists and addresses come from a seed. What is not the same twice: process ids, ports, keys, microseconds, and in which
 * order tools that do several things at once do them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LOG_SET } from './folder.ts';

const out = resolve(LOG_SET);
mkdirSync(out, { recursive: true });
const inner = ['node', '--import', 'tsx', join(import.meta.dirname, 'run.ts'), ...process.argv.slice(2)];
const { status } = spawnSync(
  join(import.meta.dirname, 'machine.sh'),
  [out, 'env', '-C', process.cwd(), ...inner],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
