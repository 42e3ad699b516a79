/** What is told of a file once all of it is answered: to programs as JSON, to people as a sentence. */
import type { SummaryLine } from './answer-lines.ts';
import { plainText } from './plain-text.ts';

/** @param summary as the server told it; undefined for an empty file, which no server is asked about */
export function summaryText(file: string, summary: SummaryLine | undefined): string {
  const { accepted = 0, duplicates = 0, rejected = 0, model, format, from, to, hint } = summary ?? {};
  return JSON.stringify({ summary: { file, accepted, duplicates, rejected, model, format, from, to, hint } });
}

/**
 * How a file was understood; empty where the server does not tell.
 * @example 'read as combined, from 2026-11-21T21:16:23.000Z to 2026-11-21T21:21:44.000Z'
 */
export function readingText({ format, from, to }: SummaryLine): string {
  if (format === undefined) return '';
  const times =
    from === undefined || to === undefined ? 'without a time of its own' : `from ${from} to ${to}`;
  return plainText(`read as ${format}, ${times}`);
}
