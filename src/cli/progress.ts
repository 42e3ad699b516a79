/** A progress bar on standard error, where that is a terminal; elsewhere nothing is drawn. */
import { basename } from 'node:path';
import { SingleBar } from 'cli-progress';
import { clipped, plainText } from './plain-text.ts';
import type { Screen } from './terminal.ts';

export interface Progress {
  /** Bytes of the file that are done with so far, and records answered. */
  update(bytes: number, records: number): void;
  /** Removes the bar. */
  stop(): void;
}

/** A number that grows, and nobody knows to what. */
export interface Counter {
  update(records: number): void;
  stop(): void;
}

const NONE = { update() {}, stop() {} };
const NAME_CHARACTERS = 32;
const RATE_AFTER_MS = 100;

/**
 * @param name of the file
 * @param bytes of the file; undefined where nobody knows, and then only counts are drawn
 */
export function startProgress(screen: Screen, name: string, bytes: number | undefined): Progress {
  if (screen.isTTY !== true) return NONE;
  const shown = clipped(plainText(basename(name)), NAME_CHARACTERS)
    .replaceAll('{', '(')
    .replaceAll('}', ')');
  const startedAtMs = performance.now();
  const counts = '{megabytes} MB  {rate}  {records} records';
  const format =
    bytes === undefined
      ? `${shown}  ${counts}  {duration_formatted}`
      : `${shown}  {bar} {percentage}%  ${counts}  {left}`;
  const bar = startBar(screen, format, bytes);
  return {
    update(done, records) {
      const elapsedMs = performance.now() - startedAtMs;
      const payload = {
        megabytes: (done / 1e6).toFixed(1),
        rate: rateText(done, elapsedMs),
        records: records.toLocaleString('en'),
        left: leftText(done, bytes ?? 0, elapsedMs),
      };
      bar.update(Math.min(done, bar.getTotal()), payload);
    },
    stop: () => bar.stop(),
  };
}

/**
 * How long the rest will take at the pace so far.
 * @example leftText(25, 100, 20_000) // '60 s left'
 */
export function leftText(done: number, total: number, elapsedMs: number): string {
  if (done >= total) return 'waiting for the last answers';
  if (done <= 0) return '';
  const seconds = Math.ceil((elapsedMs * (total - done)) / done / 1_000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}

/**
 * The pace so far, of the bytes as they are stored; nothing in the first instant, which tells nothing.
 * @example rateText(25_000_000, 20_000) // '1.3 MB/s'
 */
export function rateText(done: number, elapsedMs: number): string {
  return elapsedMs < RATE_AFTER_MS ? '' : `${(done / 1e3 / elapsedMs).toFixed(1)} MB/s`;
}

export function startCounter(screen: Screen, what: string): Counter {
  if (screen.isTTY !== true) return NONE;
  const bar = startBar(screen, `${what}  {records} records  {duration_formatted}`, undefined);
  return {
    update: records => bar.update(0, { records: records.toLocaleString('en') }),
    stop: () => bar.stop(),
  };
}

function startBar(screen: Screen, format: string, total: number | undefined): SingleBar {
  const bar = new SingleBar({
    stream: screen,
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    clearOnComplete: true,
    // Nothing of the terminal is changed, so nothing has to be put back: the bar's own handler of SIGINT would swallow it.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
    fps: 5,
  });
  bar.start(Math.max(total ?? 1, 1), 0, { megabytes: '0.0', rate: '', records: '0', left: '' });
  return bar;
}
