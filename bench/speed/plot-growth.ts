/**
 * docs/speed-growth.svg of results/speed-growth.jsonl: cost by n-grams learnt (logarithmic) and by length, beside each
 * other. By hand, so that the plot needs no library; its colours follow the reader's light or dark page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Figure } from './figures.ts';
import { RESULTS } from './report.ts';

const PLOT = join(import.meta.dirname, '../../docs/speed-growth.svg');
/** Of one panel, in pixels; around its axes is room for labels. */
const PANEL = { width: 360, height: 300, left: 52, right: 16, top: 40, bottom: 46 };
const TICKS_MAX = 6;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .axis, .grid { stroke: #57606a; stroke-width: 1; fill: none; }
  .grid { stroke-opacity: .2; }
  .line { stroke-width: 2; fill: none; }
  .budget { stroke: #57606a; stroke-dasharray: 5 4; stroke-width: 1.5; }
  .s0 { stroke: #0550ae; } .p0, .t0 { fill: #0550ae; }
  .s1 { stroke: #bc4c00; } .p1, .t1 { fill: #bc4c00; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .axis, .grid, .budget { stroke: #9198a1; }
    .s0 { stroke: #79c0ff; } .p0, .t0 { fill: #79c0ff; }
    .s1 { stroke: #ffa657; } .p1, .t1 { fill: #ffa657; }
  }`;

interface Point {
  x: number;
  y: number;
}

interface Panel {
  title: string;
  xLabel: string;
  /** Marks of the x axis. */
  ticks: { x: number; text: string }[];
  series: { name: string; points: Point[] }[];
  /** From 0 to 1 along the axis. */
  placeOf: (x: number) => number;
  /** Where the budget ends, by index of the series. */
  budgets: number[];
}

/** Writes the plot. @param figures what `npm run bench:growth` reports */
export function plotGrowth(figures: readonly Figure[]): void {
  const pointsOf = (name: string): Point[] =>
    figures.filter(figure => figure.name === name).map(({ n, value }) => ({ x: n, y: value }));
  const seriesBy = (of: string) =>
    ['bytes to answer', 'score'].map(name => ({ name, points: pointsOf(`${name}, by ${of}`) }));
  const sizes = seriesBy('n-grams');
  const lengths = seriesBy('characters');
  const xs = (series: typeof sizes) => series[0]?.points.map(({ x }) => x) ?? [];
  const [least = 1, ...more] = xs(sizes).map(Math.log10);
  const most = more.at(-1) ?? least + 1;
  const longest = Math.max(...xs(lengths));
  const panels: Panel[] = [
    {
      title: 'by what was learnt',
      xLabel: 'n-grams learnt',
      ticks: xs(sizes).map(x => ({ x, text: powerOfTen(x) })),
      series: sizes,
      placeOf: x => (Math.log10(x) - least) / (most - least),
      budgets: sizes.map(({ points }) => 2 * (points[0]?.y ?? 0)),
    },
    {
      title: 'by length',
      xLabel: 'characters of the name',
      ticks: ticksTo(longest).map(x => ({ x, text: String(x) })),
      series: lengths,
      placeOf: x => x / longest,
      budgets: [],
    },
  ];
  const width = PANEL.width * panels.length;
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" width="${width}" height="${PANEL.height}" role="img" aria-label="Cost of scoring a record, by n-grams learnt and by length">`,
    `<style>${STYLE}\n</style>`,
    ...panels.map((panel, index) => panelText(panel, index * PANEL.width)),
    '</svg>',
    '',
  ];
  writeFileSync(PLOT, text.join('\n'));
}

function panelText({ title, xLabel, ticks, series, placeOf, budgets }: Panel, offset: number): string {
  const left = offset + PANEL.left;
  const right = offset + PANEL.width - PANEL.right;
  const bottom = PANEL.height - PANEL.bottom;
  const most = 1.1 * Math.max(...budgets, ...series.flatMap(({ points }) => points.map(({ y }) => y)));
  const atX = (x: number) => (left + placeOf(x) * (right - left)).toFixed(1);
  const atY = (y: number) => (bottom - (y / most) * (bottom - PANEL.top)).toFixed(1);
  const pathOf = (points: readonly Point[]) => points.map(({ x, y }) => `${atX(x)},${atY(y)}`).join(' ');
  return [
    `<text class="title" x="${left}" y="18">Cost of a record ${title} (µs of CPU)</text>`,
    ...ticksTo(most).flatMap(y => [
      `<line class="grid" x1="${left}" x2="${right}" y1="${atY(y)}" y2="${atY(y)}"/>`,
      `<text x="${left - 6}" y="${Number(atY(y)) + 4}" text-anchor="end">${y}</text>`,
    ]),
    `<path class="axis" d="M${left},${PANEL.top}V${bottom}H${right}"/>`,
    ...ticks.map(
      ({ x, text }) => `<text x="${atX(x)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`,
    ),
    `<text x="${(left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${xLabel}</text>`,
    ...budgets.map(
      (y, index) =>
        `<line class="budget s${index}" x1="${left}" x2="${right}" y1="${atY(y)}" y2="${atY(y)}"/><text class="t${index}" x="${left + 6}" y="${Number(atY(y)) - 5}">budget, ${series[index]?.name}</text>`,
    ),
    ...series.flatMap(({ name, points }, index) => {
      const middle = points[points.length >> 1];
      const label =
        middle === undefined
          ? ''
          : `<text class="t${index}" x="${atX(middle.x)}" y="${Number(atY(middle.y)) - 9}" text-anchor="end">${name}</text>`;
      return [
        `<polyline class="line s${index}" points="${pathOf(points)}"/>`,
        ...points.map(({ x, y }) => `<circle class="p${index}" cx="${atX(x)}" cy="${atY(y)}" r="3.5"/>`),
        label,
      ];
    }),
  ].join('\n');
}

/** Round numbers from 0 to at most the limit: steps of 1, 2 or 5 times a power of ten. @example ticksTo(11) // [0, 2, 4, 6, 8, 10] */
function ticksTo(limit: number): number[] {
  const power = 10 ** Math.floor(Math.log10(limit / TICKS_MAX));
  const step = power * ([1, 2, 5, 10].find(times => limit / (power * times) <= TICKS_MAX) ?? 10);
  const count = Math.floor(limit / step);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** One digit and a power. @example powerOfTen(307_093) // '3·10⁵'; of 100_000 '10⁵' */
function powerOfTen(value: number): string {
  const power = Math.floor(Math.log10(value));
  const digit = Math.round(value / 10 ** power);
  return `${digit === 1 ? '' : `${digit}·`}10${'⁰¹²³⁴⁵⁶⁷⁸⁹'[power] ?? ''}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lines = readFileSync(join(RESULTS, 'speed-growth.jsonl'), 'utf8').trimEnd().split('\n');
  plotGrowth(lines.map(line => JSON.parse(line) as Figure));
}
