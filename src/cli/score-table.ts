/** What `score` shows to people: the most suspicious records first, each with its main reasons. */
import { basename } from 'node:path';
import type { ScoredLine } from './answer-lines.ts';
import { MostSuspicious } from './most-suspicious.ts';
import { clipped } from './plain-text.ts';
import { mergedReasons, type Suspect } from './suspect.ts';
import { tableOf } from './table.ts';

/** What score, verdict and the gaps between columns take. */
const COLUMNS_FIXED = 19;
const PLACE_CHARACTERS = 32;
const RECORD_CHARACTERS_MIN = 40;
/** Lines that a record may take: the telling part of a log line is rarely its beginning. */
const RECORD_LINES = 2;
const TOKEN_CHARACTERS = 28;

type Ranked = Suspect & { score: number };

export class ScoreTable {
  readonly #suspects: MostSuspicious<Ranked>;
  readonly #verdicts = new Map<string, number>();
  /** Id of the model that scored last. */
  model: string | undefined;
  rejected = 0;

  /** @param rows records shown */
  constructor(rows: number) {
    this.#suspects = new MostSuspicious(rows);
  }

  /** @param text the record's line; undefined where nobody has it, and then its id is shown */
  add(file: string, scored: ScoredLine, text: string | undefined): void {
    this.#verdicts.set(scored.verdict, this.#countOf(scored.verdict) + 1);
    this.#suspects.add({ file, scored, text, score: scored.score, reasons: [] });
  }

  /** The records shown, most suspicious first. */
  suspects(): readonly Suspect[] {
    return this.#suspects.list();
  }

  /**
   * The table, and under it how many records got which verdict.
   * @param columns of the screen
   * @param reasons shown of each record
   */
  text(columns: number, reasons: number): string {
    const model = this.model === undefined ? '' : `, by model ${this.model}`;
    return `${suspectTable(this.suspects(), columns, reasons)}${this.#tally()}${model}\n`;
  }

  #countOf(verdict: string): number {
    return this.#verdicts.get(verdict) ?? 0;
  }

  #tally(): string {
    const records = [...this.#verdicts.values()].reduce((sum, count) => sum + count, 0);
    const parts = ['bad', 'unsure', 'good'].map(verdict => `${grouped(this.#countOf(verdict))} ${verdict}`);
    const rejected = this.rejected === 0 ? '' : `; ${grouped(this.rejected)} lines rejected`;
    return `${grouped(records)} records scored: ${parts.join(', ')}${rejected}`;
  }
}

/** @example grouped(12345) // '12,345' */
function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** A row each; the reasons stand under the record that they speak of. */
function suspectTable(suspects: readonly Suspect[], columns: number, reasons: number): string {
  if (suspects.length === 0) return '';
  const places = suspects.map(placeOf);
  const placeWidth = Math.min(PLACE_CHARACTERS, Math.max(...places.map(place => place.length)));
  const recordWidth = Math.max(RECORD_CHARACTERS_MIN, columns - COLUMNS_FIXED - placeWidth);
  return tableOf(
    [
      { title: 'score', width: 6, align: 'right' },
      { title: 'verdict', width: 7 },
      { title: 'where', width: placeWidth },
      { title: 'record, and why', width: recordWidth },
    ],
    suspects.map((suspect, index) => [
      suspect.scored.score.toFixed(4),
      suspect.scored.verdict,
      places[index] ?? '',
      [...folded(suspect.text ?? suspect.scored.id, recordWidth), ...whyOf(suspect, reasons)],
    ]),
  );
}

/** `access.log:17`. */
function placeOf({ file, scored }: Suspect): string {
  return scored.line === undefined ? basename(file) : `${basename(file)}:${scored.line}`;
}

/** The first lines of a text at this width; the table clips the last of them where there is more. */
function folded(text: string, width: number): string[] {
  const characters = [...text.slice(0, 2 * width * RECORD_LINES)];
  const lines: string[] = [];
  while (lines.length < RECORD_LINES - 1 && characters.length > width) {
    lines.push(characters.splice(0, width).join(''));
  }
  return [...lines, characters.join('')];
}

function whyOf({ reasons }: Suspect, count: number): string[] {
  const towardsBad = mergedReasons(reasons).filter(({ nats }) => nats > 0);
  const texts = towardsBad
    .slice(0, count)
    .map(
      ({ field, token, nats }) =>
        `${field} ${JSON.stringify(clipped(token, TOKEN_CHARACTERS))} +${nats.toFixed(1)}`,
    );
  return texts.length === 0 ? [] : [`  ${texts.join('  ')}`];
}
