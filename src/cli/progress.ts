/** A progress bar on standard error, where that is a terminal; elsewhere nothing is drawn. */
import { basename } from 'node:path';
import { SingleBar } from 'cli-progress';
import { clipped, plainText } from './plain-text.ts';
import type { Screen } from './terminal.ts';

export interface Progress {
  /** Bytes read so far of the file, and records answered. */
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

/**
 * @param name of the file
 * @param bytes of the file; undefined where nobody knows, and then only counts are drawn
 */
export function startProgress(screen: Screen, name: string, bytes: number | undefined): Progress {
  if (screen.isTTY !== true) return NONE;
  const shown = clipped(plainText(basename(name)), NAME_CHARACTERS)
    .replaceAll('{', '(')
    .replaceAll('}', ')');
  const counts = '{megabytes} MB  {records} records';
  const format =
    bytes === undefined
      ? `${shown}  ${counts}  {duration_formatted}`
      : `${shown}  {bar} {percentage}%  ${counts}  {eta_formatted} left`;
  const bar = startBar(screen, format, bytes);
  return {
    update(read, records) {
      const payload = { megabytes: (read / 1e6).toFixed(1), records: records.toLocaleString('en') };
      bar.update(Math.min(read, bar.getTotal()), payload);
    },
    stop: () => bar.stop(),
  };
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
  bar.start(Math.max(total ?? 1, 1), 0, { megabytes: '0.0', records: '0' });
  return bar;
}
