import { describe, expect, it } from 'vitest';
import type { FlowRecord } from '../../src/domain/record.ts';
import { FLOW_ROWS } from '../../src/tokenize/fields/flow.ts';
import { FLOW_RATE_ROWS } from '../../src/tokenize/fields/flow-rates.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { plainTokensOf } from './observed.ts';
import { SAMPLES } from './samples.ts';

function check(record: Omit<FlowRecord, 'kind'>, expected: Record<string, string[]>): void {
  const seen = plainTokensOf(tokenize({ ...record, kind: 'flow' }));
  for (const { field } of FLOW_RATE_ROWS) delete seen[field];
  expect(seen).toEqual(expected);
}

describe('what every kind of record may carry', () => {
  it('is seen in each kind alike', () => {
    const common = plainTokensOf(tokenize(SAMPLES.flow));
    for (const { field } of FLOW_ROWS) delete common[field];
    for (const kind of ['dns', 'http', 'log'] as const) {
      const expected = { ...common, 'event.dataset': [SAMPLES[kind].dataset] };
      expect(plainTokensOf(tokenize(SAMPLES[kind]))).toMatchObject(expected);
    }
  });

  it('names who, where and how much', () => {
    check(
      {
        dataset: 'Zeek.Conn',
        hostName: 'Host7',
        userName: 'Alice',
        durationMs: 0.25,
        sensor: { id: 'dmz-1', vantage: 'Perimeter', domain: 'network' },
        source: {
          ip: '10.0.0.1',
          port: 51_000,
          bytes: 3000,
          packets: 5,
          countryIsoCode: 'AT',
          asNumber: 64_500,
        },
        destination: { ip: '2001:4860:4860::8888', port: 853, bytes: 400, packets: 1 },
        network: { transport: 'TCP', protocol: 'tls', bytes: 3400, packets: 6 },
      },
      {
        'event.dataset': ['zeek.conn'],
        'host.name': ['host7'],
        'user.name': ['Alice'],
        'sensor.id': ['dmz-1'],
        'sensor.vantage': ['perimeter'],
        'sensor.domain': ['network'],
        'source.ip': ['10.0.0.1'],
        'source.ip.class': ['private-v4'],
        'source.ip.network': ['10.0.0.0/24'],
        'source.port': ['dynamic'],
        'source.bytes': ['2048'],
        'source.packets': ['4'],
        'source.geo.country_iso_code': ['AT'],
        'source.as.number': ['64500'],
        'destination.ip': ['2001:4860:4860::8888'],
        'destination.ip.class': ['public-v6'],
        'destination.ip.network': ['2001:4860:4860::/48'],
        'destination.port': ['853'],
        'destination.bytes': ['384'],
        'destination.packets': ['1'],
        'network.transport': ['tcp'],
        'network.protocol': ['tls'],
        'network.bytes': ['3072'],
        'network.packets': ['6'],
        'network.direction': ['outbound'],
        'network.bytes.ratio': ['8:1'],
        'event.duration': ['192us'],
      },
    );
  });

  it('says nothing of what the sender did not give', () => {
    check({ source: {}, destination: {}, network: {}, tls: {}, sensor: {} }, {});
  });

  it('names no class where the address is none', () => {
    check({ source: { ip: 'fw01' } }, { 'source.ip': ['fw01'] });
  });

  it.each([
    ['10.0.0.1', '8.8.8.8', 'outbound'],
    ['8.8.8.8', '10.0.0.1', 'inbound'],
    ['10.0.0.1', 'fe80::1', 'internal'],
    ['8.8.8.8', '9.9.9.9', 'external'],
    ['10.0.0.1', '224.0.0.251', 'internal'],
  ])('from %s to %s is %s', (source, destination, direction) => {
    const record = { kind: 'flow', source: { ip: source }, destination: { ip: destination } } as const;
    expect(plainTokensOf(tokenize(record))['network.direction']).toEqual([direction]);
  });

  it("prefers the sender's word for the direction", () => {
    const record = {
      kind: 'flow',
      source: { ip: '10.0.0.1' },
      destination: { ip: '8.8.8.8' },
      network: { direction: 'Ingress' },
    } as const;
    expect(plainTokensOf(tokenize(record))['network.direction']).toEqual(['ingress']);
  });

  it('reads TLS: the server name, its domains, fingerprint and version', () => {
    const observations = tokenize({
      kind: 'flow',
      tls: { serverName: 'www.Example.co.uk', ja3: 'E7D705A3286E19EA42F587B344EE6865', version: 'TLSv12' },
    });
    expect(observations.sequences).toEqual([
      { field: 'tls.client.server_name', text: 'www.Example.co.uk', core: 4 },
    ]);
    expect(plainTokensOf(observations)).toEqual({
      'tls.client.top_level_domain': ['co.uk'],
      'tls.client.registered_domain': ['example.co.uk'],
      'tls.client.ja3': ['e7d705a3286e19ea42f587b344ee6865'],
      'tls.version': ['tlsv12'],
    });
  });
});
