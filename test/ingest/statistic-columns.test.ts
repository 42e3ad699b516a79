/** Statistics of flows: what a cell may hold, what zeros say, and names that are none. */
import { describe, expect, it, test } from 'vitest';
import { FLOW_STATISTICS } from '../../src/domain/flow-statistics.ts';
import { CIC_STATISTICS } from '../../src/ingest/cic-statistics.ts';
import { FLOWLABELER_STATISTICS } from '../../src/ingest/flowlabeler-statistics.ts';
import { FORMATS } from '../../src/ingest/formats.ts';
import { measuredOf, roundedMeasure, statisticsOf } from '../../src/ingest/statistic-columns.ts';
import { RECEIVED_AT_MS } from './parse-lines.ts';

test.each([
  ['132.0', 132],
  ['1.5e+03', 1_500],
  ['0', 0],
  ['-1', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['1e999', undefined],
  ['0x20', undefined],
  ['__proto__', undefined],
  ['1'.repeat(33), undefined],
  [undefined, undefined],
])('a cell of %j measures %j', (cell, expected) => {
  expect(measuredOf(cell)).toBe(expected);
});

test('numbers are kept to the millionth', () => {
  expect(roundedMeasure(109.7269791)).toBe(109.726979);
  expect(roundedMeasure(1e300)).toBe(1e300);
});

describe.each([
  ['flowlabeler', FLOWLABELER_STATISTICS],
  ['unicauca87', CIC_STATISTICS],
])('columns of %s', (_, columns) => {
  it('stand in places of their own, under names of their own', () => {
    for (const values of [
      columns.map(({ place }) => place),
      columns.map(({ statistic }) => statistic),
      columns.flatMap(({ names }) => names),
    ])
      expect(new Set<number | string>(values).size).toBe(values.length);
  });

  it('say nothing by zeros about a way without packets, and nothing at all by cells that are none', () => {
    const oneWay = statisticsOf(columns, () => '0', { fwd: 1, bwd: 0 }) ?? {};
    expect(Object.keys(oneWay).filter(name => /^bwd_|_bwd_|_iat_/.test(name))).toEqual([]);
    const bothWays = statisticsOf(columns, () => '0', { fwd: 2, bwd: 2 }) ?? {};
    expect(Object.keys(bothWays)).toEqual(expect.arrayContaining(['fwd_iat_max', 'bwd_iat_max']));
    expect(statisticsOf(columns, () => 'constructor', { fwd: 2, bwd: 2 })).toBeUndefined();
  });
});

describe('statistics in ECS', () => {
  const flow = { kind: 'flow', source: { ip: '192.0.2.1' }, destination: { ip: '192.0.2.2' } };
  const parse = (more: object) =>
    FORMATS.ecs.open({ receivedAtMs: RECEIVED_AT_MS }).parse(JSON.stringify({ ...flow, ...more }));

  it.each([
    { network: { statistics: { pkt_len_mean: 12.5 } } },
    { 'network.statistics.pkt_len_mean': 12.5 },
    {
      network: { 'statistics.pkt_len_mean': '12.5', statistics: JSON.parse('{"__proto__": 1, "other": 2}') },
    },
  ])('are read from %j', more => {
    expect(parse(more)).toMatchObject({ record: { network: { statistics: { pkt_len_mean: 12.5 } } } });
    expect(JSON.stringify(parse(more))).not.toContain('other');
  });

  it.each([-1, 'soon', true, [1]])('are wrong where they are %j', value => {
    const rejected = {
      code: 'wrong-type',
      detail: 'network.statistics.idle_max must be a number of at least 0',
    };
    expect(parse({ network: { statistics: { idle_max: value } } })).toEqual({ rejected });
  });

  it('are as many as there are names, whatever a sender makes up', () => {
    const made = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`fwd_${index}`, index]));
    const all = Object.fromEntries(FLOW_STATISTICS.map((name, index) => [name, index]));
    const parsed = parse({ network: { statistics: { ...made, ...all } } });
    expect(parsed).toMatchObject({ record: { network: { statistics: all } } });
  });
});
