/**
 * How fast names are scored, stored and learnt, beside bogofilter on the same names in the same minutes: rounds of all
 * contenders in turn, medians of the rounds' ratios. `npm run bench:speed`; one JSON line a figure, bench/results/speed.*.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSharedData } from '../accuracy/shared-data.ts';
import { Bogofilter, bogofilterVersion } from './bogofilter.ts';
import { loadBuilt } from './built.ts';
import { type Cost, costOf } from './cost.ts';
import { inTurn, rateOf, ratioOf, rounded, thousands } from './figures.ts';
import { InProcess } from './in-process.ts';
import { FIRST_AT_MS, halvesOfNames, type LabelledName, nameLines, ROUND_MS, sensorLines } from './names.ts';
import { Report } from './report.ts';
import { Server } from './server.ts';
import { stagesOf } from './stages.ts';

const SEED = 1;
const SCORED_NAMES = 40_000;
const SCORE_ROUNDS = 5;
const LEARN_ROUNDS = 3;
const WINDOW_ROUNDS = 3;

const report = new Report(SEED);
const rows: string[] = [];

/** One row of the table, and its figures. @param peer the peer's rounds, beside ours; null where there is no peer */
function reportRate(
  what: { name: string; title: string; budget?: string },
  costs: readonly Cost[],
  names: number,
  peer: readonly Cost[] | null,
): void {
  const { name, title, budget = '' } = what;
  const rate = rateOf(costs, names);
  report.add(name, rate.perSecond, 'names/s', names);
  report.add(name, rate.perCoreSecond, 'names/core-s', names);
  const cells = [title, thousands(rate.perSecond), thousands(rate.perCoreSecond)];
  if (peer !== null && peer.length > 0) {
    const ratio = ratioOf(costs, peer);
    report.add(name, ratio.perCoreSecond, '× bogofilter, CPU', names);
    report.add(name, ratio.perSecond, '× bogofilter, wall', names);
    cells.push(`**${rounded(ratio.perCoreSecond)}**`, `${rounded(ratio.perSecond)}`);
  } else {
    cells.push('', '');
  }
  rows.push(`| ${cells.join(' | ')} | ${budget} |`);
}

const ofLabel = (names: readonly LabelledName[], label: LabelledName['label']) =>
  names.filter(name => name.label === label);

async function measure(scratch: string): Promise<void> {
  const version = bogofilterVersion();
  const peer = version === null ? null : new Bogofilter(mkdtempSync(join(scratch, 'bogofilter-')));
  const built = await loadBuilt();
  const { learnt, scored: rest } = halvesOfNames(SEED);
  const scored = rest.slice(0, SCORED_NAMES);

  // Learning: a labelled corpus, posted to a new server, until the model that serves counts every name of it.
  const corpus = { good: ofLabel(learnt, 'good'), bad: ofLabel(learnt, 'bad') };
  const bodies = { good: nameLines(corpus.good), bad: nameLines(corpus.bad) };
  const mailboxes = peer && { good: peer.mailbox(corpus.good), bad: peer.mailbox(corpus.bad) };
  const learning = { ours: [] as Cost[], peer: [] as Cost[] };
  let server: Server | undefined;
  let folder = '';
  try {
    for (let round = 0; round < LEARN_ROUNDS; round++) {
      await server?.stop();
      folder = mkdtempSync(join(scratch, 'data-'));
      const started = await Server.start(folder);
      server = started;
      const cpu = () => started.cpuSeconds();
      await inTurn(round, [
        async () => {
          if (peer && mailboxes) learning.peer.push(await peer.learn(mailboxes));
        },
        async () => {
          const cost = await costOf(async () => {
            for (const label of ['good', 'bad'] as const) {
              const path = `/v1/records?label=${label}&window=${label}&score=false`;
              await started.postLines(path, bodies[label], corpus[label].length);
            }
            await started.untilLearnt(learnt.length);
          }, cpu);
          learning.ours.push(cost);
        },
      ]);
    }
    if (server === undefined) throw new Error('no round of learning was run');
    await compare(built, server, folder, peer, scored, learnt.length, learning);
  } finally {
    await server?.stop();
  }

  report.write('speed', 'Speed', 'npm run bench:speed', [
    `${thousands(learnt.length)} names learnt, ${thousands(SCORED_NAMES)} others scored a round; medians of ${SCORE_ROUNDS} rounds (learning: ${LEARN_ROUNDS}).`,
    version === null ? 'bogofilter is not installed: skipped.' : `The peer is bogofilter ${version}.`,
    '',
    '| what | names/s | names/core-s | × bogofilter, CPU | × bogofilter, wall | budget |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'More: [single requests](speed-single.md), [start and memory](speed-start.md), [by what was learnt and by length](speed-growth.md), [while a window is learnt](speed-window.md).',
  ]);
}

/** Scoring and storing, and windows over what was stored, by the server that has learnt. */
async function compare(
  built: Awaited<ReturnType<typeof loadBuilt>>,
  server: Server,
  folder: string,
  peer: Bogofilter | null,
  scored: readonly LabelledName[],
  learntNames: number,
  learning: { ours: Cost[]; peer: Cost[] },
): Promise<void> {
  const n = scored.length;
  const cpu = () => server.cpuSeconds();
  const body = nameLines(scored);
  const mailbox = peer?.mailbox(scored);
  await server.untilFitted();
  const inProcess = await InProcess.open(built, folder);
  try {
    const { model } = await inProcess.served();
    if (model.id !== (await server.model()).id) throw new Error('the two processes serve different models');
    const costs = {
      inProcess: [] as Cost[],
      sensor: [] as Cost[],
      rest: [] as Cost[],
      stored: [] as Cost[],
      peer: [] as Cost[],
    };
    const sensorBody = sensorLines(scored, FIRST_AT_MS);
    for (let warm = 0; warm < 2; warm++) {
      await inProcess.score(body, n);
      await inProcess.score(sensorBody, n);
      await server.postLines('/v1/score', body, n);
    }
    for (let round = 0; round < SCORE_ROUNDS; round++) {
      const stored = sensorLines(scored, FIRST_AT_MS + round * ROUND_MS);
      await inTurn(round, [
        async () => costs.inProcess.push(await costOf(() => inProcess.score(body, n))),
        async () => {
          if (peer && mailbox !== undefined) costs.peer.push(await peer.score(mailbox, n));
        },
        async () => costs.rest.push(await costOf(() => server.postLines('/v1/score', body, n), cpu)),
        async () => costs.stored.push(await costOf(() => server.postLines('/v1/records', stored, n), cpu)),
        async () => costs.sensor.push(await costOf(() => inProcess.score(sensorBody, n))),
      ]);
    }
    const windows = { ours: [] as Cost[], peer: [] as Cost[] };
    for (let round = 0; round < WINDOW_ROUNDS; round++) {
      await inTurn(round, [
        async () => {
          if (peer && mailbox !== undefined) windows.peer.push(await peer.learn({ bad: mailbox }));
        },
        async () => {
          const fromMs = FIRST_AT_MS + round * ROUND_MS;
          const { id } = await server.model();
          const learn = async () => {
            await server.untilApplied(await server.mark(fromMs, fromMs + ROUND_MS));
            await server.untilModelIsNot(id);
          };
          windows.ours.push(await costOf(learn, cpu));
        },
      ]);
    }

    const name = 'score.in_process';
    reportRate({ name, title: 'score in process, names alone', budget: '5' }, costs.inProcess, n, costs.peer);
    reportRate(
      { name: `${name}.sensor`, title: '— lines of a sensor (dated, with a source)' },
      costs.sensor,
      n,
      costs.peer,
    );
    reportRate(
      { name: 'score.rest', title: 'score over REST, names alone', budget: '2' },
      costs.rest,
      n,
      costs.peer,
    );
    reportRate(
      { name: 'store.rest', title: 'score and store over REST, lines of a sensor', budget: '1' },
      costs.stored,
      n,
      costs.peer,
    );
    if (peer) reportRate({ name: 'score.bogofilter', title: 'bogofilter -M' }, costs.peer, n, null);
    reportRate(
      {
        name: 'learn.corpus',
        title: 'store and learn a labelled corpus, until the model that serves counts it',
      },
      learning.ours,
      learntNames,
      learning.peer,
    );
    reportRate(
      {
        name: 'learn.window',
        title: 'learn a window over stored records, until the model that serves counts it',
        budget: '1, goal 2',
      },
      windows.ours,
      n,
      windows.peer,
    );
    if (peer) {
      reportRate(
        { name: 'learn.bogofilter', title: 'bogofilter -M -s, -n' },
        learning.peer,
        learntNames,
        null,
      );
    }
    rows.push('', '| stage of scoring in process (names alone) | µs a name |', '|---|---|');
    for (const { name: stage, cpuMicroseconds } of await stagesOf(built, inProcess, body, SCORE_ROUNDS)) {
      report.add(`stage: ${stage}`, cpuMicroseconds, 'µs CPU/name', n);
      rows.push(`| ${stage} | ${rounded(cpuMicroseconds)} |`);
    }
    const ngrams = Object.values(model.sequences).reduce((sum, automaton) => sum + automaton.ngrams, 0);
    report.add('model n-grams', ngrams, 'n-grams', learntNames);
    rows.push('', `The model holds ${thousands(ngrams)} n-grams of ${thousands(learntNames)} names learnt.`);
  } finally {
    await inProcess.close();
  }
}

if (hasSharedData('dns')) {
  const scratch = mkdtempSync(join(tmpdir(), 'bayeswatch-speed-'));
  try {
    await measure(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
} else {
  process.stdout.write('skipped: the developer data is not beside the checkout\n');
}
