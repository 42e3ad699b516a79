/** Servers that are not there, are not ours, or fail half-way: each ends in a sentence and the right code. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { urlOf } from '../../src/cli/command.ts';
import { runCommand, scratchOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Something that speaks HTTP and is not this program. */
async function foreignServer(answer: RequestListener): Promise<string> {
  const foreign = createServer(answer);
  server = foreign;
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
}

const result = '{"line":1,"id":"u1.0","kind":"http","score":0.5,"verdict":"good"}';

describe('a command whose server', () => {
  it('is not there says how to start one', async () => {
    const url = await foreignServer(() => undefined);
    await new Promise(resolve => server?.close(resolve));
    const ran = await runCommand(['windows', '--url', url]);
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toBe(
      `bayeswatch: no server answers at ${url}/ (ECONNREFUSED); start one with \`bayeswatch serve\`, or name another with --url or BAYESWATCH_PORT\n`,
    );
  });

  it.each<[string, RequestListener, number, string]>([
    ['answers with a page', (_request, response) => response.end('<html>'), 3, 'not in JSON'],
    ['answers with something else', (_request, response) => response.end('[1]'), 3, 'an object is missing'],
    [
      'sends on',
      (_request, response) => response.writeHead(302, { Location: '/login' }).end(),
      3,
      'sends on to /login',
    ],
    ['is in trouble', (_request, response) => response.writeHead(502).end('Bad Gateway'), 3, 'answers 502'],
    ['hangs up', request => request.socket.destroy(), 3, 'ended the connection'],
    ['does not speak HTTP', request => request.socket.end('SSH-2.0-x\r\n'), 3, 'cannot talk to'],
    [
      'says why not',
      (_request, response) =>
        response
          .writeHead(400)
          .end('{"detail":"see errors","errors":[{"pointer":"#/x","detail":"is \\u001b[31mred"}]}'),
      2,
      'answers 400: #/x: is \\x1b[31mred',
    ],
    [
      'says it once where there is one thing to say',
      (_request, response) =>
        response
          .writeHead(400)
          .end('{"detail":"limit: is high","errors":[{"parameter":"limit","detail":"is high"}]}'),
      2,
      'answers 400: limit: is high\n',
    ],
  ])('%s', async (_case, answer, code, sentence) => {
    const ran = await runCommand(['windows', '--url', await foreignServer(answer)]);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });
});

describe('a file whose answer', () => {
  const file = () => scratch.file('some.log', `${webLine(1, '10.0.0.1', '/')}\n`);

  it.each<[string, RequestListener, string]>([
    [
      'lacks its summary',
      (request, response) => request.resume().on('end', () => response.end(`${result}\n`)),
      'the server broke off before it had answered everything',
    ],
    [
      'breaks off',
      (_request, response) => response.write(`${result}\n`, () => response.socket?.destroy()),
      'the server broke off before it had answered everything',
    ],
    [
      'tells of a failure half-way',
      (request, response) =>
        request
          .resume()
          .on('end', () => response.end('{"error":{"detail":"the disk is full"},"summary":{}}\n')),
      'the server broke off: the disk is full',
    ],
    [
      'is nonsense',
      (request, response) => request.resume().on('end', () => response.end('nonsense\n')),
      'a line is not JSON',
    ],
    [
      'lacks a field',
      (request, response) => request.resume().on('end', () => response.end('{"id":1}\n')),
      'no text in id',
    ],
  ])('%s is not taken for a success', async (_case, answer, sentence) => {
    const ran = await runCommand(['score', file(), '--url', await foreignServer(answer)]);
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });

  it('is refused before it is sent costs no upload', async () => {
    let sent = 0;
    const refusing = createServer();
    server = refusing;
    refusing.on('checkContinue', (request, response) => {
      request.on('data', chunk => {
        sent += chunk.length;
      });
      response.writeHead(401).end('{"detail":"the key is unknown"}');
    });
    await new Promise<void>(resolve => refusing.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const big = scratch.file('big.log', `${webLine(1, '10.0.0.1', '/')}\n`.repeat(20_000));
    const ran = await runCommand(['ingest', big, '--url', url]);
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('refuses: the key is unknown. Give a key');
    expect(sent).toBe(0);
  });

  it('comes while the file is still sent is read at the same time', async () => {
    const url = await foreignServer((request, response) => {
      // A line back for each chunk that comes, and nothing is read faster than its answer is: half duplex would hang.
      let line = 0;
      request.on('data', () => {
        line += 1;
        request.pause();
        const padding = 'x'.repeat(200_000);
        const answer = `{"line":${line},"padding":"${padding}",${result.slice('{"line":1,'.length)}\n`;
        response.write(answer, () => request.resume());
      });
      request.on('end', () =>
        response.end('{"summary":{"accepted":1,"duplicates":0,"rejected":0,"model":"m"}}\n'),
      );
    });
    const big = scratch.file('duplex.log', `${webLine(1, '10.0.0.1', '/')}\n`.repeat(50_000));
    const ran = await runCommand(['score', big, '--url', url, '--top', '0']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('the address of a server', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080/'],
    ['0.0.0.0', 'http://127.0.0.1:8080/'],
    ['::', 'http://[::1]:8080/'],
    ['::1', 'http://[::1]:8080/'],
    ['watch.example.org', 'http://watch.example.org:8080/'],
  ])('that listens at %s is %s', (host, url) => {
    expect(urlOf(host, 8080, 'http').href).toBe(url);
  });

  it('keeps a path in front, for a server behind a prefix', async () => {
    const paths: (string | undefined)[] = [];
    const url = await foreignServer((request, response) => {
      paths.push(request.url);
      response.end('{"items":[]}');
    });
    expect(await runCommand(['windows', '--url', `${url}/watch/`])).toMatchObject({ code: 0 });
    expect(paths).toEqual(['/watch/v1/windows?limit=100']);
  });

  it.each([
    [['--url', 'nowhere'], {}, '--url takes an address'],
    [['--url', 'ftp://127.0.0.1'], {}, '--url takes an address'],
    [[], { BAYESWATCH_PORT: '0' }, 'BAYESWATCH_PORT is 0'],
    [[], { BAYESWATCH_PORT: 'x' }, 'BAYESWATCH_PORT must be'],
  ])('from %j and %j is a wrong usage', async (flags, env, sentence) => {
    const ran = await runCommand(['windows', ...flags], { env });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });
});
