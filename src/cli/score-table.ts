/** What `score` shows to people: the most suspicious records first, each with its main reasons. */
import { basename } from 'node:path';
import type { ScoredLine } from './answer-lines.ts';
import { MostSuspicious } from './most-suspicious.ts';
import { tableOf } from './table.ts';

/** A record worth a row. */
interface Suspect {
  score: number;
  verdict: string;
  place: string;
  record: string;
  why: string;
}

/** Reasons that the table shows of a record. */
export const REASONS_SHOWN = 3;
/** What score, verdict and the gaps between columns take. */
const COLUMNS_FIXED = 19;
const PLACE_CHARACTERS = 32;
const RECORD_CHARACTERS_MIN = 40;

export class ScoreTable {
  readonly #suspects: MostSuspicious<Suspect>;
  readonly #verdicts = new Map<string, number>();
  /** Id of the model that scored last. */
  model: string | undefined;
  rejected = 0;

  /** @param rows records shown */
  constructor(rows: number) {
    this.#suspects = new MostSuspicious(rows);
  }

  /** @param text the beginning of the record's line; undefined where nobody has it, and then its id is shown */
  add(file: string, line: ScoredLine, text: string | undefined): void {
    this.#verdicts.set(line.verdict, this.#countOf(line.verdict) + 1);
    if (this.#suspects.takes(line.score)) this.#suspects.add(suspectOf(file, line, text));
  }

  /** The table, and under it how many records got which verdict. */
  text(columns: number): string {
    const model = this.model === undefined ? '' : `, by model ${this.model}`;
    return `${suspectTable(this.#suspects.list(), columns)}${this.#tally()}${model}\n`;
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

function suspectOf(file: string, line: ScoredLine, text: string | undefined): Suspect {
  const name = basename(file);
  return {
    score: line.score,
    verdict: line.verdict,
    place: line.line === undefined ? name : `${name}:${line.line}`,
    record: text ?? line.id,
    why: whyOf(line.reasons),
  };
}

/** The reasons that speak for bad; prior, rest and calibration have no field and are nobody's reason to look. */
function whyOf(reasons: ScoredLine['reasons']): string {
  return reasons
    .filter(({ field, contribution }) => field !== '' && contribution > 0)
    .slice(0, REASONS_SHOWN)
    .map(({ field, token, contribution }) => `${field} ${JSON.stringify(token)} +${contribution.toFixed(1)}`)
    .join('  ');
}

/** A row each; the reasons stand under the record that they speak of. */
function suspectTable(suspects: readonly Suspect[], columns: number): string {
  if (suspects.length === 0) return '';
  const placeWidth = Math.min(PLACE_CHARACTERS, Math.max(...suspects.map(({ place }) => place.length)));
  const recordWidth = Math.max(RECORD_CHARACTERS_MIN, columns - COLUMNS_FIXED - placeWidth);
  return tableOf(
    [
      { title: 'score', width: 6, align: 'right' },
      { title: 'verdict', width: 7 },
      { title: 'where', width: placeWidth },
      { title: 'record, and why', width: recordWidth },
    ],
    suspects.map(({ score, verdict, place, record, why }) => [
      score.toFixed(4),
      verdict,
      place,
      why === '' ? record : [record, `  ${why}`],
    ]),
  );
}
