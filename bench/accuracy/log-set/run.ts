/**
 * Runs on the machine of the set (machine.sh): makes it ready, does every step, and writes down what its daemons logged of it. A
 * step runs as fast as it can; the lines that it left are moved, as they lie, to the time when it is said to have happened.
 *
 * /out/auth.log   all lines in the order of time, as rsyslog writes them
 * /out/truth.csv  one row a line of it: the incident, or nothing
 * /out/windows.csv  what a responder would mark: incident, from, to
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../seeded.ts';
import { attacksOf } from './attacks.ts';
import { DAYS, everydayOf } from './everyday.ts';
import { BACKUP, DEPLOYER, FORGOTTEN, PEOPLE } from './people.ts';
import { instantOf, type Step } from './step.ts';

const LOG = '/var/log/auth-set.log';
const CRON_LOG = '/var/log/cron-set.log';
const PRELUDE = join(import.meta.dirname, 'prelude.sh');
const STEP_MS_MAX = 60_000;
/** Seconds of cron's simulated time in one of ours: a day in less than a minute. */
const CRON_SPEED = 2_000;
/** A responder's window begins and ends on five minutes of the clock. */
const MARKED_MS = 300_000;
const SEED = 1;

interface Line {
  atMs: number;
  text: string;
  incident: string;
}

/** Lines that have come to the log from an offset on, once no more come. */
async function newLines(offset: number): Promise<{ lines: string[]; end: number }> {
  let end = -1;
  while (end !== statSync(LOG).size) {
    end = statSync(LOG).size;
    await sleep(60);
  }
  const text = readFileSync(LOG).subarray(offset, end).toString('utf8');
  return { lines: text.split('\n').filter(line => line !== ''), end };
}

/** A line with another time at its head, in the form that it had. */
function movedLine(line: string, byMs: number): { atMs: number; text: string } {
  const end = line.indexOf(' ');
  const atMs = Date.parse(line.slice(0, end)) + byMs;
  const micros = /\.\d{3}(\d{3})/.exec(line.slice(0, end))?.[1] ?? '000';
  return { atMs, text: `${new Date(atMs).toISOString().replace('Z', `${micros}+00:00`)}${line.slice(end)}` };
}

async function linesOf(
  { script, atMs, incident = '' }: Step,
  offset: number,
): Promise<{ lines: Line[]; end: number }> {
  const startMs = Date.now();
  spawnSync('bash', ['-c', `. ${PRELUDE}\n${script}`], { stdio: 'ignore', timeout: STEP_MS_MAX });
  const { lines, end } = await newLines(offset);
  return { lines: lines.map(line => ({ ...movedLine(line, atMs - startMs), incident })), end };
}

/** What cron logged in its faster time, at the time that it was for it. */
function cronLines(startMs: number): Line[] {
  return readFileSync(CRON_LOG, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const atMs = Date.parse(line.slice(0, line.indexOf(' ')));
      const simulatedMs = instantOf(1, 0) + (atMs - startMs) * CRON_SPEED;
      return { ...movedLine(line, simulatedMs - atMs), incident: '' };
    })
    .filter(({ atMs }) => atMs < instantOf(DAYS + 1, 0));
}

/** From the five minutes before its first line to those after its last, for each stretch of an incident within a day. */
function windowsOf(lines: readonly Line[]): string[] {
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  for (const { atMs, incident } of lines) {
    if (incident === '') continue;
    const key = `${incident},${new Date(atMs).toISOString().slice(0, 10)}`;
    const span = spans.get(key) ?? { fromMs: atMs, toMs: atMs };
    spans.set(key, { fromMs: Math.min(span.fromMs, atMs), toMs: Math.max(span.toMs, atMs) });
  }
  return [...spans].map(([key, { fromMs, toMs }]) => {
    const from = Math.floor(fromMs / MARKED_MS) * MARKED_MS;
    const to = Math.ceil((toMs + 1) / MARKED_MS) * MARKED_MS;
    return [key.slice(0, key.indexOf(',')), new Date(from).toISOString(), new Date(to).toISOString()].join(
      ',',
    );
  });
}

async function main(count: number): Promise<void> {
  const people = [
    ...PEOPLE.map(({ name, password, groups }) => `${name} ${password} ${groups.join(',') || '-'}`),
    ...[DEPLOYER, BACKUP, FORGOTTEN].map(({ name }) => `${name} Unused-${name}-2026 -`),
  ];
  writeFileSync('/run/people', `${people.join('\n')}\n`);
  execFileSync('bash', [join(import.meta.dirname, 'set-up.sh')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const startMs = Date.now();
  const cron = spawn('faketime', ['-f', `@2026-03-02 00:00:00 x${CRON_SPEED}`, 'cron', '-f'], {
    stdio: 'ignore',
    env: { ...process.env, TZ: 'UTC' },
  });
  const random = seededRandom(SEED);
  const everyday = Array.from({ length: DAYS }, (_, index) => everydayOf(index + 1, count, random)).flat();
  // In the order of time, for later steps of an attack build on those before.
  const steps = [...everyday, ...attacksOf(random)].sort((a, b) => a.atMs - b.atMs);
  const lines: Line[] = [];
  let { end } = await newLines(0);
  for (const [index, step] of steps.entries()) {
    const done = await linesOf(step, end);
    lines.push(...done.lines);
    end = done.end;
    if (index % 50 === 0) {
      console.error(`${index + 1} of ${steps.length} steps, ${lines.length} lines`);
    }
  }
  cron.kill();
  const all = [...lines, ...cronLines(startMs)].sort((a, b) => a.atMs - b.atMs);
  writeFileSync('/out/auth.log', all.map(({ text }) => `${text}\n`).join(''));
  writeFileSync('/out/truth.csv', all.map(({ incident }) => `${incident}\n`).join(''));
  writeFileSync('/out/windows.csv', `${windowsOf(all).join('\n')}\n`);
  console.error(
    `${all.length} lines, of them ${all.filter(({ incident }) => incident !== '').length} of incidents`,
  );
}

await main(Number(process.argv[2] ?? '110'));
process.exit(0);
