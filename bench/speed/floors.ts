/**
 * What is left of the budgets once the unavoidable is done: the least that a program of this kind does on this runtime for
 * each name, beside bogofilter on the same names. `node --max-semi-space-size=32 --import tsx bench/speed/floors.ts` writes
 * results/speed-floors.jsonl; docs/adr/0007-speed-budgets.md reads it. It builds nothing and serves nothing.
 */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EpisodeCounter } from '../../src/bayes/episode-counter.ts';
import type { DnsRecord } from '../../src/domain/record.ts';
import { Database } from '../../src/store/sqlite/driver.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { Bogofilter } from './bogofilter.ts';
import { type Cost, costOf } from './cost.ts';
import { rateOf, ratioOf, rounded } from './figures.ts';
import { halvesOfNames, nameLines } from './names.ts';

const SEED = 1;
const NAMES = 40_000;
const ROUNDS = 5;
/** As many as are committed at once where a body of many lines is stored. */
const COMMITTED = 1_024;
const NEWLINE = 10;

interface Parsed {
  dns: { question: { name: string } };
}

const { learnt, scored } = halvesOfNames(SEED);
const names = scored.slice(0, NAMES);
const body = nameLines(names);

/** Each line as text. */
function* linesOf(bytes: Buffer): Generator<string> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, from);
    yield bytes.toString('utf8', from, end);
    from = end + 1;
  }
}

/** Bytes in, bytes out: parsed, told apart by a digest, and answered, with nothing judged. */
function answerAll(): number {
  let bytes = 0;
  let number = 0;
  for (const line of linesOf(body)) {
    const { dns } = JSON.parse(line) as Parsed;
    number += 1;
    const answer = { line: number, id: hash('sha256', line), kind: 'dns', score: dns.question.name.length };
    bytes += Buffer.from(`${JSON.stringify({ ...answer, verdict: 'unsure', interval: [0, 1] })}\n`).length;
  }
  return bytes;
}

/** The same, and each line kept under its digest, committed to the disk. */
function storeAll(database: Database): number {
  const insert = database.prepare('INSERT INTO lines (digest, line) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const lines = [...linesOf(body)];
  for (let from = 0; from < lines.length; from += COMMITTED) {
    database.transaction(() => {
      for (const line of lines.slice(from, from + COMMITTED))
        insert.run(hash('sha256', line, 'buffer'), line);
    });
  }
  return answerAll();
}

/** Every line read again, parsed, taken apart and counted, in five orders of n-grams, once. */
function countAll(database: Database): number {
  const counter = new EpisodeCounter();
  const all = database.prepare<{ line: string }>('SELECT line FROM lines ORDER BY id');
  for (const { line } of all.iterate()) {
    const { dns } = JSON.parse(line) as Parsed;
    const record: DnsRecord = { kind: 'dns', dns };
    counter.beginEpisode(-1);
    counter.addRecord(tokenize(record), 'none', 'bad');
    counter.endEpisode();
  }
  return counter.finish().counts.length;
}

const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-floors-'));
try {
  const peer = new Bogofilter(mkdtempSync(join(folder, 'peer-')));
  const good = peer.mailbox(learnt.filter(({ label }) => label === 'good'));
  const bad = peer.mailbox(learnt.filter(({ label }) => label === 'bad'));
  const mailbox = peer.mailbox(names);
  const costs: Record<string, Cost[]> = { answer: [], store: [], count: [] };
  const theirs: Record<string, Cost[]> = { score: [], learn: [] };
  for (let round = 0; round < ROUNDS; round++) {
    theirs['learn']?.push(await peer.learn({ good, bad }));
    theirs['score']?.push(await peer.score(mailbox, NAMES));
    const database = new Database(join(folder, `${round}.sqlite`));
    database.exec(
      'CREATE TABLE lines (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, line TEXT NOT NULL)',
    );
    costs['answer']?.push(await costOf(async () => answerAll()));
    costs['store']?.push(await costOf(async () => storeAll(database)));
    costs['count']?.push(await costOf(async () => countAll(database)));
    database.close();
  }
  const figures: object[] = [];
  const report = (name: string, value: number, unit: string) => {
    figures.push({ name, value: rounded(value), unit, n: NAMES, seed: SEED, node: process.version });
    console.log(JSON.stringify(figures.at(-1)));
  };
  report('load average', loadavg()[0] ?? Number.NaN, 'processes');
  const scoring = theirs['score'] ?? [];
  // Their learning took all names that were learnt: per name of those.
  const learning = (theirs['learn'] ?? []).map(({ cpuSeconds, wallSeconds }) => ({
    cpuSeconds: (cpuSeconds * NAMES) / learnt.length,
    wallSeconds: (wallSeconds * NAMES) / learnt.length,
  }));
  report('bogofilter scores', 1e6 / rateOf(scoring, NAMES).perCoreSecond, 'µs of CPU a name');
  report('bogofilter learns', 1e6 / rateOf(learning, NAMES).perCoreSecond, 'µs of CPU a name');
  const rows = { answer: scoring, store: scoring, count: learning };
  for (const [name, peers] of Object.entries(rows)) {
    const own = costs[name] ?? [];
    report(name, 1e6 / rateOf(own, NAMES).perCoreSecond, 'µs of CPU a name');
    report(name, ratioOf(own, peers).perCoreSecond, '× bogofilter, CPU');
  }
  const results = join(import.meta.dirname, '../results/speed-floors.jsonl');
  writeFileSync(results, `${figures.map(figure => JSON.stringify(figure)).join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
