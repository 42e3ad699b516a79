/** What a listener is told by the configuration. */
import type { FormatName } from '../ingest/formats.ts';
import type { Transport } from './message.ts';

export interface SyslogOptions {
  readonly host: string;
  /** Of each transport that is listened on; 0 lets the system pick one. */
  readonly ports: Readonly<Partial<Record<Transport, number>>>;
  /** The site that all of it belongs to. */
  readonly site: string;
  /** Addresses and CIDR blocks that may send; none for whoever reaches the port. */
  readonly allow: readonly string[];
  readonly connectionsMax: number;
  /** Bytes that a message may have. */
  readonly lineBytesMax: number;
  /** Of what stands in messages; undefined to have it told by each. */
  readonly format: FormatName | undefined;
}

/** Certificate and key in PEM, and those who vouch for the certificates that clients must have; without these, none need one. */
export interface SyslogTls {
  cert: string;
  key: string;
  clientCa?: string | undefined;
}
