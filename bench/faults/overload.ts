/**
 * Twice what the machine can do, for a minute: requests with records come at a fixed rate, whatever becomes of those
 * before, which is twice the rate that the same machine has just answered. Each must be answered, or told to come back;
 * memory stays bounded, scoring beside it is answered, and what was acknowledged is there afterwards.
 *
 * Beside them, from the first moment to the last: a thousand connections that say nothing, a client that sends a byte a
 * second, and one that reads no answer.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn } from './life.ts';
import { BUILT } from './program.ts';
import { runCommand, Server } from './server.ts';

const LINES = 200;
const MEASURE_MS = 8_000;
const MEASURE_CLIENTS = 4;
const OVERLOAD_MS = 60_000;
const FACTOR = 2;
const IDLE_CONNECTIONS = 1_000;
/** Above what a request of ours waits for in the worst case; one that takes longer counts as not answered. */
const ANSWER_MS_MAX = 30_000;

interface Answer {
  status: number;
  ms: number;
  retryAfter: string | undefined;
  /** Why there was no answer. */
  why: string;
  ids: string[];
}

/** @returns whether every promise was kept */
export async function overload(): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-overload-'));
  const installation = installationIn(root, 'data', BUILT);
  const server = await Server.start(installation);
  const problems: string[] = [];
  const sockets: Socket[] = [];
  try {
    const client = new Client(server.address, installation.key);
    const calmPerSecond = await measure(client);
    const memory = new Memory(server.pid);
    sockets.push(...(await nuisances(server.address, installation.key)));
    const { answers, scores } = await offer(client, calmPerSecond * FACTOR, memory);
    const residentMib = memory.stop();
    for (const socket of sockets) socket.destroy();
    const stored = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    const others = answers.length - stored.length - refused.length;
    const failures = new Set(answers.flatMap(({ status, why }) => (status === 0 ? [why] : [String(status)])));
    process.stderr.write(`answers: ${[...failures].join(', ')}\n`);
    if (others > 0) problems.push(`${others} requests were neither answered nor told to come back`);
    if (refused.some(({ retryAfter }) => retryAfter === undefined))
      problems.push('a 429 without Retry-After');
    const lost = await client.missing(stored.flatMap(({ ids }) => ids.slice(0, 1)));
    if (lost > 0) problems.push(`${lost} acknowledged records are not there`);
    await server.stop();
    problems.push(...server.errorLines());
    const checked = await runCommand(installation, ['check', '--recount']);
    const told = Number(/recount: (\d+) records/.exec(checked.text)?.[1] ?? Number.NaN);
    const acknowledged = client.acknowledged + stored.reduce((sum, { ids }) => sum + ids.length, 0);
    // A request that was cut after a batch of it was stored may leave more, never less.
    if (!(told >= acknowledged))
      problems.push(`${acknowledged} lines were acknowledged, and ${told} are there`);
    if (!checked.text.includes(': equal\n')) problems.push(checked.text);
    const figures = [
      figureOf('broken promises', problems.length, 'problems'),
      figureOf('answered in calm', Math.round(calmPerSecond * LINES), 'lines/s'),
      figureOf('offered', Math.round((answers.length / OVERLOAD_MS) * 1_000 * LINES), 'lines/s'),
      figureOf('stored', Math.round((stored.length / OVERLOAD_MS) * 1_000 * LINES), 'lines/s'),
      figureOf('told to come back, 429', refused.length, 'requests', { n: answers.length }),
      ...percentiles('until stored', stored),
      ...percentiles('until told to come back', refused),
      ...percentiles('until scored beside it', scores),
      figureOf('resident memory, before', residentMib.before, 'MiB'),
      figureOf('resident memory, at most', residentMib.most, 'MiB'),
      figureOf('lines acknowledged', acknowledged, 'lines'),
      figureOf('acknowledged and not there', lost, 'lines'),
    ];
    printFigures(figures);
    for (const problem of problems) process.stderr.write(`${problem.slice(0, 1_000)}\n`);
    writeFigures('faults-overload.jsonl', figures);
    return problems.length === 0;
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.kill();
    rmSync(root, { recursive: true, force: true });
  }
}

function percentiles(name: string, answers: readonly Answer[]) {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN);
  if (sorted.length === 0) return [];
  return [0.5, 0.99, 1].map(part =>
    figureOf(`${name}, ${part === 1 ? 'longest' : `${part * 100} %`}`, at(part), 'ms', { n: sorted.length }),
  );
}

/** What is answered in a second where nobody asks for more. */
async function measure(client: Client): Promise<number> {
  const endMs = performance.now() + MEASURE_MS;
  let answered = 0;
  const work = async () => {
    while (performance.now() < endMs) {
      const { ids } = await client.post('/v1/records', LINES);
      client.acknowledged += ids.length;
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: MEASURE_CLIENTS }, work));
  return answered / (MEASURE_MS / 1_000);
}

async function offer(client: Client, perSecond: number, memory: Memory) {
  const answers: Promise<Answer>[] = [];
  const scores: Promise<Answer>[] = [];
  const beganMs = performance.now();
  for (;;) {
    const passedMs = performance.now() - beganMs;
    if (passedMs >= OVERLOAD_MS) break;
    while (answers.length < (passedMs / 1_000) * perSecond) answers.push(client.post('/v1/records', LINES));
    while (scores.length < passedMs / 1_000) scores.push(client.post('/v1/score', 1));
    memory.look();
    await setTimeout(5);
  }
  return { answers: await Promise.all(answers), scores: await Promise.all(scores) };
}

/** Connections that say nothing, a body that never ends, and answers that nobody reads. */
async function nuisances({ host, port }: { host: string; port: number }, key: string): Promise<Socket[]> {
  const opened = await Promise.all(
    Array.from(
      { length: IDLE_CONNECTIONS },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(port, host, () => resolve(socket));
          socket.once('error', reject);
        }),
    ),
  );
  for (const socket of opened) socket.on('error', () => undefined);
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const [slow, deaf] = opened;
  slow?.write(head('/v1/records'));
  const trickle = setInterval(() => slow?.write('1\r\n{\r\n'), 1_000);
  slow?.once('close', () => clearInterval(trickle));
  deaf?.pause();
  deaf?.write(head('/v1/score'));
  const line = `${JSON.stringify({ dns: { question: { name: 'nobody-reads.example' } } })}\n`;
  const chunk = line.repeat(100);
  const shout = setInterval(() => deaf?.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`), 100);
  deaf?.once('close', () => clearInterval(shout));
  return opened;
}

export class Client {
  acknowledged = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  readonly #address: { host: string; port: number };
  readonly #key: string;
  #sent = 0;

  constructor(address: { host: string; port: number }, key: string) {
    this.#address = address;
    this.#key = key;
  }

  /** Status 0 where there was no whole answer. */
  post(path: string, lines: number): Promise<Answer> {
    const body = Array.from({ length: lines }, () => this.#line()).join('');
    const headers = { 'X-API-Key': this.#key, 'Content-Type': 'application/x-ndjson' };
    const beganMs = performance.now();
    return new Promise(resolve => {
      const end = (status: number, retryAfter?: string, text = '', why = '') => {
        const ids = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id);
        resolve({ status, ms: performance.now() - beganMs, retryAfter, why, ids });
      };
      const sent = request(
        { ...this.#address, path, method: 'POST', headers, agent: this.#agent, timeout: ANSWER_MS_MAX },
        response => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => end(response.statusCode ?? 0, response.headers['retry-after'], text));
          response.on('error', error => end(0, undefined, '', error.message));
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', error => end(0, undefined, '', error.message));
      sent.end(body);
    });
  }

  /** Of these records, how many are not there. */
  async missing(ids: readonly string[]): Promise<number> {
    const { host, port } = this.#address;
    let missing = 0;
    for (const id of ids) {
      const url = `http://${host}:${port}/v1/records/${encodeURIComponent(id)}`;
      const response = await fetch(url, { headers: { 'X-API-Key': this.#key } });
      await response.text();
      if (!response.ok) missing += 1;
    }
    return missing;
  }

  #line(): string {
    this.#sent += 1;
    const name = `${randomBytes(4).toString('hex')}.${this.#sent % 997}.example`;
    const at = new Date(Date.UTC(2025, 0, 1) + this.#sent).toISOString();
    return `${JSON.stringify({ '@timestamp': at, source: { ip: '10.0.0.1' }, dns: { question: { name } } })}\n`;
  }
}

/** Resident memory of a process, of Linux. */
class Memory {
  readonly #pid: number;
  readonly #before: number;
  #most = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#before = this.#read();
  }

  look(): void {
    this.#most = Math.max(this.#most, this.#read());
  }

  stop(): { before: number; most: number } {
    return { before: this.#before, most: this.#most };
  }

  #read(): number {
    const text = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? Number.NaN) / 1_024);
  }
}
