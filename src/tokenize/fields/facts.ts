/**
 * Facts of one record: what several rows read, worked out when the first of them asks and once at most. One instance a
 * record and no longer; each kind of record has facts of its own beside those of all kinds.
 */

import type { Endpoint, Network, Sensor, Tls, TrafficRecord } from '../../domain/record.ts';
import { type AddressClass, type KnownAddress, knownAddressOf } from '../address.ts';
import { bareHostOf, type HostNameParts, hostNamePartsOf } from '../host-name.ts';
import { Recurring } from '../recurring.ts';
import { type UserAgent, userAgentOf } from '../user-agent.ts';

/** Parts of a host that was not given. */
const NO_PARTS: HostNameParts = { publicSuffix: undefined, registrable: undefined, prefixLength: 0 };

/** Names whose parts are remembered at most, and the longest of them: the longest on the wire. */
const NAMES_REMEMBERED = 4096;
const NAME_CHARACTERS_MAX = 253;
const remembered = new Recurring(NAMES_REMEMBERED, hostNamePartsOf);

/** The parts of a name, of which the sender may have given none. */
export function partsOf(name: string | undefined): HostNameParts {
  if (name === undefined || name === '') return NO_PARTS;
  return name.length > NAME_CHARACTERS_MAX ? hostNamePartsOf(name) : remembered.of(name, undefined);
}

/** Parts of a record that many do not have. */
export type Part = 'source' | 'destination' | 'network' | 'statistics' | 'sensor' | 'tls' | 'userAgentText';

/** Before a fact is asked for, it is `null`; a fact that a record does not have is `undefined`. */
export class Facts<R extends TrafficRecord = TrafficRecord> {
  readonly record: R;
  /** Parts of the record, side by side: records come in many shapes, and facts in few, which rows read faster. */
  readonly source: Endpoint | undefined;
  readonly destination: Endpoint | undefined;
  readonly network: Network | undefined;
  readonly sensor: Sensor | undefined;
  readonly tls: Tls | undefined;
  readonly userAgentText: string | undefined;
  #sourceAddress: KnownAddress | undefined | null = null;
  #destinationAddress: KnownAddress | undefined | null = null;
  #serverName: string | undefined | null = null;
  #serverNameParts: HostNameParts | null = null;
  #userAgent: UserAgent | undefined | null = null;

  constructor(record: R) {
    this.record = record;
    this.source = record.source;
    this.destination = record.destination;
    this.network = record.network;
    this.sensor = record.sensor;
    this.tls = record.tls;
    this.userAgentText = record.userAgent;
  }

  /** Whether the record has anything of a part. */
  has(part: Part): boolean {
    switch (part) {
      case 'source':
        return this.source !== undefined;
      case 'destination':
        return this.destination !== undefined;
      case 'network':
        return this.network !== undefined;
      case 'statistics':
        return this.network?.statistics !== undefined;
      case 'sensor':
        return this.sensor !== undefined;
      case 'tls':
        return this.tls !== undefined;
      case 'userAgentText':
        return this.userAgentText !== undefined;
    }
  }

  get sourceClass(): AddressClass | undefined {
    return this.#source()?.class;
  }

  get destinationClass(): AddressClass | undefined {
    return this.#destination()?.class;
  }

  get sourceNetwork(): string | undefined {
    return this.#source()?.network;
  }

  get destinationNetwork(): string | undefined {
    return this.#destination()?.network;
  }

  #source(): KnownAddress | undefined {
    if (this.#sourceAddress === null) this.#sourceAddress = addressIn(this.source);
    return this.#sourceAddress;
  }

  #destination(): KnownAddress | undefined {
    if (this.#destinationAddress === null) this.#destinationAddress = addressIn(this.destination);
    return this.#destinationAddress;
  }

  /** Of TLS, without port, brackets or trailing dot. */
  get serverName(): string | undefined {
    if (this.#serverName === null) {
      const serverName = this.tls?.serverName;
      this.#serverName = serverName === undefined ? undefined : bareHostOf(serverName);
    }
    return this.#serverName;
  }

  get serverNameParts(): HostNameParts {
    this.#serverNameParts ??= partsOf(this.serverName);
    return this.#serverNameParts;
  }

  /** What the user agent claims to be; undefined where there is none, or an empty one. */
  get userAgent(): UserAgent | undefined {
    if (this.#userAgent === null) {
      const text = this.userAgentText;
      this.#userAgent = text === undefined || text === '' ? undefined : userAgentOf(text);
    }
    return this.#userAgent;
  }
}

function addressIn(endpoint: Endpoint | undefined): KnownAddress | undefined {
  return endpoint?.ip === undefined ? undefined : knownAddressOf(endpoint.ip);
}
