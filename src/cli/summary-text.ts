/** The summary of a file, as `--json` ends each file's lines. */
import type { SummaryLine } from './answer-lines.ts';

/** @param summary as the server told it; undefined for an empty file, which no server is asked about */
export function summaryText(file: string, summary: SummaryLine | undefined): string {
  const { accepted = 0, duplicates = 0, rejected = 0, model } = summary ?? {};
  return JSON.stringify({ summary: { file, accepted, duplicates, rejected, model } });
}
