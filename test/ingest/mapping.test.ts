/** Formats by a mapping file: what they read, what is wrong with one, and that no line makes them throw. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FORMATS } from '../../src/ingest/formats.ts';
import { mappingFormat } from '../../src/ingest/mapping.ts';
import { MAPPED_FIELDS, type Mapping, mappingOf } from '../../src/ingest/mapping-schema.ts';
import { toEcs } from '../../src/ingest/to-ecs.ts';
import { linesOf, parseLines, RECEIVED_AT_MS } from './parse-lines.ts';

const ROOT = new URL('../fixtures/mapping/', import.meta.url);
const PAGE = readFileSync(new URL('../../docs/formats.md', import.meta.url), 'utf8');

function mappingIn(text: string): Mapping {
  const read = mappingOf(text);
  if ('problem' in read) throw new Error(read.problem);
  return read.mapping;
}

/** The first fenced block of a language on the page of formats. */
function blockOf(language: string): string {
  const from = PAGE.indexOf(`\`\`\`${language}\n`) + language.length + 4;
  return PAGE.slice(from, PAGE.indexOf('```', from));
}

describe('fixtures', () => {
  test.each(readdirSync(ROOT))('%s', async fixture => {
    const folder = new URL(`${fixture}/`, ROOT);
    const format = mappingFormat('own', mappingIn(readFileSync(new URL('mapping.json', folder), 'utf8')));
    const outcome = parseLines(format, await linesOf(readFileSync(new URL('input.log', folder))));
    const expectedFile = new URL('expected.json', folder);
    if (process.env['UPDATE'] === '1') writeFileSync(expectedFile, `${JSON.stringify(outcome, null, 2)}\n`);
    expect(existsSync(expectedFile), 'expected.json is missing; make it with UPDATE=1 and read it').toBe(
      true,
    );
    expect(outcome).toEqual(JSON.parse(readFileSync(expectedFile, 'utf8')));
  });
});

test('the example of the page does what the page says', async () => {
  const format = mappingFormat('firewall.json', mappingIn(blockOf('json')));
  const [second, third, fourth] = parseLines(format, await linesOf(Buffer.from(blockOf('text'))));
  expect(second).toMatchObject({ line: 2, rejected: { code: 'invalid-time' } });
  expect(third).toEqual({
    line: 3,
    record: {
      kind: 'flow',
      atMs: Date.UTC(2026, 10, 21, 20, 16, 23),
      dataset: 'firewall',
      durationMs: 230,
      source: { ip: '10.0.0.5', port: 51834 },
      destination: { ip: '203.0.113.7', port: 443 },
      network: { transport: 'tcp', bytes: 1500 },
    },
  });
  expect(fourth).toMatchObject({ line: 4, record: { network: { transport: 'udp', bytes: 250 } } });
  expect(fourth).not.toHaveProperty('record.durationMs');
});

test('the page names every field', () => {
  const names = Object.keys(MAPPED_FIELDS).map(field => field.replace(/^network\.statistics\./, ''));
  for (const name of names) expect(PAGE).toContain(`\`${name}\``);
});

test('a clock of the site tells times without an offset; one in the text counts', () => {
  const mapping = mappingIn('{"kind":"log","paths":{"@timestamp":"t","message":"m"}}');
  const utcOf = (wallMs: number) => wallMs - 3_600_000;
  const parser = mappingFormat('own', mapping).open({ receivedAtMs: RECEIVED_AT_MS, utcOf });
  const atMs = (t: string) => parser.parse(JSON.stringify({ t, m: 'x' }));
  expect(atMs('2026-11-21 21:00:00')).toMatchObject({ record: { atMs: Date.UTC(2026, 10, 21, 20) } });
  expect(atMs('2026-11-21T21:00:00Z')).toMatchObject({ record: { atMs: Date.UTC(2026, 10, 21, 21) } });
});

test('a number that is a text keeps its digits, beyond 2^53 and behind the point as well', () => {
  const mapping = mappingIn('{"kind":"flow","paths":{"event.id":"n","source.bytes":"b"}}');
  const parser = mappingFormat('own', mapping).open({ receivedAtMs: RECEIVED_AT_MS });
  const ids = [
    ...[
      '9007199254740991',
      '9007199254740992',
      '9007199254740993',
      '-9007199254740993',
      '9007199254740990.6',
    ],
    ...['1700000000.123456789', '1700000000.123456788', '1e400', '2e400'],
  ];
  for (const eventId of ids) {
    expect(parser.parse(`{"x":"\\"n\\":1","n":${eventId},"b":7}`)).toEqual({
      record: { kind: 'flow', eventId, source: { bytes: 7 } },
    });
  }
  expect(parser.parse('{"n":1,"b":9007199254740993}')).toMatchObject({ rejected: { code: 'wrong-type' } });
});

test.each([
  ['iso', '2026-11-21 21:16:23'],
  ['day-first', '21/11/2026 21:16:23'],
  ['year-first', '2026/11/21 21:16:23'],
  ['month-name', '21-Nov-2026 21:16:23'],
  ['apache', '[21/Nov/2026:21:16:23 +0000]'],
  ['apache', '21/Nov/2026:21:16:23 +0000'],
])('the form %s reads %s', (form, time) => {
  const mapping = mappingIn(
    JSON.stringify({ kind: 'flow', separator: ',', columns: { '@timestamp': { column: 1, form } } }),
  );
  const parser = mappingFormat('own', mapping).open({ receivedAtMs: RECEIVED_AT_MS });
  expect(parser.parse(time)).toMatchObject({ record: { atMs: Date.UTC(2026, 10, 21, 21, 16, 23) } });
});

test('a header without a mapped column rejects every line and names the column', () => {
  const mapping = mappingIn('{"kind":"log","separator":",","columns":{"message":"text"}}');
  const parser = mappingFormat('own', mapping).open({ receivedAtMs: RECEIVED_AT_MS });
  const rejected = { code: 'missing-header', detail: 'the header has no column text' };
  expect([parser.parse('a,b'), parser.parse('1,2')]).toEqual([{ rejected }, { rejected }]);
});

describe('a mapping', () => {
  const columns = { message: 1 };
  test.each([
    ['{', 'not valid JSON'],
    ['[]', 'expected object'],
    [{ columns, separator: ',' }, 'kind: '],
    [{ kind: 'log' }, 'a mapping has either columns or paths'],
    [{ kind: 'log', columns, separator: ',', paths: { message: 'm' } }, 'either columns or paths'],
    [{ kind: 'log', columns: {}, separator: ',' }, 'columns: no field is mapped'],
    [{ kind: 'log', columns }, 'separator: columns need one'],
    [{ kind: 'log', paths: { message: 'm' }, separator: ',' }, 'separator: belongs to columns'],
    [{ kind: 'log', paths: { message: 'm' }, header: true }, 'header: belongs to columns'],
    [{ kind: 'log', paths: { message: 'a..b' } }, 'paths › message › path: names with a dot'],
    [{ kind: 'log', paths: { message: 'a.b.c.d.e.f.g.h.i' } }, 'paths › message › path: names with a dot'],
    [{ kind: 'log', columns: { message: 0 }, separator: ',' }, 'columns › message › column: '],
    [{ kind: 'log', columns: { message: 1e9 }, separator: ',' }, 'columns › message › column: '],
    [
      { kind: 'log', columns: { message: 'm' }, separator: ',', header: false },
      'columns › message: without a header',
    ],
    [
      { kind: 'log', columns: { message: 'm' }, separator: ',', header: ['n'] },
      'columns › message: the header has no column "m"',
    ],
    [
      { kind: 'flow', columns: { 'source.adress': 1 }, separator: ',' },
      'columns: Unrecognized key: "source.adress"',
    ],
    ['{"kind":"flow","separator":",","columns":{"source.ip":1,"__proto__":{"column":2}}}', 'columns: '],
    [{ kind: 'flow', columns: { 'event.duration': 1 }, separator: ',' }, 'columns › event.duration › unit: '],
    [
      { kind: 'flow', columns: { 'source.ip': { column: 1, unit: 's' } }, separator: ',' },
      'columns › source.ip: Unrecognized key: "unit"',
    ],
    [
      { kind: 'log', paths: { message: 'm', '@timestamp': { path: 't', unit: 's', offset: 'Z' } } },
      'paths › @timestamp › unit: ',
    ],
    [
      { kind: 'log', paths: { message: 'm', '@timestamp': { path: 't', offset: '+1' } } },
      'paths › @timestamp › offset: an offset from UTC',
    ],
    [
      { kind: 'log', paths: { message: 'm' }, constants: { message: 'x' } },
      'constants › message: the field is mapped',
    ],
    [
      { kind: 'flow', paths: { 'source.ip': 'm' }, constants: { 'destination.ip': 'nowhere' } },
      'constants: destination.ip must be an address',
    ],
    [
      { kind: 'flow', paths: { 'source.ip': 'm' }, constants: { 'source.port': 70000 } },
      'constants: source.port must be a port',
    ],
  ])('%j is told: %s', (file, problem) => {
    const text = typeof file === 'string' ? file : JSON.stringify(file);
    expect(mappingOf(text)).toEqual({ problem: expect.stringContaining(problem) });
  });

  test('of any text gives a mapping or a problem', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        expect(Object.keys(mappingOf(text))).toHaveLength(1);
      }),
    );
  });
});

describe('no line', () => {
  const place = fc.constantFrom('a', 'b', 'a.b', '__proto__', 'constructor.name');
  const options = {
    time: [{ unit: 's' }, { form: 'day-first' }, { form: 'apache' }, { offset: '+01:00' }, {}],
    duration: [{ unit: 'ms' }, { unit: 'min' }],
    number: [{ times: 1024 }, {}],
    measure: [{ times: 0.001 }, {}],
    list: [{ split: '|' }, {}],
    text: [{ values: { '1': 'tcp' } }, {}],
  };
  const names = Object.keys(MAPPED_FIELDS) as (keyof typeof MAPPED_FIELDS)[];
  const isStatistic = (name: string) => name.startsWith('network.statistics.');
  const fields = fc.dictionary(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...names.filter(name => !isStatistic(name))) },
      { weight: 1, arbitrary: fc.constantFrom(...names.filter(isStatistic)) },
    ),
    fc.record({ place, pick: fc.nat() }),
    { minKeys: 1, maxKeys: 12, noNullPrototype: true },
  );
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('10.0.0.1', '1795295783', 1795295783, 1e300, -1, '21/11/2026 21:16:23', '1|2', '-', '"'),
  );
  const objects = fc.dictionary(place, value, { maxKeys: 5 }).map(object => JSON.stringify(object));
  const line = fc.oneof(objects, fc.string(), fc.string({ unit: 'binary' }), fc.constant('"1,2'));

  test.each(['columns', 'paths'])('of %s throws, and records go through ECS unchanged', key => {
    const ecs = FORMATS.ecs.open({ receivedAtMs: RECEIVED_AT_MS });
    fc.assert(
      fc.property(fields, fc.array(line, { maxLength: 6 }), (asked, lines) => {
        const sources = Object.entries(asked).map(([field, { place: name, pick }], index) => {
          const choices: object[] = options[MAPPED_FIELDS[field as keyof typeof MAPPED_FIELDS]];
          const at = key === 'columns' ? { column: index + 1 } : { path: name };
          return [field, { ...at, ...choices[pick % choices.length] }];
        });
        const layout = key === 'columns' ? { separator: ',' } : {};
        const file = { kind: 'flow', ...layout, [key]: Object.fromEntries(sources) };
        const parser = mappingFormat('own', mappingIn(JSON.stringify(file))).open({
          receivedAtMs: RECEIVED_AT_MS,
        });
        for (const text of lines) {
          const parsed = parser.parse(text);
          if (parsed === null) continue;
          if ('rejected' in parsed) expect(parsed.rejected.detail.length).toBeLessThan(120);
          else expect(ecs.parse(JSON.stringify(toEcs(parsed.record)))).toEqual(parsed);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of a million separators is cut further than the mapping asks', () => {
    const mapping = mappingIn('{"kind":"log","separator":",","columns":{"message":2},"header":false}');
    const parser = mappingFormat('own', mapping).open({ receivedAtMs: RECEIVED_AT_MS });
    expect(parser.parse(`${','.repeat(1_000_000)}`)).toMatchObject({ rejected: { code: 'missing-field' } });
    expect(parser.parse(`"${'""'.repeat(500_000)}`)).toMatchObject({ rejected: { code: 'column-count' } });
  });
});
