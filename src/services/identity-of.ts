/** Where an accepted record lives. Digests are Node's: 128 bits of SHA-256 for identities, 64 for episodes. */
import { hash } from 'node:crypto';
import { EPISODE_MS, EPISODE_PARTS, type EpisodeId, type Identity } from '../domain/identity.ts';
import type { TrafficRecord } from '../domain/record.ts';
import { hostNamePartsOf } from '../tokenize/host-name.ts';

/** What the identity of a line without an `event.id` starts from; equal lines have equal digests. */
export function lineDigestOf(original: Uint8Array): Identity {
  return digest(original).slice(0, 32);
}

/**
 * The identity that the sender gave (within sensor and dataset), or null where it gave none.
 * A NUL separates the parts, and each is length-prefixed, so that no part can pretend to be two.
 */
export function givenIdentityOf(record: TrafficRecord): Identity | null {
  if (record.eventId === undefined) return null;
  const parts = ['event.id', record.sensor?.id ?? '', record.dataset ?? '', record.eventId];
  return digest(parts.map(part => `${part.length}:${part}`).join('\0')).slice(0, 32);
}

/** The identity of a line: its digest, and for the n-th equal line of a request (n > 0) a digest of both. */
export function lineIdentityOf(lineDigest: Identity, occurrence: number): Identity {
  return occurrence === 0 ? lineDigest : digest(`${lineDigest}#${occurrence}`).slice(0, 32);
}

/** Whose traffic it is: `source.ip`, else `host.name`, else `sensor.id`. */
export function episodeSourceOf(record: TrafficRecord): string | undefined {
  return record.source?.ip ?? record.hostName ?? record.sensor?.id;
}

/**
 * What a record is about, so that who says the same again is no further witness: the registrable domain of the name asked
 * for (a tracker's thousand names are one matter), the address and query of a request, the message of a log, and the other
 * end of a flow.
 */
export function subjectOf(record: TrafficRecord): string {
  switch (record.kind) {
    case 'dns':
      return zoneOf(record.dns.question.name ?? '');
    case 'http':
      return `${record.url.domain ?? ''} ${record.url.path ?? ''}?${record.url.query ?? ''}`;
    case 'log':
      return record.message;
    case 'flow':
      return `${record.destination?.ip ?? ''} ${record.destination?.port ?? ''}`;
  }
}

function zoneOf(name: string): string {
  return hostNamePartsOf(name).registrable ?? name.toLowerCase();
}

/** The part of its five minutes that a record falls in, by its subject: 0 … EPISODE_PARTS − 1. */
export function episodePartOf(record: TrafficRecord): number {
  return Number.parseInt(digest(subjectOf(record)).slice(0, 8), 16) % EPISODE_PARTS;
}

/**
 * The episode: source, five minutes of the clock and part; a record without a time of its own or without a source is
 * one of its own (docs/adr/0002).
 */
export function episodeOf(record: TrafficRecord, identity: Identity): EpisodeId {
  const source = episodeSourceOf(record);
  if (record.atMs === undefined || source === undefined) return identity.slice(0, 16);
  const parts = [Math.floor(record.atMs / EPISODE_MS), episodePartOf(record), source];
  return digest(parts.join(' ')).slice(0, 16);
}

function digest(input: string | Uint8Array): string {
  return hash('sha256', input, 'hex');
}
