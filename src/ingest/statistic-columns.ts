/**
 * Reads the statistical columns of a flow table (domain/flow-statistics.ts). A cell that is no number of at least 0 (`NaN`,
 * `Infinity`, −1 for what the tool could not tell, an attacker's text) is absent, and costs the line nothing: what was
 * measured of packets is worth less than that the flow is known.
 */
import { FLOW_STATISTICS, type FlowStatistic, type FlowStatistics } from '../domain/flow-statistics.ts';
import type { Cells } from './column-format.ts';
import { decimalOf } from './field-check.ts';
import { measureOf } from './measure.ts';

export interface StatisticColumn {
  statistic: FlowStatistic;
  /** Names that the column goes by, in letters and digits. */
  names: readonly string[];
  /** Place in the usual layout, from 0. */
  place: number;
  /** What turns the column's unit into that of the record; 1 where nothing is said. */
  times?: number;
  /** Whose packets it is about, where not both; and how many of them it takes to tell anything. */
  of?: 'fwd' | 'bwd';
  packetsMin?: number;
  /** Whether 0 is how the tool writes that there was nothing to measure. */
  zeroIsNone?: boolean;
}

/** For a table of columns: the names of every statistic, none for those that it does not have. */
export function statisticNames(
  columns: readonly StatisticColumn[],
): Readonly<Record<FlowStatistic, readonly string[]>> {
  const names = new Map(columns.map(column => [column.statistic, column.names]));
  return Object.fromEntries(
    FLOW_STATISTICS.map(statistic => [statistic, names.get(statistic) ?? []]),
  ) as Record<FlowStatistic, readonly string[]>;
}

/** For a file without a header: the key of every place, of those of a record and of statistics. */
export function layoutWith<K extends string>(
  count: number,
  places: Readonly<Record<K, number>>,
  columns: readonly StatisticColumn[],
): (K | FlowStatistic | null)[] {
  const layout: (K | FlowStatistic | null)[] = Array.from({ length: count }, () => null);
  for (const [key, place] of Object.entries(places) as [K, number][]) layout[place] = key;
  for (const { statistic, place } of columns) layout[place] = statistic;
  return layout;
}

/** Packets of each way; undefined where that is not told, and then a zero is believed. */
export interface PacketsOfWays {
  fwd: number | undefined;
  bwd: number | undefined;
}

/** A millionth is as fine as any meter's clock, and keeps what is stored short. */
const PER_UNIT = 1e6;

/** @example roundedMeasure(109.7269791) // 109.726979 */
export function roundedMeasure(value: number): number {
  const scaled = value * PER_UNIT;
  return scaled < Number.MAX_SAFE_INTEGER ? Math.round(scaled) / PER_UNIT : value;
}

/** The number of a cell; undefined for what is none, or below 0. @example measuredOf('1.5e+03') // 1500 */
export function measuredOf(text: string | undefined): number | undefined {
  const told = measureOf(text);
  if (told === undefined) return undefined;
  const value = decimalOf(told);
  return value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}

/**
 * What the columns of a line tell; undefined where none does. Zeros about a way without packets (or gaps with one packet)
 * say nothing: a one-way flow is told as such by its counts, not by forty columns of zeros.
 */
export function statisticsOf(
  columns: readonly StatisticColumn[],
  cell: Cells<FlowStatistic>,
  packets: PacketsOfWays,
): FlowStatistics | undefined {
  const statistics: { -readonly [S in FlowStatistic]?: number } = {};
  let isAny = false;
  for (const column of columns) {
    const value = measuredOf(cell(column.statistic));
    if (value === undefined || (value === 0 && !saysZero(column, packets))) continue;
    statistics[column.statistic] = roundedMeasure(value * (column.times ?? 1));
    isAny = true;
  }
  return isAny ? statistics : undefined;
}

function saysZero({ of, packetsMin = 1, zeroIsNone = false }: StatisticColumn, packets: PacketsOfWays) {
  if (zeroIsNone) return false;
  const { fwd, bwd } = packets;
  const counted = of === undefined ? sumOf(fwd, bwd) : packets[of];
  return counted === undefined || counted >= packetsMin;
}

function sumOf(fwd: number | undefined, bwd: number | undefined): number | undefined {
  return fwd === undefined || bwd === undefined ? undefined : fwd + bwd;
}
