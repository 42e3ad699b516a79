/** Lines of every format, broken byte by byte: each is answered by a result or a rejection, and harms no other line. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { REJECTION_CODES } from '../../src/domain/errors.ts';
import { formatOf } from '../../src/ingest/formats.ts';
import { NOON_MS } from '../world.ts';
import { CAMPAIGN_TIMEOUT_MS, campaign } from './campaign.ts';
import { type FuzzedApp, openFuzzedApp } from './fuzzed-app.ts';
import { byteMutation, mutatedBytes } from './mutations.ts';
import { isPassedOver, type RealFile, realFiles } from './real-lines.ts';

const LF = Buffer.from('\n');
const CODES: ReadonlySet<string> = new Set(REJECTION_CODES);
/** Good lines on both sides of the broken one. */
const NEIGHBOURS_MAX = 5;

interface Answered {
  line: number;
  id?: string;
  rejected?: { code: string };
}
interface Summary {
  accepted: number;
  duplicates: number;
  rejected: number;
}

const bodyOf = (lines: readonly Buffer[]) => Buffer.concat(lines.flatMap(line => [line, LF]));
const linesIn = (bytes: Buffer) => bytes.reduce((count, byte) => count + (byte === LF[0] ? 1 : 0), 1);

/** Posts lines and looks at what is true of every answer to lines. @returns the answers by line */
async function answersTo(
  { exchange, api, checkLog }: FuzzedApp,
  target: string,
  lines: readonly Buffer[],
): Promise<Answered[]> {
  const body = bodyOf(lines);
  // A body of blank lines is refused as a whole.
  if (body.every(byte => byte === 0x0a || byte === 0x0d)) return [];
  const { status, text } = await exchange.send({
    method: 'POST',
    target,
    headers: { Authorization: `Bearer ${api.keys.admin}`, 'Content-Type': 'text/plain' },
    body,
  });
  expect(status, text.slice(0, 500)).toBe(200);
  const answers = text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]));
  const { summary, error }: { summary: Summary; error?: unknown } = answers.pop();
  expect(error).toBeUndefined();
  const rejected = answers.filter((answer: Answered) => answer.rejected !== undefined);
  for (const {
    rejected: { code },
  } of rejected)
    expect(CODES).toContain(code);
  expect(summary.rejected).toBe(rejected.length);
  expect(summary.accepted + summary.duplicates + summary.rejected).toBe(answers.length);
  const numbers = answers.map((answer: Answered) => answer.line);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.at(-1) ?? 0).toBeLessThanOrEqual(linesIn(body));
  checkLog();
  return answers;
}

/** Whether a line is to be answered at all: comments, headers and blank lines are not. */
function isAnswered(format: string, lines: readonly Buffer[]): boolean[] {
  const parser = formatOf(format).open({ receivedAtMs: NOON_MS });
  return lines.map(line => parser.parse(line.toString('utf8').replace(/\r$/, '')) !== null);
}

const files = realFiles();
const inputs = fc.record({
  file: fc.nat(files.length - 1),
  at: fc.nat(299),
  before: fc.nat(NEIGHBOURS_MAX),
  after: fc.nat(NEIGHBOURS_MAX),
  other: fc.record({ file: fc.nat(files.length - 1), line: fc.nat(299) }),
  mutations: fc.array(byteMutation, { minLength: 1, maxLength: 4 }),
  /** How the lines are stored too; most are not, for learning takes longer than all else here. */
  store: fc.constantFrom(null, null, null, null, null, '', '&label=bad&window=fuzz', '&label=good'),
});

const fileAt = (index: number): RealFile => {
  const file = files[index];
  if (file === undefined) throw new Error(`no file ${index}`);
  return file;
};
const lineAt = ({ lines }: RealFile, index: number): Buffer => lines[index % lines.length] ?? Buffer.alloc(0);

it(
  'answers every broken line, and its neighbours as if it were not there',
  async () => {
    const app = await openFuzzedApp();
    // However few the runs are, there is something to recount.
    await answersTo(app, '/v1/records?format=text', [Buffer.from('session opened for user root')]);
    await campaign('lines', inputs, async ({ file, at, before, after, other, mutations, store }) => {
      const { format, head, lines } = fileAt(file);
      const middle = at % lines.length;
      const above = [...head, ...lines.slice(Math.max(0, middle - before), middle)];
      const below = lines.slice(middle, middle + after);
      const splice = lineAt(fileAt(other.file), other.line);
      const broken = mutations.reduce(
        (bytes, mutation) => mutatedBytes(bytes, mutation, splice),
        lineAt(fileAt(file), middle),
      );
      const score = `/v1/score?explain=100&format=${format}`;
      const all = [...above, broken, ...below];
      const answers = await answersTo(app, score, all);

      // A line that became a header says rightly what those below it are.
      const parts = bodyOf([broken]).toString('latin1').split('\n');
      const isHeader = bodyOf([broken])
        .toString('utf8')
        .split('\n')
        .some(part => isPassedOver(format, part.replace(/^\ufeff/, '')));
      const isTwin = parts.some(part => [...above, ...below].some(line => line.toString('latin1') === part));
      if (!isHeader && !isTwin) {
        const shift = linesIn(broken);
        const without = await answersTo(app, score, [...above, ...below]);
        const expected = without.map(answer =>
          answer.line <= above.length ? answer : { ...answer, line: answer.line + shift },
        );
        const first = above.length + 1;
        expect(answers.filter(({ line }) => line < first || line >= first + shift)).toEqual(expected);
        const due = isAnswered(format, [...above, ...below]).filter(Boolean).length;
        expect(without.length).toBe(due);
      }
      if (store !== null) {
        const stored = await answersTo(app, `/v1/records?score=false&format=${format}${store}`, all);
        expect(stored.map(({ line }) => line)).toEqual(answers.map(({ line }) => line));
        // The next run compares two answers: no model may come between them.
        await app.api.world.jobs.idle();
      }
      await app.checkAlive();
    });
    await app.checkState();
  },
  CAMPAIGN_TIMEOUT_MS,
);
