/** A whole Bayeswatch in memory, with a clock that stands until it is moved: what tests of use cases and of the API run on. */
import { type ComposeOptions, type Composition, compose } from '../src/compose.ts';
import type { Clock } from '../src/domain/clock.ts';
import { BATCH_RECORDS_MAX } from '../src/domain/limits.ts';
import type { Policy } from '../src/domain/policy.ts';
import { formatOf } from '../src/ingest/formats.ts';
import type { IngestOptions, ReceivedRecord, RecordSession } from '../src/services/record-session.ts';
import type { Outcome, Result } from '../src/services/result.ts';

export const NOON_MS = Date.UTC(2026, 0, 15, 12);
export const CALLER = { site: 'default', keyId: 'test' };

export const POLICY: Policy = {
  quarantineHours: 24,
  halfLifeDays: 30,
  // Learners in threads go by the real clock, and what these tests store is of January 2026.
  retentionDays: 36_500,
  baseRate: 0.001,
  costs: { falseAlarm: 1, missed: 99 },
  pruneBelow: 0,
  timeZone: 'UTC',
};

export interface World extends Composition {
  clock: Clock & { set(ms: number): void; advance(ms: number): void };
}

export async function openWorld(options: Partial<ComposeOptions> = {}): Promise<World> {
  let nowMs = NOON_MS;
  let passedMs = 0;
  const clock = {
    nowMs: () => nowMs,
    monotonicMs: () => passedMs,
    set: (ms: number) => {
      nowMs = ms;
    },
    advance: (ms: number) => {
      nowMs += ms;
      passedMs += ms;
    },
  };
  const composition = await compose({
    dataFolder: ':memory:',
    policy: POLICY,
    learnAfterMs: 0,
    auditDays: Number.POSITIVE_INFINITY,
    adminKey: undefined,
    countryMmdb: undefined,
    asnMmdb: undefined,
    clock,
    onError: error => {
      throw error;
    },
    ...options,
  });
  await composition.ensureAdminKey();
  return { ...composition, clock };
}

/** Lines of a format as the API would hand them to a service; lines that are no records are left out, rejects throw. */
export function received(
  format: string,
  lines: readonly string[],
  receivedAtMs: number = NOON_MS,
): ReceivedRecord[] {
  const parser = formatOf(format).open({ receivedAtMs });
  const encoder = new TextEncoder();
  return lines.flatMap(line => {
    const parsed = parser.parse(line);
    if (parsed === null) return [];
    if ('rejected' in parsed) throw new Error(`${parsed.rejected.detail}: ${line.slice(0, 200)}`);
    return [{ record: parsed.record, original: encoder.encode(line), format }];
  });
}

/** Adds all records to a session, in batches. */
export async function addAll(session: RecordSession, records: readonly ReceivedRecord[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let at = 0; at < records.length; at += BATCH_RECORDS_MAX) {
    outcomes.push(...(await session.add(records.slice(at, at + BATCH_RECORDS_MAX))));
  }
  return outcomes;
}

/** Stores records as one request does. */
export async function ingest(
  world: World,
  records: readonly ReceivedRecord[],
  options: Partial<IngestOptions> = {},
): Promise<Outcome[]> {
  const session = await world.services.openIngest(CALLER, { explain: 0, score: true, ...options });
  return addAll(session, records);
}

export async function score(
  world: World,
  records: readonly ReceivedRecord[],
  explain = 0,
): Promise<Result[]> {
  const outcomes = await addAll(await world.services.openScoring(CALLER.site, { explain }), records);
  return outcomes.map(outcome => {
    if (!('score' in outcome)) throw new Error('scoring gave no score');
    return outcome;
  });
}
