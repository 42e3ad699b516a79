/** From a parsed line to what is judged, and to the record that is stored: where it lives, what is fixed, what is seen. */
import { type Identity, type RecordRef, sliceOf } from '../domain/identity.ts';
import type { CategoryObservation, Observations } from '../domain/observation.ts';
import type { RecordKind, TrafficRecord } from '../domain/record.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import { type FixedContext, fixedObservationsOf } from '../tokenize/fixed.ts';
import type { Tokenize } from '../tokenize/tokenizers.ts';
import { episodeOf } from './identity-of.ts';
import { observationsOf } from './observations-of.ts';
import type { ReceivedRecord } from './record-session.ts';

/** What a judgement is about: the record's place and kind, and what is seen in it. */
export interface Observed {
  stored: RecordRef & { kind: RecordKind };
  observations: Observations;
}

export interface Accepted extends Observed {
  stored: StoredRecord;
}

/**
 * A record that is scored and forgotten: nothing is made of it that only a store would need.
 * @param generation of its slice, where it has no time of its own
 * @param tokenize of the model that judges it
 */
export function observeRecord(
  { record }: ReceivedRecord,
  identity: Identity,
  generation: number,
  context: FixedContext,
  tokenize: Tokenize,
): Observed {
  return {
    stored: { slice: sliceOf(record.atMs, identity, generation), identity, kind: record.kind },
    observations: observationsOf({ record, fixed: fixedObservationsOf(record, context) }, tokenize),
  };
}

/**
 * @param timing `of-receipt` dates a record without a time of its own by its receipt; `own` leaves it undated
 * @param labelled whether it is stored with a label
 * @param generation of its slice, where it has no time of its own
 * @param tokenize of the model that judges it
 */
export function acceptRecord(
  { record, original, format }: ReceivedRecord,
  identity: Identity,
  {
    receivedAtMs,
    timing,
    labelled,
    generation,
  }: { receivedAtMs: number; timing: 'own' | 'of-receipt'; labelled: boolean; generation: number },
  context: FixedContext,
  tokenize: Tokenize,
): Accepted {
  const atMs = record.atMs ?? (timing === 'of-receipt' ? receivedAtMs : undefined);
  const timed = atMs === record.atMs ? record : { ...record, atMs };
  const fixed: CategoryObservation[] = fixedObservationsOf(timed, context);
  const observations = observationsOf({ record, fixed }, tokenize);
  const stored: StoredRecord = {
    slice: sliceOf(record.atMs, identity, generation),
    identity,
    episode: episodeOf(record, identity),
    kind: record.kind,
    atMs,
    receivedAtMs,
    labelled,
    symbols: observations.sequences.reduce((sum, { text }) => sum + text.length + 1, 0),
    host: record.hostName,
    source: record.source?.ip,
    destination: record.destination?.ip,
    domain: domainOf(record),
    sensor: record.sensor?.id,
    record,
    fixed,
    original,
    format,
  };
  return { stored, observations };
}

/** The domain that windows and searches go by. */
function domainOf(record: TrafficRecord): string | undefined {
  if (record.kind === 'dns') return record.dns.question.name;
  if (record.kind === 'http') return record.url.domain ?? record.tls?.serverName;
  return record.tls?.serverName;
}
