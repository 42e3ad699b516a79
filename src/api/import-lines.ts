/** The lines of an export, read back: CSV or NDJSON, as GET /v1/tokens/export writes them. */
import { isUtf8 } from 'node:buffer';
import { IMPORT_LINE_BYTES_MAX } from '../domain/limits.ts';
import { type Line, splitLines } from '../ingest/lines.ts';
import type { ImportLine } from '../services/import-tokens.ts';
import { csvCells, textOfCsv } from './csv.ts';
import type { KeyLoad } from './load.ts';
import { TOKEN_COLUMNS, TokenResponse, tokenCounts } from './schemas/tokens.ts';

export type ExportFormat = 'csv' | 'ndjson';

type ReadLine = (text: string) => Omit<Extract<ImportLine, { field: string }>, 'line'> | string | null;

/** Lines in batches. @param load whose turn is waited for before each */
export async function* importLines(
  chunks: AsyncIterable<Uint8Array>,
  format: ExportFormat,
  load: Pick<KeyLoad, 'turn'>,
): AsyncGenerator<ImportLine[]> {
  const read: ReadLine = format === 'csv' ? csvReader() : readJson;
  for await (const batch of splitLines(chunks, IMPORT_LINE_BYTES_MAX)) {
    await load.turn(batch.length);
    yield batch.flatMap(line => lineOf(line, read) ?? []);
  }
}

/** Null for a header, and for what cannot be read because that is none. */
function lineOf(line: Line, read: ReadLine): ImportLine | null {
  const { number } = line;
  const problem = (text: string) => ({ line: number, problem: text });
  if ('tooLong' in line) return problem(`the line has more than ${IMPORT_LINE_BYTES_MAX} bytes`);
  // An export holds nothing else: half of it is escaped.
  if (!isUtf8(line.bytes)) return problem('the line is not UTF-8');
  const row = read(Buffer.from(line.bytes.buffer, line.bytes.byteOffset, line.bytes.length).toString('utf8'));
  if (row === null) return null;
  return typeof row === 'string' ? problem(row) : { line: number, ...row };
}

const readJson: ReadLine = text => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the line is not JSON';
  }
  const { success, data, error } = TokenResponse.safeParse(value);
  if (success) return { field: data.field, token: data.token, counts: tokenCounts(data) };
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') return 'there is a field that an export does not have';
  return `${issue?.path.join('.') || 'the line'} is not as an export has it`;
};

const COUNT_COLUMNS = {
  goodRecords: 'good_records',
  goodEpisodes: 'good_episodes',
  badRecords: 'bad_records',
  badEpisodes: 'bad_episodes',
} as const;
const NEEDED = ['field', 'token', ...Object.values(COUNT_COLUMNS)];

/** The first line names the columns; what is worked out from the counts may be left out, or wrong. */
function csvReader(): ReadLine {
  let columns: readonly string[] | null = null;
  let isReadable = true;
  return text => {
    const cells = csvCells(text);
    if (columns === null) {
      columns = cells ?? [];
      const problem = headerProblemOf(columns);
      isReadable = problem === null;
      return problem;
    }
    // Under a header that is none nothing can be told of a line.
    if (!isReadable) return null;
    if (cells === null) return 'a quote is not closed, or stands within a cell';
    if (cells.length !== columns.length) return `${cells.length} cells under ${columns.length} columns`;
    const named = columns;
    const cellOf = (column: string) => cells[named.indexOf(column)] ?? '';
    const field = textOfCsv(cellOf('field'));
    const token = textOfCsv(cellOf('token'));
    if (field === null || token === null) return 'a backslash escapes nothing';
    const count = (unit: keyof typeof COUNT_COLUMNS) => {
      const cell = cellOf(COUNT_COLUMNS[unit]);
      return /^\d{1,10}$/.test(cell) ? Number(cell) : Number.NaN;
    };
    const counts = {
      goodRecords: count('goodRecords'),
      goodEpisodes: count('goodEpisodes'),
      badRecords: count('badRecords'),
      badEpisodes: count('badEpisodes'),
    };
    return { field, token, counts };
  };
}

function headerProblemOf(columns: readonly string[]): string | null {
  const known: readonly string[] = TOKEN_COLUMNS;
  const missing = NEEDED.filter(column => !columns.includes(column));
  if (missing.length > 0) return `the first line names the columns; it lacks ${missing.join(', ')}`;
  if (new Set(columns).size < columns.length) return 'a column is there twice';
  return columns.every(column => known.includes(column))
    ? null
    : 'there is a column that an export does not have';
}
