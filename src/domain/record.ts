/**
 * The traffic record: one observed DNS, flow, HTTP or log event (Zeek: one log line).
 * Names follow the Elastic Common Schema (ECS 8), nested as there, camel-cased. A field that the sender did not
 * give is absent (`undefined`), never `null`, never an empty string. Everything in a record may have been written
 * by an attacker; a parser bounds it (limits.ts), nobody trusts it.
 */

import type { FlowStatistics } from './flow-statistics.ts';

export const RECORD_KINDS = ['dns', 'flow', 'http', 'log'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** One side of a connection: ECS `source.*` or `destination.*`. */
export interface Endpoint {
  ip?: string | undefined;
  port?: number | undefined;
  bytes?: number | undefined;
  packets?: number | undefined;
  /** ISO 3166-1 alpha-2, as the sender gave it (`geo.country_iso_code`). */
  countryIsoCode?: string | undefined;
  /** Autonomous system number, as the sender gave it (`as.number`). */
  asNumber?: number | undefined;
}

/** ECS `network.*`, and the state in which the sensor saw the connection end (Zeek `conn_state`, EVE `flow.state`). */
export interface Network {
  transport?: string | undefined;
  protocol?: string | undefined;
  bytes?: number | undefined;
  packets?: number | undefined;
  direction?: string | undefined;
  /** `zeek.connection.state` or `suricata.eve.flow.state`, lower case, e.g. `sf`, `rej`, `established`. */
  state?: string | undefined;
  /** `zeek.connection.history`, e.g. `ShADadFf`. */
  history?: string | undefined;
  /** What a flow meter measured of the packets (flow-statistics.ts). */
  statistics?: FlowStatistics | undefined;
}

/** Where the record was seen: the vantage is the place in the network, the domain the part of an event it can see. */
export interface Sensor {
  id?: string | undefined;
  vantage?: string | undefined;
  domain?: 'host' | 'service' | 'network' | undefined;
}

export interface Tls {
  serverName?: string | undefined;
  ja3?: string | undefined;
  version?: string | undefined;
}

interface RecordCommon {
  /** `@timestamp`, UTC epoch milliseconds (fraction allowed); absent where the line has no time of its own. */
  atMs?: number | undefined;
  /** `event.id`: an identity that the sender vouches for, unique within sensor and dataset. */
  eventId?: string | undefined;
  /** `event.dataset`, e.g. `zeek.dns`. */
  dataset?: string | undefined;
  /** `event.duration` in milliseconds (ECS keeps nanoseconds). */
  durationMs?: number | undefined;
  source?: Endpoint | undefined;
  destination?: Endpoint | undefined;
  hostName?: string | undefined;
  userName?: string | undefined;
  /** `user_agent.original`. */
  userAgent?: string | undefined;
  network?: Network | undefined;
  tls?: Tls | undefined;
  sensor?: Sensor | undefined;
  message?: string | undefined;
}

export interface DnsRecord extends RecordCommon {
  kind: 'dns';
  dns: {
    question: { name?: string | undefined; type?: string | undefined };
    /** Upper case, e.g. `NOERROR`, `NXDOMAIN`. */
    responseCode?: string | undefined;
    /** Answer data (addresses, names, texts) in order. */
    answers?: readonly string[] | undefined;
    /** Seconds that answers may be kept for, in their order, of those whose TTL the sender gave. */
    ttls?: readonly number[] | undefined;
  };
}

export interface FlowRecord extends RecordCommon {
  kind: 'flow';
}

export interface HttpRecord extends RecordCommon {
  kind: 'http';
  http: {
    method?: string | undefined;
    referrer?: string | undefined;
    requestBytes?: number | undefined;
    statusCode?: number | undefined;
    responseBodyBytes?: number | undefined;
  };
  url: {
    domain?: string | undefined;
    path?: string | undefined;
    /** Without the leading `?`. */
    query?: string | undefined;
    original?: string | undefined;
  };
}

export interface LogRecord extends RecordCommon {
  kind: 'log';
  message: string;
}

export type TrafficRecord = DnsRecord | FlowRecord | HttpRecord | LogRecord;
