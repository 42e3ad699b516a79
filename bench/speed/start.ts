/**
 * What a model takes in memory, and how long a server needs to start with it: from the start of its process until
 * GET /readyz says 200, with a data folder that holds a million n-grams and beside it with an empty one, in turns.
 * `npm run bench:start [n-grams]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { CompiledModel } from '../../src/bayes/model.ts';
import type { Segment } from '../../src/domain/ledger.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { DEFAULT_SITE } from '../../src/domain/site.ts';
import { type Built, loadBuilt } from './built.ts';
import { type Cost, costOf } from './cost.ts';
import { DrawnNames } from './drawn-names.ts';
import { inTurn, median, rounded } from './figures.ts';
import { automataBytes, ngramsOf, tableBytes } from './model-bytes.ts';
import { Report } from './report.ts';
import { Server } from './server.ts';

const SEED = 1;
const NGRAMS = Number(process.argv[2] ?? 1e6);
const POSTED_NAMES = 10_000;
const ROUNDS = 5;
const SEGMENTS_AT_ONCE = 64;
/** A server that is ready still frees what it compiled with. */
const SETTLE_MS = 3_000;

interface Start extends Cost {
  residentBytes: number;
}

/** Starts a server, waits until it is ready, and stops it. */
async function startOnce(folder: string): Promise<Start> {
  const startMs = performance.now();
  const server = await Server.start(folder);
  try {
    await server.untilReady();
    const wallSeconds = (performance.now() - startMs) / 1_000;
    const cpuSeconds = server.cpuSeconds();
    await setTimeout(SETTLE_MS);
    return { wallSeconds, cpuSeconds, residentBytes: server.residentBytes() };
  } finally {
    await server.stop();
  }
}

/** Learns drawn names until there are as many n-grams as wanted. @returns names learnt */
async function fill(folder: string): Promise<number> {
  const server = await Server.start(folder);
  const names = new DrawnNames(SEED);
  try {
    for (let learnt = POSTED_NAMES; ; learnt += POSTED_NAMES) {
      await server.learn(names.next(POSTED_NAMES), learnt);
      const { fields } = await server.model();
      if ((fields['dns.question.name']?.tokens ?? 0) >= NGRAMS) return learnt;
    }
  } finally {
    await server.stop();
  }
}

/** The steps from a stored model to one that serves, alone in this process. */
async function stepsOf(
  built: Built,
  folder: string,
): Promise<{ model: CompiledModel; steps: Record<string, Cost> }> {
  const store = new built.SqliteStore(built.storePathIn(folder));
  try {
    const segments: Segment[] = [];
    const read = await costOf(async () => {
      for (;;) {
        const some = await store.listSegments(DEFAULT_SITE, {
          after: segments.at(-1),
          untilEntry: Number.MAX_SAFE_INTEGER,
          limit: SEGMENTS_AT_ONCE,
        });
        segments.push(...some);
        if (some.length < SEGMENTS_AT_ONCE) return;
      }
    });
    const parameters = built.modelParametersOf(built.configOf({}).policy, TOKENIZER_VERSION);
    const settled = new built.SettledCounts(parameters.halfLifeDays);
    const add = await costOf(async () => {
      for (const { counts } of segments) settled.addSegment(counts);
    });
    const compiled: CompiledModel[] = [];
    const compile = await costOf(async () => {
      compiled.push(built.compileModel(settled, parameters, { id: '', entry: 0 }));
    });
    const [model] = compiled;
    if (model === undefined) throw new Error('no model was compiled');
    const cross = await costOf(async () => structuredClone(model));
    const steps = {
      'read the segments': read,
      'add up their counts': add,
      'compile the model': compile,
      'copy it to the thread that serves': cross,
    };
    return { model, steps };
  } finally {
    await store.close();
  }
}

async function measure(scratch: string): Promise<void> {
  const built = await loadBuilt();
  const report = new Report(SEED);
  const full = mkdtempSync(join(scratch, 'full-'));
  const empty = mkdtempSync(join(scratch, 'empty-'));
  const names = await fill(full);
  await startOnce(empty);
  const starts = { full: [] as Start[], empty: [] as Start[] };
  for (let round = 0; round < ROUNDS; round++) {
    await inTurn(round, [
      async () => starts.full.push(await startOnce(full)),
      async () => starts.empty.push(await startOnce(empty)),
    ]);
  }
  const { model, steps } = await stepsOf(built, full);
  const ngrams = ngramsOf(model);

  const rows: string[] = [];
  const addStep = (title: string, name: string, costs: readonly Cost[]) => {
    const wall = median(costs.map(({ wallSeconds }) => wallSeconds));
    const cpu = median(costs.map(({ cpuSeconds }) => cpuSeconds));
    report.add(name, wall, 's', ngrams);
    report.add(name, cpu, 's CPU', ngrams);
    rows.push(`| ${title} | ${rounded(wall)} | ${rounded(cpu)} |`);
  };
  addStep('**from the start of the process until it is ready**', 'start', starts.full);
  addStep(
    'the same with an empty data folder: Node, modules, opening the store',
    'start, empty',
    starts.empty,
  );
  for (const [name, cost] of Object.entries(steps)) addStep(`${name} (alone)`, name, [cost]);

  const resident = (of: readonly Start[]) => median(of.map(({ residentBytes }) => residentBytes));
  const bytes = {
    automata: automataBytes(model) / ngrams,
    table: tableBytes(model) / ngrams,
    resident: (resident(starts.full) - resident(starts.empty)) / ngrams,
  };
  const compiled = bytes.automata + bytes.table;
  report.add('compiled model', compiled, 'bytes/n-gram', ngrams);
  report.add('compiled model, automata', bytes.automata, 'bytes/n-gram', ngrams);
  report.add('compiled model, table of category tokens', bytes.table, 'bytes/n-gram', ngrams);
  report.add('server, growth of resident memory', bytes.resident, 'bytes/n-gram', ngrams);
  report.add('server, resident, empty', resident(starts.empty) / 2 ** 20, 'MiB', 1);
  report.add('server, resident', resident(starts.full) / 2 ** 20, 'MiB', ngrams);
  report.write('speed-start', 'Start and memory', 'npm run bench:start', [
    `${ngrams.toLocaleString('en')} n-grams of ${names.toLocaleString('en')} drawn names; starts are medians of ${ROUNDS} rounds.`,
    '',
    '| what | s | s CPU |',
    '|---|---|---|',
    ...rows,
    '',
    '| memory | bytes an n-gram | budget |',
    '|---|---|---|',
    `| compiled model, all arrays that scoring reads | **${rounded(compiled)}** | 48 |`,
    `| — its automata | ${rounded(bytes.automata)} | |`,
    `| — its table of category tokens (${model.categories.tokens.toLocaleString('en')}) | ${rounded(bytes.table)} | |`,
    `| resident memory of the server over an empty one's, ${SETTLE_MS / 1_000} s after it is ready: the model, the counts that the learner goes on with, and what compiling left | ${rounded(bytes.resident)} | |`,
    '',
    `A server takes ${rounded(resident(starts.empty) / 2 ** 20)} MiB empty, ${rounded(resident(starts.full) / 2 ** 20)} MiB with this model.`,
  ]);
}

const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
try {
  await measure(scratch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
