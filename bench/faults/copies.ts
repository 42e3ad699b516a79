/**
 * A data folder that is copied while it serves, one file after the other, as whoever knows no better does: again and
 * again, each time while records are stored without a pause. Large folders take their time, so for every other copy some
 * passes between two files. A server is started on each copy, and what it does not refuse is counted again and held
 * against what was acknowledged.
 *
 * A copy may be right (it holds what was acknowledged, in order, to some moment), or refused by words that name
 * `bayeswatch backup`. One that is served and lacks what came before other records breaks the promise.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Database } from '../../src/store/sqlite/driver.ts';
import { storePathIn } from '../../src/store/sqlite/open.ts';
import { seededRandom } from '../accuracy/seeded.ts';
import { figureOf, printFigures, writeFigures } from './figures.ts';
import { installationIn } from './life.ts';
import { BUILT } from './program.ts';
import { type Installation, runCommand, Server } from './server.ts';

export const COPIES = 16;
const SENDERS = 2;
const REQUEST_LINES = 1_000;
/** Between two files of every other copy, at most: the log goes into the database every few seconds. */
const GAP_MS_MAX = 2_000;
/** Before a copy begins, at most. */
const WAIT_MS_MAX = 1_000;

/** What became of a copy. */
type Fate = 'whole' | 'refused' | 'wrong';

/** @returns whether no copy was wrong and taken to be right */
export async function copyFolders(copies: number): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'bayeswatch-copies-'));
  const installation = installationIn(root, 'serving', BUILT);
  const random = seededRandom(1);
  const fates: Record<Fate, number> = { whole: 0, refused: 0, wrong: 0 };
  const server = await Server.start(installation);
  const senders = Array.from({ length: SENDERS }, () => new Sender(server));
  try {
    for (let copy = 1; copy <= copies; copy++) {
      const copied = { ...installation, folder: `${installation.folder}-${copy}` };
      const gapMs = () => (copy % 2 === 0 ? random() * GAP_MS_MAX : 0);
      // They rest while the copy is looked at: a recount of ever more records takes ever longer.
      const sending = Promise.all(senders.map(sender => sender.send()));
      await setTimeout(random() * WAIT_MS_MAX);
      await copyFiles(installation.folder, copied.folder, gapMs);
      for (const sender of senders) sender.isOver = true;
      await sending;
      const { fate, told } = await fateOf(copied, senders);
      fates[fate] += 1;
      process.stderr.write(`copy ${copy}: ${fate}, ${told.slice(-600)}\n`);
      rmSync(copied.folder, { recursive: true, force: true });
    }
    await server.stop();
  } finally {
    await server.kill();
    rmSync(root, { recursive: true, force: true });
  }
  const of = { n: copies, seed: '1' };
  const figures = [
    figureOf('copies that are right', fates.whole, 'copies', of),
    figureOf('copies that are refused', fates.refused, 'copies', of),
    figureOf('copies that are wrong and not refused', fates.wrong, 'copies', of),
  ];
  printFigures(figures);
  writeFigures('faults-copies.jsonl', figures);
  return fates.wrong === 0;
}

/** In the order of names, as `cp -r` takes them: the database, then what SQLite keeps beside it, then its log. */
async function copyFiles(from: string, to: string, gapMs: () => number): Promise<void> {
  mkdirSync(to);
  for (const name of readdirSync(from).sort()) {
    await cp(join(from, name), join(to, name), { recursive: true });
    await setTimeout(gapMs());
  }
}

/** Stores without a pause, and remembers the identities that it was told of, in order. */
class Sender {
  readonly told: string[] = [];
  isOver = false;
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  async send(): Promise<void> {
    this.isOver = false;
    while (!this.isOver) {
      const lines = Array.from({ length: REQUEST_LINES }, lineOf);
      await this.#server.postLines('', lines, ({ id }) => this.told.push(id.slice(id.indexOf('.') + 1)));
    }
  }
}

function lineOf(): string {
  const at = new Date(Date.UTC(2025, 0, 1) + Math.floor(Math.random() * 3_600_000)).toISOString();
  const name = `${randomBytes(6).toString('hex')}.example`;
  return JSON.stringify({ '@timestamp': at, source: { ip: '10.0.0.1' }, dns: { question: { name } } });
}

async function fateOf(
  copied: Installation,
  senders: readonly Sender[],
): Promise<{ fate: Fate; told: string }> {
  const refusal = await refusalOf(copied);
  if (refusal !== null)
    return { fate: refusal.includes('`bayeswatch backup`') ? 'refused' : 'wrong', told: refusal };
  const { code, text } = await runCommand(copied, ['check', '--recount']);
  if (code !== 0) return { fate: 'wrong', told: `served, and ${text}` };
  const stored = storedIn(copied.folder);
  const lacking = senders.reduce((sum, { told }) => sum + lackingBetween(told, stored), 0);
  return {
    fate: lacking > 0 ? 'wrong' : 'whole',
    told: `${stored.size} records, ${lacking} lacking between others`,
  };
}

/** What a server says that does not start; null where it starts. */
async function refusalOf(copied: Installation): Promise<string | null> {
  try {
    await (await Server.start(copied)).stop();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How many of them are missing though a later one is there. */
function lackingBetween(told: readonly string[], stored: ReadonlySet<string>): number {
  const last = told.findLastIndex(identity => stored.has(identity));
  return told.slice(0, last + 1).filter(identity => !stored.has(identity)).length;
}

function storedIn(folder: string): Set<string> {
  const database = new Database(storePathIn(folder));
  try {
    const rows = database
      .prepare<{ identity: string }>('SELECT lower(hex(identity)) AS identity FROM records')
      .all();
    return new Set(rows.map(({ identity }) => identity));
  } finally {
    database.close();
  }
}
