/**
 * A record that is worth a row, and why. Reasons cost several times what a score costs, and a table shows only a few
 * records: so a file is scored without them, and what stands out is asked about again.
 */
import { answerLines, type Reason, type ScoredLine } from './answer-lines.ts';
import type { Client } from './client.ts';

export interface Suspect {
  /** The file as it was named. */
  file: string;
  scored: ScoredLine;
  /** Its line; undefined where nobody has it. */
  text: string | undefined;
  reasons: Reason[];
}

interface Question {
  format: string | undefined;
  /** Reasons asked for each. */
  explain: number;
  /** The header and comments of a file, before its first record: without them its lines may not be read. */
  preambleOf(file: string): readonly string[];
}

/** Asks for the reasons of suspects and writes them down in each. */
export async function explainSuspects(
  client: Client,
  suspects: readonly Suspect[],
  question: Question,
): Promise<void> {
  const files = new Set(suspects.map(({ file }) => file));
  for (const file of files) {
    const known = suspects.filter(suspect => suspect.file === file && suspect.text !== undefined);
    if (known.length > 0) await explainOf(client, known, question.preambleOf(file), question);
  }
}

async function explainOf(
  client: Client,
  suspects: readonly Suspect[],
  preamble: readonly string[],
  { format, explain }: Question,
): Promise<void> {
  const content = [...preamble, ...suspects.map(({ text }) => text)].join('\n');
  const body = { contentType: 'text/plain', content };
  const answer = await client.stream({ method: 'POST', path: '/v1/score', query: { format, explain }, body });
  for await (const lines of answerLines(answer)) {
    for (const line of lines) {
      if (line.type !== 'scored' || line.line === undefined) continue;
      const suspect = suspects[line.line - preamble.length - 1];
      // Another score means that the line was read or judged differently this time: its reasons are not the first one's.
      if (suspect?.scored.score === line.score) suspect.reasons = line.reasons;
    }
  }
}

/** Reasons of the same token in several groups of evidence, taken together; strongest first. */
export function mergedReasons(reasons: readonly Reason[]): { field: string; token: string; nats: number }[] {
  const merged = new Map<string, { field: string; token: string; nats: number }>();
  for (const { field, token, contribution } of reasons) {
    // Prior, rest, threat and calibration have no field: they are nobody's reason to look.
    if (field === '' || contribution === 0) continue;
    const key = JSON.stringify([field, token]);
    const nats = contribution + (merged.get(key)?.nats ?? 0);
    merged.set(key, { field, token, nats });
  }
  return [...merged.values()].sort((a, b) => b.nats - a.nats);
}
