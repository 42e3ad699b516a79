/**
 * breakin-weblab: the access log of a small web shop under the usual tools. The responder marks the windows of all tools
 * but one; the requests of that one have to stand out from good requests that were never learnt, and not by the client's
 * address or user agent.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceivedRecord } from '../../src/services/record-session.ts';
import { captureLines, hasCaptures } from '../captures.ts';
import { INPUTS, type Input, ModelIds, RUNS } from '../shapes.ts';
import { CALLER, ingest, POLICY, received, score, type World } from '../world.ts';

/** All of it on MongoDB takes minutes, on a busy machine many. */
const PATIENCE_MS = 600_000;
const AFTER_MS = Date.UTC(2026, 10, 22);

interface Request {
  record: ReceivedRecord;
  /** Empty for the good. */
  tool: string;
}

interface AttackWindow {
  tool: string;
  client: string;
  fromMs: number;
  toMs: number;
}

/** Every so many requests are stored, and so many tools are left out in turn. */
const TAKEN: Record<Input, { every: number; tools: number }> = {
  whole: { every: 1, tools: Number.POSITIVE_INFINITY },
  part: { every: 4, tools: 2 },
};

function requestsOf(input: Input): Request[] {
  const records = received(
    'nginx-json',
    captureLines('breakin-weblab/weblab-dev.access.json.ndjson.xz'),
    AFTER_MS,
  );
  const [, ...labels] = captureLines('breakin-weblab/weblab-dev.labels.csv.xz');
  expect(records).toHaveLength(labels.length);
  const all = records.map((record, index) => ({ record, tool: labels[index]?.split(',')[5] ?? '' }));
  return all.filter((_, index) => index % TAKEN[input].every === 0);
}

function windowsOf(): AttackWindow[] {
  const [, ...rows] = captureLines('breakin-weblab/weblab-dev.windows.csv').map(row => row.split(','));
  return rows
    .filter(([, event]) => event === 'start')
    .map(([start = '', , tool = '', client = '']) => {
      const [end = ''] = rows.find(row => row[1] === 'end' && row[2] === tool) ?? [];
      return {
        tool,
        client,
        fromMs: Math.floor(Number(start) * 1_000) - 1_000,
        toMs: Math.ceil(Number(end) * 1_000) + 1_000,
      };
    });
}

function masked({ record, ...rest }: ReceivedRecord): ReceivedRecord {
  const { userAgent: _, source: __, ...content } = record;
  return { ...rest, record: content as ReceivedRecord['record'] };
}

/** Area under the ROC curve: P(a guilty one scores above a good one), ties half. */
function areaUnderCurve(guilty: readonly number[], good: readonly number[]): number {
  const all = [...guilty.map(value => ({ value, guilty: 1 })), ...good.map(value => ({ value, guilty: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    for (let at = from; at < to; at++) if (all[at]?.guilty === 1) ranks += (from + to + 1) / 2;
    from = to;
  }
  return (ranks - (guilty.length * (guilty.length + 1)) / 2) / (guilty.length * good.length);
}

const modelIds = new ModelIds();
const windows = hasCaptures() ? windowsOf() : [];
const leftOut = (input: Input) => windows.slice(0, TAKEN[input].tools);
/** Whatever clock the learner goes by, nothing of the attacks becomes good by time. */
const policy = { ...POLICY, quarantineHours: 87_600 };

describe.runIf(hasCaptures()).each(RUNS)('a tool that was never marked: $name', run => {
  const scoresOf = async (world: World, records: ReceivedRecord[]) =>
    (await score(world, records)).map(result => result.score);
  let world: World;
  let requests: Request[];
  let unseenGood: ReceivedRecord[];

  beforeAll(async () => {
    world = await run.open({ policy });
    world.clock.set(AFTER_MS);
    requests = requestsOf(run.input);
    const good = requests.filter(({ tool }) => tool === '').map(({ record }) => record);
    unseenGood = good.filter((_, index) => index % 2 === 1);
    await ingest(
      world,
      good.filter((_, index) => index % 2 === 0),
      {
        score: false,
        corpus: { label: 'good', name: 'good' },
      },
    );
    await ingest(
      world,
      requests.filter(({ tool }) => tool !== '').map(({ record }) => record),
      { score: false },
    );
    await world.jobs.idle();
  }, PATIENCE_MS);
  afterAll(() => world.close());

  it.each(leftOut(run.input))(
    '$tool is found',
    async ({ tool: left }) => {
      const marks: string[] = [];
      for (const { tool, client, fromMs, toMs } of windows) {
        if (tool === left) continue;
        const mark = { fromMs, toMs, label: 'bad' as const, where: { source: client } };
        marks.push((await world.services.markWindow(CALLER, mark)).id);
      }
      await world.jobs.idle();
      await world.settled();
      await world.settled();
      modelIds.note(run, left, (await world.services.getModel(CALLER.site)).id);
      const guilty = requests.filter(({ tool }) => tool === left).map(({ record }) => record);
      const found = areaUnderCurve(await scoresOf(world, guilty), await scoresOf(world, unseenGood));
      const foundMasked = areaUnderCurve(
        await scoresOf(world, guilty.map(masked)),
        await scoresOf(world, unseenGood.map(masked)),
      );
      for (const id of marks) await world.services.retractWindow(CALLER, id);
      await world.jobs.idle();
      expect(found).toBeGreaterThan(0.9);
      expect(foundMasked).toBeGreaterThan(0.9);
    },
    PATIENCE_MS,
  );
});

describe.runIf(hasCaptures()).each(INPUTS)('the same input (%s)', input => {
  it('comes to the same models in every shape', () => {
    expect(modelIds.equal(input)).toEqual(leftOut(input).map(({ tool }) => tool));
  });
});
