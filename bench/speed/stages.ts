/**
 * Where the time of scoring goes, stage by stage: each runs alone over all records, on what the stage before gave. Their
 * sum is more or less than the whole, for caches and garbage are shared out differently.
 */
import { LINE_BYTES_MAX } from '../../src/domain/limits.ts';
import type { Line } from '../../src/ingest/lines.ts';
import type { ReceivedRecord } from '../../src/services/record-session.ts';
import type { FixedContext } from '../../src/tokenize/fixed.ts';
import type { Built } from './built.ts';
import { costOf } from './cost.ts';
import { median } from './figures.ts';
import { chunksOf, type InProcess } from './in-process.ts';

export interface Stage {
  name: string;
  /** Microseconds of CPU a record. */
  cpuMicroseconds: number;
}

/** Nothing is known of addresses; the clock is UTC's. */
export const CONTEXT: FixedContext = {
  localHourOf: atMs => Math.floor(atMs / 3_600_000) % 24,
  localWeekdayOf: atMs => ((Math.floor(atMs / 86_400_000) + 3) % 7) + 1,
  countryOf: () => undefined,
  asnOf: () => undefined,
};

export async function stagesOf(
  built: Built,
  inProcess: InProcess,
  body: Buffer,
  rounds: number,
): Promise<Stage[]> {
  const { RecordReader, splitLines, linesShape, observeRecord, Identities, resultsOf, tokenize } = built;
  const served = await inProcess.served();
  const receivedAtMs = Date.now();
  const batches: Line[][] = [];
  for await (const lines of splitLines(chunksOf(body), LINE_BYTES_MAX)) batches.push(lines);
  const read = (): ReceivedRecord[] => {
    const reader = new RecordReader({
      format: undefined,
      isJson: true,
      lineBytesMax: LINE_BYTES_MAX,
      receivedAtMs,
    });
    return batches.flatMap(lines =>
      reader.read(lines).flatMap(line => ('received' in line ? line.received : [])),
    );
  };
  const received = read();
  const identities = new Identities();
  const identified = received.map(record => ({ record, identity: identities.next(record) }));
  const observe = ({ record, identity }: (typeof identified)[number]) =>
    observeRecord(record, identity, 0, CONTEXT, served.tokenize);
  const observed = identified.map(observe);
  const results = resultsOf(served, observed);
  const shape = linesShape({ minimal: false });

  const work: Record<string, () => unknown> = {
    'split lines': async () => {
      for await (const lines of splitLines(chunksOf(body), LINE_BYTES_MAX)) lines.length;
    },
    'parse and check (with UTF-8)': read,
    identity: () => {
      const fresh = new Identities();
      for (const record of received) fresh.next(record);
    },
    tokenize: () => {
      for (const { record } of received) tokenize(record);
    },
    'observe (tokenize, place, what is fixed)': () => {
      for (const each of identified) observe(each);
    },
    'score (evidence and weights)': () => {
      served.scorer.scoresOf(observed.map(({ observations }) => observations));
    },
    'result (score, verdict, id)': () => {
      resultsOf(served, observed);
    },
    'write JSON (with UTF-8)': () => {
      let text = '';
      for (const [index, result] of results.entries()) {
        text += shape.accepted(index, result);
        if (index % 1_024 !== 1_023) continue;
        Buffer.from(text);
        text = '';
      }
    },
  };
  const stages: Stage[] = [];
  for (const [name, run] of Object.entries(work)) {
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) seconds.push((await costOf(async () => run())).cpuSeconds);
    stages.push({ name, cpuMicroseconds: (median(seconds) / received.length) * 1e6 });
  }
  return stages;
}
