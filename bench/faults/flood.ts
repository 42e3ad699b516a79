/**
 * One key floods scoring over many connections, another one stores over one, a request after the other: what that has
 * stored a second, alone and beside the flood. It asks for little at once, so it never takes half of the machine; it waits
 * for the thread at each step of a request, and must keep a tenth of what it had alone, at least.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn } from './life.ts';
import { Client } from './overload.ts';
import { BUILT } from './program.ts';
import { runCommand, Server } from './server.ts';

export const FLOOD_SECONDS = 10;
const STORED_LINES = 200;
const SCORED_LINES = 2_000;
const FLOOD_REQUESTS = 32;
const LINE = JSON.stringify({ source: { ip: '10.0.0.1' }, dns: { question: { name: 'flood.example' } } });
const SHARE_MIN = 0.1;

/** @returns whether the key that stores has its share */
export async function flood(seconds: number): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-flood-'));
  const installation = installationIn(root, 'data', BUILT);
  const server = await Server.start(installation);
  try {
    const { text } = await runCommand(installation, ['keys', 'create', '--role', 'viewer']);
    const [reader] = /bw_[a-z2-7]{12}_[a-z2-7]{32}/.exec(text) ?? [];
    if (reader === undefined) throw new Error(`no key was made: ${text}`);
    const sensor = new Client(server.address, installation.key);
    await storing(sensor, 2);
    const alone = await storing(sensor, seconds);
    const body = Buffer.from(`${LINE}\n`.repeat(SCORED_LINES));
    let isOver = false;
    let scored = 0;
    const floods = Array.from({ length: FLOOD_REQUESTS }, async () => {
      while (!isOver) {
        const status = await scoreOnce(server.address, reader, body);
        if (status === 200) scored += SCORED_LINES;
        else if (status !== 429) throw new Error(`the flood was answered ${status}`);
      }
    });
    await setTimeout(2_000);
    const scoredBefore = scored;
    const beside = await storing(sensor, seconds);
    const scoredBeside = (scored - scoredBefore) / seconds;
    isOver = true;
    await Promise.all(floods);
    const figures = [
      figureOf('stored alone', Math.round(alone), 'lines/s'),
      figureOf('stored beside a flood of another key', Math.round(beside), 'lines/s'),
      figureOf('scored by the flood beside it', Math.round(scoredBeside), 'lines/s'),
    ];
    printFigures(figures);
    if (seconds === FLOOD_SECONDS) writeFigures('faults-flood.jsonl', figures);
    return beside >= SHARE_MIN * alone;
  } finally {
    await server.kill();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Costs this process as little as can be: it is the client of the key that stores, too. */
async function scoreOnce(
  address: { host: string; port: number },
  key: string,
  body: Buffer,
): Promise<number> {
  const headers = {
    'X-API-Key': key,
    'Content-Type': 'application/x-ndjson',
    'Content-Length': body.length,
    Prefer: 'return=minimal',
  };
  const sent = request({ ...address, path: '/v1/score', method: 'POST', headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

/** Lines stored a second by one request after the other. */
async function storing(client: Client, seconds: number): Promise<number> {
  const beganMs = performance.now();
  let stored = 0;
  while (performance.now() - beganMs < seconds * 1_000) {
    const { status, ids, why } = await client.post('/v1/records', STORED_LINES);
    if (status !== 200) throw new Error(`storing was answered ${status} ${why}`);
    stored += ids.length;
  }
  return stored / ((performance.now() - beganMs) / 1_000);
}
