/** What holds for every format: parsers never throw, whatever the line; what they make is bounded and plain; ECS goes both ways. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLOW_STATISTICS } from '../../src/domain/flow-statistics.ts';
import { FIELD_CHARACTERS_MAX } from '../../src/domain/limits.ts';
import type { TrafficRecord } from '../../src/domain/record.ts';
import type { ParsedLine } from '../../src/ingest/format.ts';
import { detectFormat, FORMATS } from '../../src/ingest/formats.ts';
import { sampleOf } from '../../src/ingest/sample.ts';
import { rfc3339Of } from '../../src/ingest/time.ts';
import { toEcs } from '../../src/ingest/to-ecs.ts';
import { linesOf, RECEIVED_AT_MS } from './parse-lines.ts';

const ROOT = new URL('../fixtures/ingest/', import.meta.url);
const files = (readdirSync(ROOT, { recursive: true }) as string[]).filter(path => path.endsWith('input.log'));
const fixtureLines: Record<string, string[]> = {};
for (const file of files) {
  const format = file.split(/[\\/]/)[0] ?? '';
  const lines = await linesOf(readFileSync(new URL(file, ROOT)));
  fixtureLines[format] = [...(fixtureLines[format] ?? []), ...lines.map(line => line.text)];
}

/** A parser's answer is a record of plain values, a rejection with a short text, or nothing. */
function expectSound(parsed: ParsedLine): void {
  if (parsed === null) return;
  if ('rejected' in parsed) {
    expect(parsed.rejected.detail.length).toBeLessThan(120);
    return;
  }
  const json = JSON.stringify(parsed.record);
  expect(JSON.parse(json)).toEqual(parsed.record);
  expectPlain(parsed.record);
}

function expectPlain(value: unknown): void {
  if (typeof value === 'string') {
    expect(value.length).toBeGreaterThan(0);
    expect(value.length).toBeLessThanOrEqual(FIELD_CHARACTERS_MAX);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) expectPlain(inner);
  } else {
    expect(typeof value).toBe('number');
    expect(Number.isFinite(value)).toBe(true);
  }
}

const record = fc.oneof(...(['dns', 'flow', 'http', 'log'] as const).map(recordOfKind));

describe.each(Object.values(FORMATS))('$name', format => {
  const real = fixtureLines[format.name] ?? [];

  test('never throws, on any text', () => {
    const texts = fc.array(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom(...real)),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(texts, lines => {
        const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
        for (const line of lines) expectSound(parser.parse(line));
        expect(format.detect(sampleOf(lines))).toBeGreaterThanOrEqual(0);
        expect(format.detect(sampleOf(lines))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  test('never throws, on real lines that were cut, doubled or changed', () => {
    const change = fc.record({
      at: fc.nat({ max: 400 }),
      drop: fc.nat({ max: 30 }),
      put: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom('"', '\\', '\\x', '\t', '{', '[', '#', '-', ' ', '\0', '%', '\ud800'),
      ),
    });
    fc.assert(
      fc.property(
        fc.nat({ max: real.length - 1 }),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        (index, changes) => {
          const parser = format.open({ receivedAtMs: RECEIVED_AT_MS });
          for (const line of real.slice(0, 12)) if (line.startsWith('#')) parser.parse(line);
          let line = real[index] ?? '';
          for (const { at, drop, put } of changes) line = line.slice(0, at) + put + line.slice(at + drop);
          expectSound(parser.parse(line));
        },
      ),
      { numRuns: 500 },
    );
  });
});

test('a record that is written as ECS and read again is the same', () => {
  const parser = FORMATS.ecs.open({ receivedAtMs: RECEIVED_AT_MS });
  fc.assert(
    fc.property(record, value => {
      expect(parser.parse(JSON.stringify(toEcs(value)))).toStrictEqual({ record: value });
    }),
    { numRuns: 500 },
  );
});

test('every record of the fixtures survives ECS, and ECS is detected', async () => {
  const parser = FORMATS.ecs.open({ receivedAtMs: RECEIVED_AT_MS });
  let count = 0;
  for (const format of Object.values(FORMATS)) {
    const source = format.open({ receivedAtMs: RECEIVED_AT_MS });
    for (const line of fixtureLines[format.name] ?? []) {
      const parsed = source.parse(line);
      if (parsed === null || 'rejected' in parsed) continue;
      const text = JSON.stringify(toEcs(parsed.record));
      expect(parser.parse(text)).toEqual(parsed);
      expect(detectFormat([text]).name).toBe('ecs');
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(100);
});

/** Records as parsers make them: nothing empty, instants and durations in whole microseconds, names folded where they are. */
function recordOfKind(kind: TrafficRecord['kind']): fc.Arbitrary<TrafficRecord> {
  const text = fc.string({ minLength: 1, maxLength: 12 });
  const lower = text.map(value => value.toLowerCase());
  const upper = text.map(value => value.toUpperCase());
  const name = text.filter(value => value.length === 1 || !value.endsWith('.'));
  const count = fc.nat();
  const ms = fc.integer({ min: 0, max: 2 ** 50 }).map(micros => micros / 1e3);
  const part = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
    fc
      .record(model, { requiredKeys: [] })
      .map(value => (Object.keys(value).length === 0 ? undefined : value));
  const endpoint = part({
    ip: fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter(ip => !ip.includes('.')),
    ),
    port: fc.nat({ max: 65_535 }),
    bytes: count,
    packets: count,
    countryIsoCode: text,
    asNumber: count,
  });
  const common = {
    atMs: fc.integer({ min: 315_532_800_000_000, max: RECEIVED_AT_MS * 1e3 }).map(micros => micros / 1e3),
    eventId: text,
    dataset: text,
    durationMs: ms,
    source: endpoint,
    destination: endpoint,
    hostName: text,
    userName: text,
    userAgent: text,
    network: part({
      transport: lower,
      protocol: lower,
      bytes: count,
      packets: count,
      direction: lower,
      state: lower,
      history: text,
      statistics: part(
        Object.fromEntries(
          FLOW_STATISTICS.map(statistic => [statistic, fc.double({ min: 0, max: 1e300, noNaN: true })]),
        ),
      ),
    }),
    tls: part({ serverName: name, ja3: text, version: text }),
    sensor: part({ id: text, vantage: text, domain: fc.constantFrom('host', 'service', 'network') }),
    message: text,
  };
  const dns = fc.record(
    {
      question: fc.record({ name, type: upper }, { requiredKeys: [] }),
      responseCode: upper,
      answers: fc.array(text, { minLength: 1, maxLength: 5 }),
      ttls: fc.array(count, { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ['question'] },
  );
  const http = fc.record(
    { method: text, referrer: text, requestBytes: count, statusCode: count, responseBodyBytes: count },
    { requiredKeys: [] },
  );
  const url = fc.record({ domain: text, path: text, query: text, original: text }, { requiredKeys: [] });
  const own = kind === 'dns' ? { dns } : kind === 'http' ? { http, url } : {};
  const required = ['kind', ...Object.keys(own), ...(kind === 'log' ? ['message'] : [])];
  return fc
    .record({ kind: fc.constant(kind), ...own, ...common }, { requiredKeys: required as 'kind'[] })
    .map(value => JSON.parse(JSON.stringify(value)) as TrafficRecord);
}

test('a time that is written has milliseconds, and microseconds where there are any', () => {
  expect(rfc3339Of(1622987986457.984)).toBe('2021-06-06T13:59:46.457984Z');
  expect(rfc3339Of(1622987986000)).toBe('2021-06-06T13:59:46.000Z');
});
