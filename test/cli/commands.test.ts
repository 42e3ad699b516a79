/** The commands against a real server: what they print, what they send, how they end. */

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { runCommand, scratchOfFile, serverOfFile, startTestServer, webLine } from './harness.ts';

const scratch = scratchOfFile();
const { server, onServer } = await serverOfFile();
const jsonLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

/** Ordinary requests, one every second. */
const ordinary = (count: number) =>
  Array.from({ length: count }, (_, index) => webLine(index, '10.0.0.5', `/shop/item-${index % 7}.html`));
const injection = (second: number) =>
  webLine(second, '10.0.0.66', "/shop/item.php?id=1'+UNION+SELECT+password+FROM+users--", 'sqlmap/1.7');
const textOf = (lines: readonly string[]) => lines.map(line => `${line}\n`).join('');

describe('ingest', () => {
  it('stores files, plain and compressed, and tells what was there before', async () => {
    const plain = scratch.file('a.log', textOf(ordinary(20)));
    const packed = scratch.file(
      'b.log.gz',
      gzipSync(textOf([...ordinary(20), webLine(50, '10.0.0.7', '/new')])),
    );
    const ran = await onServer('ingest', plain, packed);
    expect(ran).toEqual({
      code: 0,
      stdout:
        `${plain}: 20 stored, 0 were there before, 0 rejected; ` +
        'read as combined, from 2026-01-14T12:00:00.000Z to 2026-01-14T12:00:19.000Z\n' +
        `${packed}: 1 stored, 20 were there before, 0 rejected; ` +
        'read as combined, from 2026-01-14T12:00:00.000Z to 2026-01-14T12:00:50.000Z\n',
      stderr: '',
    });
  });

  it('reads standard input', async () => {
    const ran = await runCommand(['ingest', '-', ...server.flags], {
      stdin: webLine(1, '10.1.1.1', '/stdin'),
    });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^-: 1 stored, 0 were there before, 0 rejected; read as combined, /);
  });

  it('lists rejected lines by file and number, harmlessly, and ends with 1', async () => {
    const lines = [webLine(1, '10.1.1.2', '/x'), 'no\u001b[2J such line', webLine(2, '10.1.1.2', '/y')];
    const file = scratch.file('bad.log', textOf(lines));
    const ran = await onServer('ingest', file, '--format', 'combined');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(new RegExp(`^${file}: 2 stored, 0 were there before, 1 rejected; `));
    expect(ran.stderr).toMatch(new RegExp(`^${file}:2: unparsable-line: [^\\u001b]+\n$`));
  });

  it('answers programs line by line', async () => {
    const file = scratch.file('json.log', textOf([webLine(1, '10.1.1.3', '/json'), 'nonsense']));
    const ran = await onServer('ingest', file, '--json', '--format', 'combined');
    const [result, rejected, summary] = jsonLines(ran.stdout);
    expect(result).toMatchObject({ line: 1, kind: 'http', score: expect.any(Number) });
    expect(rejected).toMatchObject({ line: 2, rejected: { code: 'unparsable-line' } });
    expect(summary).toMatchObject({ summary: { file, accepted: 1, duplicates: 0, rejected: 1 } });
    expect(ran.stderr).toBe('');
  });

  it('has nothing to store of an empty file', async () => {
    const file = scratch.file('empty.log', '');
    expect(await onServer('ingest', file)).toEqual({
      code: 0,
      stdout: `${file}: empty, nothing to store\n`,
      stderr: '',
    });
  });

  it('says what it makes of a file that only looks like text', async () => {
    const file = scratch.file('table.tsv', 'ts\tsource\tname\n1\t10.0.0.1\tx.example.org\n');
    const ran = await onServer('ingest', file);
    expect(ran.stdout).toContain('; read as text, without a time of its own\n');
    expect(ran.stderr).toMatch(new RegExp(`^${file}: the first lines are 3 columns with tabs`));
  });

  it.each([
    [['--label', 'bad'], '--label bad needs --window NAME'],
    [['--label', 'bad', '--window', 'good'], '--window good is kept for good records'],
    [['--window', 'x'], '--window names a corpus'],
    [['--label', 'evil'], 'Allowed choices are bad, good'],
    [['--format', 'punchcards'], 'zeek-json'],
    [['--format', 'apache'], 'no such format; did you mean combined? Known are'],
  ])('with %j is a wrong usage', async (flags, reason) => {
    const ran = await onServer('ingest', scratch.file('a.log', textOf(ordinary(1))), ...flags);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(reason);
  });

  it('sends nothing while one of its files cannot be opened', async () => {
    const file = scratch.file('unsent.log', textOf([webLine(59, '10.9.9.9', '/unsent')]));
    const ran = await onServer('ingest', file, scratch.path('missing.log'));
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(ran.stderr).toContain('there is no such file');
    expect((await onServer('ingest', file)).stdout).toContain('1 stored');
  });
});

describe('a window', () => {
  it('that cannot be learnt is not waited for, and it is told why', async () => {
    const failing = await startTestServer();
    failing.composition.store.putDone = async () => {
      throw new AppError('store-unavailable', 'the disk is full');
    };
    const times = ['--from', '2026-01-14T12:00:00Z', '--to', '2026-01-14T13:00:00Z'];
    const ran = await runCommand(['mark', ...times, '--label', 'bad', '--wait', ...failing.flags]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /learning of window \S+ has failed: the disk is full; the server tries again every minute\n$/,
    );
    await expect(failing.close()).rejects.toThrow('the disk is full');
  });

  it('is previewed, marked, listed and retracted', async () => {
    const file = scratch.file(
      'attack.log',
      textOf([injection(10), injection(11), webLine(12, '10.0.0.8', '/fine')]),
    );
    await onServer('ingest', file);
    const mark = ['mark', '--from', '2026-01-14T12:00:00Z', '--to', '2026-01-14T13:00:00Z', '--label', 'bad'];
    const where = ['--where', 'source=10.0.0.66', 'kind=http', '--note', 'injection\nby hand'];

    const preview = await onServer(...mark, ...where, '--dry-run');
    expect(preview).toMatchObject({ code: 0, stdout: 'it would touch 2 records; nothing is marked\n' });
    expect((await onServer('windows')).stdout).toBe('nothing is marked\n');

    const marked = await onServer(...mark, ...where, '--wait', '--threat', 'sqlmap', '--technique', 'T1190');
    const [, id = ''] = /^window (\S+) is \w+: 2 records\n$/.exec(marked.stdout) ?? [];
    expect(marked).toMatchObject({ code: 0, stderr: `window ${id} is applied\n` });

    const listed = await onServer('windows');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).toContain('injection\\x0aby hand');
    expect(listed.stdout).toMatch(/ kind=http\n +source=10\.0\.0\.66\n/);
    expect(jsonLines((await onServer('windows', '--json')).stdout)).toMatchObject([
      { id, label: 'bad', status: 'applied', threat: { name: 'sqlmap', technique: 'T1190' } },
    ]);

    expect(await onServer('retract', id, '--wait')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^window ${id} is \\w+, exactly\n$`)),
      stderr: `window ${id} is retracted\n`,
    });
  });

  it('takes epoch times', async () => {
    const from = String(Date.UTC(2026, 0, 14, 12) / 1_000);
    const ran = await onServer(
      'mark',
      '--from',
      from,
      '--to',
      `${Number(from) + 12}`,
      '--label',
      'good',
      '--dry-run',
    );
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^it would touch [1-9]\d* records/);
  });

  it.each([
    [['--from', '2026-01-14T12:00'], 'It says no time zone'],
    [['--from', 'yesterday'], 'It is no instant: write 2024-04-19T02:10:00Z'],
    [['--from', '2026-01-13'], 'It says no time: 2026-01-13T00:00:00Z is its begin'],
    [['--from', '2026-13-01'], 'There is no such day or time'],
    [['--from', '2026-01-14T25:00:00Z'], 'There is no such day or time'],
    [['--where', 'hots=a'], 'It must be kind='],
    [['--where', 'host=a', 'host=b'], 'host is given twice'],
    [['--where', 'kind=smtp'], '#/where/kind'],
    [['--technique', 'T1190'], '--technique needs --threat'],
    [['--label', 'awful'], 'Allowed choices are bad, good'],
  ])('marked with %j is a wrong usage', async (flags, reason) => {
    const ran = await onServer('mark', '--from', '1', '--to', '2', '--label', 'bad', ...flags);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(reason);
  });

  it('that nothing lies in is marked all the same, with a word', async () => {
    const mark = [
      'mark',
      '--from',
      '2026-01-13T00:00:00Z',
      '--to',
      '2026-01-13T01:00:00Z',
      '--label',
      'good',
    ];
    const ran = await onServer(...mark);
    expect(ran.stdout).toMatch(/: 0 records\n$/);
    expect(ran.stderr).toContain('no record lies in it now; later ones that do will count');
    await onServer('retract', /window (\S+)/.exec(ran.stdout)?.[1] ?? '');
  });

  it('that does not exist cannot be retracted', async () => {
    const ran = await onServer('retract', '../keys');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('404');
  });
});

describe('score', () => {
  it('shows the most suspicious records first, with the lines that they stand on and why', async () => {
    const good = scratch.file('good.log', textOf(ordinary(55)));
    const bad = scratch.file('bad-corpus.log', textOf([injection(20), injection(21), injection(22)]));
    await onServer('ingest', good, '--label', 'good', '--window', 'ordinary');
    await onServer('ingest', bad, '--label', 'bad', '--window', 'injections');
    await server.composition.jobs.idle();

    const lines = [
      webLine(1, '10.0.0.5', '/shop/item-1.html'),
      '',
      injection(33),
      webLine(3, '10.0.0.5', '/shop/item-3.html'),
    ];
    const file = scratch.file('mixed.log', textOf(lines));
    const ran = await onServer('score', file, '--top', '2');
    const [head, first, request, agent, why] = ran.stdout.split('\n');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(head).toMatch(/^ +score +where +record, and why$/);
    expect(first).toMatch(/^[01]\.\d{4} +\S*mixed\.log:3 +2026-01-14T12:00:33\.000Z {2}10\.0\.0\.66$/);
    expect(request).toMatch(/^ +GET \/shop\/item\.php\?id=1'\+UNION\+SELECT\+password\+FROM\+users-- 200$/);
    expect(agent).toMatch(/^ +agent sqlmap\/1\.7$/);
    expect(why).toMatch(/^ +\+\d+\.\d {2}\S+ ".+"$/);
    expect(ran.stdout).toMatch(/\n[01]\.\d{4} +\S*mixed\.log:[14] /);
    expect(ran.stdout).toMatch(
      /\n3 records scored, by model [0-9a-f]{32}\ntoo little is marked for verdicts: .*\n\S+mixed\.log: 3 records, read as combined, from \S+ to \S+\n$/,
    );
  });

  it('asks for reasons with the header that the lines are read by', async () => {
    const header = ['#separator \\x09', '#path\tdns', '#fields\tts\tuid\tid.orig_h\tquery'];
    const rows = ['www.example.org', 'mail.example.org'].map(
      (name, i) => `176839200${i}.0\tC${i}\t10.0.0.5\t${name}`,
    );
    const corpus = scratch.file('dns-good.log', textOf([...header, ...rows]));
    await onServer('ingest', corpus, '--label', 'good', '--window', 'names');
    const evil = '1768392009.0\tC9\t10.0.0.66\txkcdqzvw8h2j4k.example.net';
    await onServer(
      'ingest',
      scratch.file('dns-bad.log', textOf([...header, evil])),
      '--label',
      'bad',
      '--window',
      'evil',
    );
    await server.composition.jobs.idle();
    const { code, stdout } = await onServer(
      'score',
      scratch.file('dns.log', textOf([...header, ...rows, evil])),
      '--top',
      '1',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/dns\.log:6 +2026-01-14T12:00:09\.000Z {2}10\.0\.0\.66\n/);
    expect(stdout).toMatch(/\n +xkcdqzvw8h2j4k\.example\.net\n +\+\d+\.\d {2}\S+ ".+"/);
  });

  it('reads several files, compressed ones too, into one table', async () => {
    const plain = scratch.file('one.log', textOf(ordinary(3)));
    const packed = scratch.file('two.log', gzipSync(textOf([injection(40)])));
    const { code, stdout } = await onServer('score', plain, packed, '--explain', '0');
    expect(code).toBe(0);
    expect(stdout.split('\n')[1]).toContain('two.log:1');
    expect(stdout).toContain('4 records scored');
  });

  it('spells out what a hostile line would do to the terminal', async () => {
    const line = webLine(1, '10.0.0.5', '/\u001b]0;owned\u0007\u202e');
    const { stdout } = await runCommand(['score', '-', ...server.flags], { stdin: line });
    expect(stdout).toContain('/\\x1b]0;owned\\x07\\u{202e}');
    for (const character of '\u001b\u0007\u202e') expect(stdout).not.toContain(character);
  });

  it('answers programs with the result of each line, and each file with its summary', async () => {
    const files = [scratch.file('p.log', textOf(ordinary(2))), scratch.file('q.log', '')];
    const ran = await onServer('score', ...files, '--json', '--explain', '1');
    const [first, second, summary, empty] = jsonLines(ran.stdout);
    expect([first, second]).toMatchObject([
      { line: 1, kind: 'http', reasons: expect.any(Array) },
      { line: 2, kind: 'http', reasons: expect.any(Array) },
    ]);
    expect(summary).toMatchObject({ summary: { file: files[0], accepted: 2, rejected: 0 } });
    expect(empty).toEqual({ summary: { file: files[1], accepted: 0, duplicates: 0, rejected: 0 } });
  });

  it('answers programs with the highest scores of each file alone, where so many are asked for', async () => {
    const file = scratch.file('top.log', textOf([...ordinary(3), injection(33), 'nonsense']));
    const ran = await onServer('score', file, '--json', '--top', '2', '--format', 'combined');
    const [rejected, first, second, summary, ...rest] = jsonLines(ran.stdout) as { score?: number }[];
    expect(rejected).toMatchObject({ line: 5, rejected: { code: 'unparsable-line' } });
    expect(first).toMatchObject({ line: 4 });
    expect(first?.score).toBeGreaterThan(second?.score ?? 1);
    expect(summary).toMatchObject({ summary: { file, accepted: 4, rejected: 1 } });
    expect(rest).toEqual([]);
  });

  it('stores nothing', async () => {
    const line = webLine(5, '10.77.0.1', '/only-scored');
    await runCommand(['score', '-', ...server.flags], { stdin: line });
    const ran = await runCommand(['ingest', '-', ...server.flags], { stdin: line });
    expect(ran.stdout).toContain('1 stored, 0 were there before');
  });

  it('draws its bar on a terminal, on standard error, and removes it', async () => {
    const file = scratch.file('bar.log', textOf(ordinary(5)));
    const ran = await runCommand(['score', file, ...server.flags], { isTTY: true });
    expect(ran.stderr).toContain('bar.log');
    expect(ran.stdout).not.toContain('░');
  });

  it.each([['a JSON array', Buffer.from('\ufeff[\n {"a": 1}]'), "jq -c '.[]' FILE"]])(
    'tells how %s becomes readable',
    async (_form, content, tool) => {
      const ran = await onServer('score', scratch.file('foreign', content));
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(ran.stderr).toContain(tool);
    },
  );

  it('tells of a broken archive', async () => {
    const packed = gzipSync(textOf(ordinary(50)));
    const ran = await onServer('score', scratch.file('cut.log.gz', packed.subarray(0, packed.length / 2)));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('cut.log.gz cannot be decompressed: unexpected end of file');
  });
});

describe('corpora', () => {
  it('are listed with the time of their begin', async () => {
    expect((await onServer('windows')).stdout).toMatch(/ corpus injections, begun 2026-01-15T00:00:00\.000Z/);
  });
});

describe('export', () => {
  it('writes every token, in the form that is asked for', async () => {
    const csv = await onServer('export');
    expect(csv.code).toBe(0);
    const [head, ...rows] = csv.stdout.trimEnd().split('\r\n');
    expect(head).toMatch(/^field,token,good_records,/);
    const ndjson = await onServer('export', '--format', 'ndjson');
    expect(jsonLines(ndjson.stdout)).toHaveLength(rows.length);
    expect(rows.length).toBeGreaterThan(100);
    expect(`${csv.stdout}${ndjson.stdout}`).not.toMatch(/-?\d\.\d+e-1[2-9]/);
  });
});

describe('keys', () => {
  it('are made, listed and revoked on a server', async () => {
    const made = await onServer('keys', 'create', '--role', 'viewer', '--name', 'wall screen');
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^bw_[a-z2-7]{12}_[a-z2-7]{32}\n$/);
    const secret = made.stdout.trim();
    const [, id = ''] = /^viewer key (\S+) of site default:\n$/.exec(made.stderr) ?? [];

    const asViewer = ['--url', server.url, '--key', secret];
    expect((await runCommand(['windows', ...asViewer])).code).toBe(0);
    const refused = await runCommand(['retract', 'x', ...asViewer]);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain("the key's role is viewer");

    expect((await onServer('keys', 'list')).stdout).toContain('wall screen');
    expect((await onServer('keys', 'revoke', id)).stdout).toBe(`key ${id} is revoked\n`);
    expect((await runCommand(['windows', ...asViewer])).code).toBe(3);
    const listed = jsonLines((await onServer('keys', 'list', '--json')).stdout);
    expect(listed).toContainEqual(expect.objectContaining({ id, revokedAt: expect.any(String) }));
    expect((await onServer('keys', 'revoke', 'nobodys')).code).toBe(2);
  });

  it('may come from the environment', async () => {
    const ran = await runCommand(['windows', '--url', server.url], { env: { BAYESWATCH_KEY: server.key } });
    expect(ran.code).toBe(0);
    const without = await runCommand(['windows', '--url', server.url]);
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('Give a key with --key or BAYESWATCH_KEY');
  });
});

describe('check', () => {
  it('looks at each part of a server', async () => {
    const ran = await onServer('check');
    const [config, store, model, learning, queue] = ran.stdout.split('\n');
    expect([config, store, model, learning].map(line => line?.slice(0, 5))).toEqual(Array(4).fill('ok   '));
    expect(queue).toMatch(
      /^ok {4}queue: 0 windows and 0 records wait to be learnt; the model is [0-9a-f]{32}$/,
    );
  });

  it('says it where there is no server', async () => {
    const ran = await runCommand(['check', '--url', 'http://127.0.0.1:1']);
    expect(ran).toMatchObject({ code: 3, stderr: '' });
    expect(ran.stdout).toMatch(
      /^ok {4}config: .*\nWRONG server: no server answers at http:\/\/127\.0\.0\.1:1\/ /,
    );
  });

  it('says that a newer tokenizer counts all again, and which version does not know it', async () => {
    const older = await startTestServer();
    const { store } = older.composition;
    const check = () => runCommand(['check', ...older.flags]);
    const version = TOKENIZER_VERSION + 1;
    await store.putEntry('default', { number: 1, id: 't', appendedAtMs: 0, type: 'tokenizer', version });
    const recounting = await check();
    expect(recounting.stdout).toContain(
      `ok    tokenizer: version ${version} counts all again, 0 of 0 parts are done; version 1 scores until then\n`,
    );
    await store.putDone('default', { entry: 1, sum: '0'.repeat(32), doneAtMs: 0 });
    const unknown = await check();
    expect(unknown.code).toBe(3);
    expect(unknown.stdout).toMatch(/^WRONG \w+: /m);
    expect(unknown.stdout).toContain(
      `what is learnt is of version ${version} of the tokenizers, and this program knows 1, 2, 3, 4, ${TOKENIZER_VERSION}`,
    );
    await older.close();
  });

  it('counts again only where the folder is', async () => {
    expect(await onServer('check', '--recount')).toMatchObject({ code: 2 });
  });
});
