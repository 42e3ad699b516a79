/** `ingest --follow`: a file that grows and is rotated both ways, a server that is away, and what is refused. */
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand, scratchOfFile, serverOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();
const { server, onServer } = await serverOfFile();

/** Follows a file with --json; `answered` resolves when so many lines of answers have come. */
function following(file: string, ...flags: string[]) {
  const stop = new AbortController();
  let output = '';
  let notify = () => {};
  const onOutput = (stdout: string) => {
    output = stdout;
    notify();
  };
  const ran = runCommand(['ingest', '--follow', '--json', file, ...flags], { stop: stop.signal, onOutput });
  const countOf = () => output.split('\n').length - 1;
  return {
    answered: async (count: number) => {
      while (countOf() < count) await new Promise<void>(resolve => (notify = resolve));
    },
    async end() {
      stop.abort();
      const { stdout, ...rest } = await ran;
      return {
        ...rest,
        answers: stdout
          .trimEnd()
          .split('\n')
          .map(text => JSON.parse(text)),
      };
    },
  };
}

it('sends what a file grows by, in whole lines, through both kinds of rotation', async () => {
  const file = scratch.file('live.log', `${webLine(1, '10.3.1.1', '/one')}\n${webLine(2, '10.3.1.1', '/t')}`);
  const followed = following(file, ...server.flags);
  await followed.answered(1);
  appendFileSync(file, '?wo\nrubbish\n');
  await followed.answered(3);

  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, webLine(3, '10.3.1.1', '/last-of-the-old'));
  writeFileSync(file, `${webLine(4, '10.3.1.1', '/first-of-the-new')}\n`);
  await followed.answered(5);

  truncateSync(file);
  appendFileSync(file, `${webLine(5, '10.3.1.1', '/cut')}\n`);
  await followed.answered(6);
  appendFileSync(file, 'an end that has not come');

  const { code, stderr, answers } = await followed.end();
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(answers.map(({ line, summary }) => line ?? summary)).toEqual([
    1,
    2,
    3,
    4,
    1,
    1,
    { file, accepted: 5, duplicates: 0, rejected: 1 },
  ]);
  expect(answers[2]).toMatchObject({ line: 3, rejected: { code: 'unparsable-line' } });
});

it('sends the header of a file again before each batch', async () => {
  const header = '#separator \\x09\n#path\tdns\n#fields\tts\tid.orig_h\tquery\n';
  const line = (second: number) =>
    `${Date.UTC(2026, 0, 14) / 1e3 + second}\t10.0.0.9\tname-${second}.example\n`;
  const file = scratch.file('dns.log', header);
  const followed = following(file, '--format', 'zeek-tsv', ...server.flags);
  appendFileSync(file, line(1));
  await followed.answered(1);
  appendFileSync(file, line(2) + line(3));
  await followed.answered(3);
  const { code, answers } = await followed.end();
  expect(code).toBe(0);
  expect(answers).toMatchObject([
    { line: 4, kind: 'dns' },
    { line: 5, kind: 'dns' },
    { line: 6, kind: 'dns' },
    { summary: { accepted: 3, rejected: 0 } },
  ]);
});

it('reads lines by a mapping', async () => {
  const mapping = scratch.file(
    'own.json',
    '{"kind":"dns","separator":";","columns":{"source.ip":"who","dns.question.name":"what"}}',
  );
  const file = scratch.file('own.log', 'who;what\n10.0.0.1;a.example\n');
  const followed = following(file, '--format', mapping, ...server.flags);
  await followed.answered(1);
  appendFileSync(file, 'who;what\nnobody;b.example\n10.0.0.2;c.example\n');
  await followed.answered(3);
  const { answers } = await followed.end();
  expect(answers).toMatchObject([
    { line: 2, kind: 'dns' },
    { line: 4, rejected: { code: 'wrong-type' } },
    { line: 5, kind: 'dns' },
    { summary: { accepted: 2, rejected: 1 } },
  ]);
});

it('waits for a server that is busy, and sends the same again', async () => {
  const bodies: string[] = [];
  const busy = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    bodies.push(body);
    if (bodies.length === 1) {
      response.writeHead(503, { 'Retry-After': '1', 'Content-Type': 'application/problem+json' });
      response.end('{"detail":"later"}');
      return;
    }
    response.end(
      '{"line":1,"id":"x","kind":"http"}\n' +
        '{"summary":{"accepted":1,"duplicates":0,"rejected":0,"model":"m","format":"combined"}}\n',
    );
  });
  await new Promise<void>(resolve => busy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void busy.close());
  const address = busy.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const line = webLine(1, '10.3.1.9', '/busy');
  const followed = following(scratch.file('busy.log', `${line}\n`), '--url', url, '--key', 'k');
  await followed.answered(1);
  const { code, stderr, answers } = await followed.end();
  expect({ code, bodies }).toEqual({ code: 0, bodies: [`${line}\n`, `${line}\n`] });
  expect(stderr).toMatch(/ answers 503: later; it is tried again until it works\n$/);
  expect(answers.at(-1)).toMatchObject({ summary: { accepted: 1 } });
});

it('ends at once where the server refuses for good', async () => {
  const file = scratch.file('refused.log', `${webLine(1, '10.3.1.1', '/x')}\n`);
  const ran = await runCommand(['ingest', '--follow', file, '--url', server.url, '--key', 'wrong']);
  expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('refuses') });
});

it.each([
  [['-'], 'takes one file'],
  [[scratch.file('a', 'x'), scratch.file('b', 'x')], 'takes one file'],
  [[scratch.file('a', 'x'), '--label', 'good'], 'takes no --label'],
  [[scratch.file('packed.gz', gzipSync('x'))], 'is compressed'],
])('refuses %j', async (argv, reason) => {
  const ran = await onServer('ingest', '--follow', ...argv);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(reason) });
});
