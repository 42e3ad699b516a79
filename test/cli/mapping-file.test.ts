/** `--format` as a mapping file: what is stored and shown by it, and under which numbers lines are rejected. */
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { runCommand, scratchOfFile, serverOfFile } from './harness.ts';

const scratch = scratchOfFile();
const { onServer, server } = await serverOfFile();
const mapping = scratch.file(
  'own.json',
  JSON.stringify({
    kind: 'http',
    separator: '|',
    columns: {
      '@timestamp': { column: 'when', form: 'year-first', offset: '+01:00' },
      'source.ip': 'who',
      'http.request.method': 'verb',
      'url.original': 'target',
    },
  }),
);
const LINES = [
  'when|who|verb|target',
  '2026/01/14 13:00:00|10.0.0.5|GET|/first',
  '',
  '2026/01/14 13:00:01|nobody|GET|/second',
  '2026/01/14 13:00:02|10.0.0.6|GET|/third',
  'rubbish',
];
const TEXT = LINES.join('\n');

it('stores what the mapping makes of a file, and rejects by the numbers of its lines', async () => {
  const file = scratch.file('own.log.gz', gzipSync(TEXT));
  const ran = await onServer('ingest', file, '--format', mapping);
  expect(ran).toEqual({
    code: 1,
    stdout:
      `${file}: 2 stored, 0 were there before, 2 rejected; ` +
      'read as own.json, from 2026-01-14T12:00:00.000Z to 2026-01-14T12:00:02.000Z\n',
    stderr:
      `${file}:4: wrong-type: source.ip must be an address\n` +
      `${file}:6: column-count: 1 columns where the header has 4\n`,
  });
});

it('answers programs in the order of the lines', async () => {
  const ran = await runCommand(['score', '-', '--json', '--format', mapping, ...server.flags], {
    stdin: TEXT,
  });
  const answers = ran.stdout.trimEnd().split('\n');
  expect(answers.map(text => JSON.parse(text))).toMatchObject([
    { line: 2, kind: 'http' },
    { line: 4, rejected: { code: 'wrong-type' } },
    { line: 5, kind: 'http' },
    { line: 6, rejected: { code: 'column-count' } },
    { summary: { accepted: 2, rejected: 2, format: 'own.json' } },
  ]);
});

it('shows people the records', async () => {
  const file = scratch.file('own.log', TEXT);
  const ran = await onServer('score', file, '--format', mapping);
  expect(ran.stdout).toContain('GET /third');
  expect(ran.stdout).toContain('2026-01-14T12:00:02.000Z  10.0.0.6');
  expect(ran.stdout).toContain(`${file}: 2 records, read as own.json, from`);
});

it('tells rejections of a file that has nothing else, however many', async () => {
  const file = scratch.file('all-bad.log', `${LINES[0]}\n${'rubbish\n'.repeat(20_000)}`);
  const ran = await onServer('ingest', file, '--format', mapping, '--json');
  const answers = ran.stdout.trimEnd().split('\n');
  expect(ran.stderr).toBe('');
  expect(answers).toHaveLength(20_001);
  expect(JSON.parse(answers.at(-1) ?? '')).toMatchObject({ summary: { accepted: 0, rejected: 20_000 } });
});

it.each([
  ['{"kind":"flow","paths":{"source.adress":"a","destination.ip":"b"}}', 'source.adress', 2],
  ['{"kind":"flow","paths":{"source.iip":"a"}}', 'did you mean source.ip?', 2],
  ['nonsense', 'not valid JSON', 2],
])('a wrong mapping %s is a wrong usage: %s', async (text, reason, code) => {
  const ran = await onServer('ingest', scratch.file('x.log', TEXT), '--format', scratch.file('x.json', text));
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toContain(reason);
});

it('a mapping that is not there cannot be read', async () => {
  const ran = await onServer('ingest', scratch.file('x.log', TEXT), '--format', scratch.path('no.json'));
  expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('there is no such file') });
});
