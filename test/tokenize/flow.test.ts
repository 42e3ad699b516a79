import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_STATISTICS, type FlowStatistics } from '../../src/domain/flow-statistics.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import type { FlowRecord } from '../../src/domain/record.ts';
import { historyShapeOf } from '../../src/tokenize/fields/flow.ts';
import { FLOW_STATISTIC_ROWS } from '../../src/tokenize/fields/flow-statistics.ts';
import { isSeenBy } from '../../src/tokenize/fields/row.ts';
import { flowBinOf } from '../../src/tokenize/flow-bins.ts';
import { bytesPerSecondOf, packetsPerMinuteOf } from '../../src/tokenize/flow-rates.ts';
import { tokenize } from '../../src/tokenize/tokenize.ts';
import { tokensByField } from './observed.ts';

describe('a flow record', () => {
  it('shows how the connection went', () => {
    const { categories } = tokenize({ kind: 'flow', network: { state: 'S0', history: 'ShADadtTtT' } });
    expect(tokensByField(categories)).toEqual({ 'network.state': ['s0'], 'network.history': ['ShADadtT'] });
  });
});

describe('a flow with both ways counted', () => {
  const seen = (record: Partial<FlowRecord>) =>
    tokensByField(tokenize({ ...record, kind: 'flow' }).categories);

  it('shows sizes of packets, and who answered', () => {
    const tokens = seen({
      durationMs: 250,
      source: { bytes: 1_000, packets: 4 },
      destination: { bytes: 500, packets: 1 },
    });
    expect(tokens).toMatchObject({
      'network.bytes.per_packet': ['256'],
      'source.bytes.per_packet': ['192'],
      'destination.bytes.per_packet': ['384'],
      'network.exchange': ['both-ways'],
      'event.duration.class': ['below-second'],
    });
  });

  it.each([
    [{ packets: 3 }, { packets: 0 }, 'one-way'],
    [{ packets: 3, bytes: 0 }, { packets: 2, bytes: 0 }, 'both-ways'],
    [{ bytes: 80 }, { bytes: 0 }, 'one-way'],
    [{ bytes: 0 }, { bytes: 80 }, 'answer-only'],
    [{ packets: 0 }, { packets: 0 }, 'nothing'],
  ])('of %j and %j is %s', (source, destination, expected) => {
    expect(seen({ source, destination })['network.exchange']).toEqual([expected]);
  });

  it.each([
    [0, 'instant'],
    [999.9, 'below-second'],
    [59_999, 'below-minute'],
    [3_599_999, 'below-hour'],
    [7_200_000, 'long-lived'],
  ])('that takes %d ms is %s', (durationMs, expected) => {
    expect(seen({ durationMs })['event.duration.class']).toEqual([expected]);
  });

  it('has no size of packets where there are none', () => {
    const tokens = seen({ durationMs: 0, source: { bytes: 0, packets: 0 }, destination: { bytes: 9 } });
    expect(Object.keys(tokens).filter(field => field.endsWith('per_packet'))).toEqual([]);
  });

  it('has rates, but not where it took no time', () => {
    const record: FlowRecord = {
      kind: 'flow',
      durationMs: 250,
      source: { bytes: 1_000, packets: 4 },
      destination: { bytes: 500, packets: 1 },
    };
    expect([bytesPerSecondOf(record), packetsPerMinuteOf(record)]).toEqual([6_000, 1_200]);
    const instant = { ...record, durationMs: 0 };
    expect([bytesPerSecondOf(instant), packetsPerMinuteOf(instant)]).toEqual([undefined, undefined]);
  });

  it('shows what a meter measured by the cut points of this release, with their version', () => {
    const tokens = seen({
      network: { statistics: { pkt_size_mean: 0, flow_iat_max: 1e12, flow_end_reason: 3 } },
    });
    expect(tokens).toEqual({
      'network.statistics.pkt_size_mean': ['1:01'],
      'network.statistics.flow_iat_max': ['1:above'],
      'network.statistics.flow_end_reason': ['1:04'],
    });
  });
});

describe('historyShapeOf', () => {
  it.each([
    ['ShADadFf', 'ShADadFf'],
    ['ShADadtTtTfF', 'ShADadtTfF'],
    ['^dDa', '^dDa'],
    ['-', 'none'],
    ['\u0000S', 'S'],
    ['abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnop'],
    [`${'-'.repeat(65_536)}S`, 'none'],
  ])('of %j is %s', (history, expected) => {
    expect(historyShapeOf(history)).toBe(expected);
  });
});

describe('statistics of a flow', () => {
  const seenOf = (statistics: FlowStatistics) =>
    tokenize({ kind: 'flow', network: { statistics } }).categories;
  const fields = FLOW_STATISTIC_ROWS.filter(row => isSeenBy(row, TOKENIZER_VERSION)).map(row => row.field);
  const asked = FLOW_STATISTICS.filter(statistic => fields.includes(`network.statistics.${statistic}`));

  it('are seen in the order of their rows, whatever they came in, and nothing beside them', () => {
    const statistics = fc
      .dictionary(
        fc.constantFrom(...FLOW_STATISTICS, '__proto__', 'toString', 'no_statistic'),
        fc.option(fc.double({ min: 0 }), { nil: undefined }),
      )
      .map(held => Object.fromEntries(Object.entries(held).toReversed()));
    fc.assert(
      fc.property(statistics, held => {
        const expected = asked.flatMap(statistic => {
          const token = flowBinOf(statistic, held[statistic]);
          return token === undefined ? [] : [{ field: `network.statistics.${statistic}`, token }];
        });
        expect(seenOf(held)).toEqual(expected);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('leave out sizes of packets of which others tell the same', () => {
    const leftOut = {
      pkt_size_max: 1_500,
      pkt_size_std: 400,
      fwd_pkt_size_max: 1_500,
      fwd_pkt_size_mean: 90,
      fwd_pkt_size_std: 400,
    };
    expect(seenOf(leftOut)).toEqual([]);
    expect(seenOf({ ...leftOut, pkt_size_mean: 0 })).toEqual([
      { field: 'network.statistics.pkt_size_mean', token: '1:01' },
    ]);
  });
});
