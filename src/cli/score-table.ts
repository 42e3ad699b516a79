/** What `score` shows to people: the most suspicious records first, each with its main reasons. */
import type { ScoredLine } from './answer-lines.ts';
import { MostSuspicious } from './most-suspicious.ts';
import { clipped, clippedStart, plainText } from './plain-text.ts';
import { mergedReasons, type Suspect } from './suspect.ts';
import { type Column, tableOf } from './table.ts';

const SCORE: Column = { title: 'score', width: 6, align: 'right' };
const VERDICT: Column = { title: 'verdict', width: 7 };
/** Characters of the quotation marks around a token. */
const QUOTES = 2;
/** Between two columns. */
const GAP = 2;
const PLACE_CHARACTERS_MAX = 32;
const RECORD_CHARACTERS_MIN = 24;
/** Lines that one text of a record may take: what is telling in a request is rarely its beginning. */
const TEXT_LINES_MAX = 4;

type Ranked = Suspect & { score: number };

/** What was seen of one kind of record. */
interface KindScores {
  records: number;
  lowest: number;
  highest: number;
  /** The first of them: asked for its reasons, whether it is shown or not. */
  sample: Ranked;
}

export interface TableOptions {
  /** Of the screen. */
  columns: number;
  /** Reasons shown of each record. */
  reasons: number;
  /** The texts of a record, each on a line of its own; null where it cannot be read here, and then its line is shown. */
  textsOf(suspect: Suspect): readonly string[] | null;
}

export class ScoreTable {
  readonly #suspects: MostSuspicious<Ranked>;
  readonly #verdicts = new Map<string, number>();
  readonly #kinds = new Map<string, KindScores>();
  #isCalibrated = false;
  /** Id of the model that scored last. */
  model: string | undefined;
  rejected = 0;

  /** @param rows records shown */
  constructor(rows: number) {
    this.#suspects = new MostSuspicious(rows);
  }

  /** @param text the record's line; undefined where nobody has it, and then its id is shown */
  add(file: string, scored: ScoredLine, text: string | undefined): void {
    const { verdict, kind, score, isOpen } = scored;
    this.#verdicts.set(verdict, this.#countOf(verdict) + 1);
    this.#isCalibrated ||= !isOpen || verdict !== 'unsure';
    const ranked = { file, scored, text, score, reasons: [] };
    const kinds = this.#kinds.get(kind) ?? { records: 0, lowest: score, highest: score, sample: ranked };
    kinds.records += 1;
    kinds.lowest = Math.min(kinds.lowest, score);
    kinds.highest = Math.max(kinds.highest, score);
    this.#kinds.set(kind, kinds);
    this.#suspects.add(ranked);
  }

  /** The records shown, most suspicious first. */
  suspects(): readonly Suspect[] {
    return this.#suspects.list();
  }

  /** Whose reasons are worth asking for: the records shown, and one of each kind that may have none to give. */
  asked(): readonly Suspect[] {
    const silent = [...this.#kinds.values()].filter(isOfOneScore).map(({ sample }) => sample);
    return [...new Set([...this.suspects(), ...silent])];
  }

  /** The table, and under it how many records were scored, or got which verdict. */
  text(options: TableOptions): string {
    return `${suspectTable(this.suspects(), this.#isCalibrated, options)}${this.#tally()}\n`;
  }

  /**
   * A sentence for each kind of record in which nothing speaks: all score the same, and those that were asked about have
   * no reason, however many are shown. To be called once reasons were asked for.
   */
  evidenceNotes(): string[] {
    return [...this.#kinds].flatMap(([kind, seen]) => {
      const asked = this.asked().filter(({ scored }) => scored.kind === kind);
      const isSilent = asked.every(({ reasons }) => mergedReasons(reasons).length === 0);
      if (!isOfOneScore(seen) || !isSilent) return [];
      const { records } = seen;
      return `no evidence in ${grouped(records)} ${plainText(kind)} records: nothing is learnt that tells them apart`;
    });
  }

  #countOf(verdict: string): number {
    return this.#verdicts.get(verdict) ?? 0;
  }

  #tally(): string {
    const records = [...this.#verdicts.values()].reduce((sum, count) => sum + count, 0);
    const verdicts = ['bad', 'unsure', 'good'].map(
      verdict => `${grouped(this.#countOf(verdict))} ${verdict}`,
    );
    const counts = this.#isCalibrated ? `: ${verdicts.join(', ')}` : '';
    const rejected = this.rejected === 0 ? '' : `; ${grouped(this.rejected)} lines rejected`;
    const model = this.model === undefined ? '' : `, by model ${this.model}`;
    const order = this.#isCalibrated || records === 0 ? '' : `\n${UNCALIBRATED}`;
    return `${grouped(records)} records scored${counts}${rejected}${model}${order}`;
  }
}

function isOfOneScore({ records, lowest, highest }: KindScores): boolean {
  return records >= 2 && lowest === highest;
}

const UNCALIBRATED = 'too little is marked for verdicts: go by the order of the scores';

/** @example grouped(12345) // '12,345' */
function grouped(count: number): string {
  return count.toLocaleString('en');
}

/** A row each; the reasons stand under the record that they speak of. The verdict has a column where there are any. */
function suspectTable(suspects: readonly Suspect[], hasVerdicts: boolean, options: TableOptions): string {
  if (suspects.length === 0) return '';
  const { columns, reasons, textsOf } = options;
  const placeMax = Math.min(PLACE_CHARACTERS_MAX, Math.floor(columns / 4));
  const places = suspects.map(suspect => clippedStart(plainText(placeOf(suspect)), placeMax));
  const place = { title: 'where', width: Math.max(...places.map(({ length }) => length)) };
  const first = hasVerdicts ? [SCORE, VERDICT, place] : [SCORE, place];
  const taken = first.reduce((sum, { width }) => sum + width + GAP, 0);
  const width = Math.max(RECORD_CHARACTERS_MIN, columns - taken);
  return tableOf(
    [...first, { title: 'record, and why', width }],
    suspects.map((suspect, index) => [
      suspect.scored.score.toFixed(4),
      ...(hasVerdicts ? [suspect.scored.verdict] : []),
      places[index] ?? '',
      [
        ...(textsOf(suspect) ?? [suspect.text ?? suspect.scored.id]).flatMap(text => folded(text, width)),
        ...whyOf(suspect, reasons, width),
      ],
    ]),
  );
}

/** `access.log:17`. */
function placeOf({ file, scored }: Suspect): string {
  return scored.line === undefined ? file : `${file}:${scored.line}`;
}

/** The first lines of a text at this width; the table clips the last of them where there is more. */
function folded(text: string, width: number): string[] {
  const characters = [...plainText(text.slice(0, width * TEXT_LINES_MAX + 1).replaceAll('\t', ' '))];
  const lines: string[] = [];
  while (lines.length < TEXT_LINES_MAX - 1 && characters.length > width) {
    lines.push(characters.splice(0, width).join(''));
  }
  return [...lines, characters.join('')];
}

/** A reason a line, its nats first: what is cut of a long token is its end. */
function whyOf({ reasons }: Suspect, count: number, width: number): string[] {
  const shown = mergedReasons(reasons).filter(({ nats }) => Number(nats.toFixed(1)) > 0);
  return shown.slice(0, count).map(({ field, token, nats }) => {
    const begin = `  ${`+${nats.toFixed(1)}`.padStart(5)}  ${field} `;
    return `${begin}${JSON.stringify(clipped(token, Math.max(1, width - begin.length - QUOTES)))}`;
  });
}
