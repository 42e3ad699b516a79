/** What every kind of record may carry: who, from where, over what, how much, and which client software. */
import type { Observations } from '../domain/observation.ts';
import type { Endpoint, TrafficRecord } from '../domain/record.ts';
import { type AddressClass, addressClassOf } from './address.ts';
import { durationBin, ratioBin } from './buckets.ts';
import { bareHostOf } from './host-name.ts';
import {
  observeAmount,
  observeCode,
  observeFolded,
  observeHostName,
  observeSequence,
  observeText,
  observeToken,
} from './observe.ts';
import { destinationPortClassOf, sourcePortClassOf } from './port.ts';
import { userAgentOf } from './user-agent.ts';

const SOURCE_FIELDS = endpointFieldsOf('source');
const DESTINATION_FIELDS = endpointFieldsOf('destination');
const SERVER_NAME_FIELDS = {
  name: 'tls.client.server_name',
  topLevelDomain: 'tls.client.top_level_domain',
  registeredDomain: 'tls.client.registered_domain',
} as const;

function endpointFieldsOf(side: 'source' | 'destination') {
  return {
    ip: `${side}.ip`,
    class: `${side}.ip.class`,
    port: `${side}.port`,
    bytes: `${side}.bytes`,
    packets: `${side}.packets`,
    country: `${side}.geo.country_iso_code`,
    asn: `${side}.as.number`,
  };
}

/** Appends the categories (and the TLS and user-agent strings) that records of every kind may carry. */
export function observeCommon(into: Observations, record: TrafficRecord): void {
  observeFolded(into, 'event.dataset', record.dataset);
  observeFolded(into, 'host.name', record.hostName);
  observeText(into, 'user.name', record.userName);
  if (record.sensor !== undefined) {
    observeText(into, 'sensor.id', record.sensor.id);
    observeFolded(into, 'sensor.vantage', record.sensor.vantage);
    observeText(into, 'sensor.domain', record.sensor.domain);
  }
  const { source, destination } = record;
  const sourceClass = observeEndpoint(into, SOURCE_FIELDS, source, sourcePortClassOf);
  const destinationClass = observeEndpoint(into, DESTINATION_FIELDS, destination, destinationPortClassOf);
  observeNetwork(into, record, sourceClass, destinationClass);
  if (source?.bytes !== undefined && destination?.bytes !== undefined) {
    observeToken(into, 'network.bytes.ratio', ratioBin(source.bytes, destination.bytes));
  }
  if (record.durationMs !== undefined) {
    observeToken(into, 'event.duration', durationBin(record.durationMs));
  }
  if (record.tls !== undefined) {
    const { serverName, ja3, version } = record.tls;
    observeHostName(into, SERVER_NAME_FIELDS, serverName === undefined ? undefined : bareHostOf(serverName));
    observeFolded(into, 'tls.client.ja3', ja3);
    observeFolded(into, 'tls.version', version);
  }
  observeUserAgent(into, record.userAgent);
}

function observeEndpoint(
  into: Observations,
  fields: ReturnType<typeof endpointFieldsOf>,
  endpoint: Endpoint | undefined,
  portClassOf: (port: number) => string,
): AddressClass | undefined {
  if (endpoint === undefined) return undefined;
  const { ip, port, asNumber } = endpoint;
  const addressClass = ip === undefined ? undefined : addressClassOf(ip);
  observeFolded(into, fields.ip, ip);
  if (addressClass !== undefined) observeToken(into, fields.class, addressClass.token);
  if (port !== undefined) observeToken(into, fields.port, portClassOf(port));
  observeAmount(into, fields.bytes, endpoint.bytes);
  observeAmount(into, fields.packets, endpoint.packets);
  observeCode(into, fields.country, endpoint.countryIsoCode);
  if (asNumber !== undefined) observeToken(into, fields.asn, String(asNumber));
  return addressClass;
}

function observeNetwork(
  into: Observations,
  record: TrafficRecord,
  source: AddressClass | undefined,
  destination: AddressClass | undefined,
): void {
  const { network } = record;
  if (network !== undefined) {
    observeFolded(into, 'network.transport', network.transport);
    observeFolded(into, 'network.protocol', network.protocol);
    observeAmount(into, 'network.bytes', network.bytes);
    observeAmount(into, 'network.packets', network.packets);
  }
  if (network?.direction !== undefined) observeFolded(into, 'network.direction', network.direction);
  else if (source !== undefined && destination !== undefined) {
    observeToken(into, 'network.direction', directionOf(source, destination));
  }
}

/**
 * ECS `network.direction` as a perimeter sees it, from the addresses alone.
 * @example directionOf(private, public) // 'outbound'
 */
function directionOf(source: AddressClass, destination: AddressClass): string {
  const fromOutside = source.scope === 'public' || source.scope === 'transition';
  const toOutside = destination.scope === 'public' || destination.scope === 'transition';
  if (fromOutside) return toOutside ? 'external' : 'inbound';
  return toOutside ? 'outbound' : 'internal';
}

function observeUserAgent(into: Observations, userAgent: string | undefined): void {
  if (userAgent === undefined || userAgent === '') return;
  observeSequence(into, 'user_agent.original', userAgent);
  const { name, kind, os } = userAgentOf(userAgent);
  observeToken(into, 'user_agent.name', name);
  observeToken(into, 'user_agent.kind', kind);
  observeToken(into, 'user_agent.os.name', os);
}
