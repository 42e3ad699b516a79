/** From a parsed line to the record that would be stored: where it lives, what is fixed about it, what is seen in it. */
import { type Identity, sliceOf } from '../domain/identity.ts';
import type { CategoryObservation, Observations } from '../domain/observation.ts';
import type { TrafficRecord } from '../domain/record.ts';
import type { StoredRecord } from '../domain/stored-record.ts';
import { type FixedContext, fixedObservationsOf } from '../tokenize/fixed.ts';
import { episodeOf } from './identity-of.ts';
import { observationsOf } from './observations-of.ts';
import type { ReceivedRecord } from './services.ts';

export interface Accepted {
  stored: StoredRecord;
  observations: Observations;
}

/**
 * @param timing `of-receipt` dates a record without a time of its own by its receipt; `own` leaves it undated
 * @param labelled whether it is stored with a label
 */
export function acceptRecord(
  { record, original, format }: ReceivedRecord,
  identity: Identity,
  {
    receivedAtMs,
    timing,
    labelled,
  }: { receivedAtMs: number; timing: 'own' | 'of-receipt'; labelled: boolean },
  context: FixedContext,
): Accepted {
  const atMs = record.atMs ?? (timing === 'of-receipt' ? receivedAtMs : undefined);
  const fixed: CategoryObservation[] = fixedObservationsOf({ ...record, atMs }, context);
  const observations = observationsOf({ record, fixed });
  const stored: StoredRecord = {
    slice: sliceOf(record.atMs, identity),
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
