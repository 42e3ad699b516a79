import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isAppError } from '../../src/domain/errors.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { exportTokens } from '../../src/services/export-tokens.ts';
import type { ImportLine } from '../../src/services/import-tokens.ts';
import { Ledger } from '../../src/services/learning/ledger.ts';
import { ModelFollower } from '../../src/services/model-follower.ts';
import { recount } from '../../src/services/recount.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';

const DAY_MS = 86_400_000;
const { site } = CALLER;

const line = (name: string, index: number) =>
  JSON.stringify({
    '@timestamp': new Date(NOON_MS + index * 400_000).toISOString(),
    source: { ip: `10.0.0.${index % 3}` },
    dns: { question: { name, type: 'A' } },
  });
const BAD = ['x7f3kq9.tunnel.example', 'k2jd8s.tunnel.example', 'p0q9r8.tunnel.example'];
const GOOD = ['www.example.org', 'mail.example.org', 'cdn.example.net', 'www.example.net'];

async function opened(): Promise<World> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  return world;
}

/** A site that has learnt something of both classes. */
async function taught(): Promise<World> {
  const world = await opened();
  const post = (names: readonly string[], label: 'bad' | 'good') =>
    ingest(world, received('ecs', names.map(line)), { corpus: { label, name: `the ${label}` } });
  await post(BAD, 'bad');
  await post(GOOD, 'good');
  await world.jobs.idle();
  return world;
}

/** What the site exports, as lines that were read back. */
async function exported(world: World): Promise<ImportLine[]> {
  const lines: ImportLine[] = [];
  for await (const page of world.services.exportTokens(CALLER)) {
    for (const { field, token, goodRecords, goodEpisodes, badRecords, badEpisodes } of page) {
      const counts = { goodRecords, goodEpisodes, badRecords, badEpisodes };
      lines.push({ line: lines.length + 1, field, token, counts });
    }
  }
  return lines;
}

async function* inBatches(lines: readonly ImportLine[]): AsyncGenerator<ImportLine[]> {
  for (let at = 0; at < lines.length; at += 50) yield lines.slice(at, at + 50);
}

async function imported(world: World, lines: readonly ImportLine[], trust = 1) {
  const view = await world.services.importTokens(CALLER, { trust, note: 'from elsewhere' }, inBatches(lines));
  await world.jobs.idle();
  return view;
}

const modelOf = (world: World) => world.services.getModel(site);
const scoresOf = async (world: World) =>
  (await score(world, received('ecs', [...BAD, ...GOOD, 'q9w8.tunnel.example'].map(line)))).map(
    ({ score: each }) => each,
  );

describe('an export that another site imports', () => {
  let there: World;
  let lines: ImportLine[];
  beforeEach(async () => {
    there = await taught();
    lines = await exported(there);
  });

  it('begins with the totals and the tokenizers, and each field with its presence', () => {
    const tokens = lines.map(each => ('token' in each ? `${each.field} ${each.token}` : ''));
    expect(tokens.slice(0, 3)).toEqual([
      'record ',
      `record tokenizer=${TOKENIZER_VERSION}`,
      'dns.question.idn ',
    ]);
    const fields = new Set(lines.slice(2).map(each => ('field' in each ? each.field : '')));
    for (const field of fields) expect(tokens).toContain(`${field} `);
  });

  it('gives an empty site, trusted wholly, a model that scores the same', async () => {
    const here = await opened();
    await imported(here, lines);
    const [ours, theirs] = [await modelOf(here), await modelOf(there)];
    expect(ours.totals).toEqual(theirs.totals);
    expect(ours.fields).toEqual(theirs.fields);
    expect(await scoresOf(here)).toEqual(await scoresOf(there));
    expect(Math.max(...(await scoresOf(here)))).toBeGreaterThan(0.01);
    // Of the day of the append, whatever the days of the records were.
    const today = Math.floor(NOON_MS / DAY_MS);
    expect(ours.days).toEqual({ oldest: today, newest: today });
    expect((await exported(here)).length).toBe(lines.length);
  });

  it('is in force as a window with its note and trust, and a recount takes it as it came', async () => {
    const here = await opened();
    const { id } = await imported(here, lines, 0.5);
    expect(await here.services.listWindows(site, { limit: 9 })).toMatchObject({
      items: [
        {
          id,
          status: 'applied',
          by: CALLER.keyId,
          taught: {
            type: 'import',
            imported: {
              trust: 0.5,
              tokenizer: TOKENIZER_VERSION,
              tokens: lines.length - 1,
              note: 'from elsewhere',
            },
          },
        },
      ],
    });
    // 3 bad and 4 good records: halves are rounded up.
    expect((await modelOf(here)).totals).toMatchObject({ badRecords: 2, goodRecords: 2 });
    expect(await recount(here.store, site)).toMatchObject({ differences: [], negative: 0, records: 0 });
    const { items } = await here.services.listAudit(site, { limit: 1 });
    expect(items).toMatchObject([
      { action: 'tokens.import', outcome: 'done', subject: id, details: { trust: 0.5 } },
    ]);
  });

  it('adds to what the site knows itself, and is taken back exactly', async () => {
    const here = await taught();
    await ingest(here, received('ecs', [line('only.here.example', 9)]), {
      corpus: { label: 'good', name: 'mine' },
    });
    await here.jobs.idle();
    const before = await modelOf(here);
    const { id } = await imported(here, lines, 0.25);
    expect((await modelOf(here)).id).not.toBe(before.id);
    const retracted = await here.services.retractWindow(CALLER, id);
    expect(retracted.exact).toBe(true);
    await here.jobs.idle();
    expect((await here.services.getWindow(site, id)).status).toBe('retracted');
    expect((await modelOf(here)).id).toBe(before.id);
    expect(await recount(here.store, site)).toMatchObject({ differences: [], negative: 0 });
  });

  it('counts once where it is sent twice, even at the same moment, and again after it was taken back', async () => {
    const here = await opened();
    const [one, two] = await Promise.all([imported(here, lines), imported(here, lines)]);
    expect(two.id).toBe(one.id);
    expect((await imported(here, lines)).id).toBe(one.id);
    expect((await modelOf(here)).totals.badRecords).toBe(3);
    expect((await here.services.listWindows(site, { limit: 9 })).items).toHaveLength(1);
    expect(await here.store.listImports(site)).toHaveLength(1);
    await expect(imported(here, lines, 0.5)).rejects.toMatchObject({ code: 'import-in-force' });
    await here.services.retractWindow(CALLER, one.id);
    const again = await imported(here, lines, 0.5);
    expect(again.id).not.toBe(one.id);
    expect((await modelOf(here)).totals.badRecords).toBe(2);
    expect(await recount(here.store, site)).toMatchObject({ differences: [], negative: 0 });
  });

  it('leaves nothing where it breaks off', async () => {
    const here = await opened();
    async function* broken() {
      yield* inBatches(lines.slice(0, 200));
      throw new Error('the client went away');
    }
    const { id } = await modelOf(here);
    await expect(here.services.importTokens(CALLER, { trust: 1 }, broken())).rejects.toThrow('went away');
    await here.jobs.idle();
    expect((await modelOf(here)).id).toBe(id);
    expect(await here.store.listImports(site)).toEqual([]);
    expect(await here.store.lastEntryNumber(site)).toBe(0);
  });

  it('is refused where it was counted by other tokenizers', async () => {
    const here = await opened();
    const other = lines.map(each =>
      'token' in each && each.token.startsWith('tokenizer=')
        ? { ...each, token: `tokenizer=${TOKENIZER_VERSION + 1}` }
        : each,
    );
    await expect(imported(here, other)).rejects.toMatchObject({ code: 'tokenizer-differs' });
    expect(await here.store.listImports(site)).toEqual([]);
  });
});

describe('lines that are not as an export has them', () => {
  const counts = { goodRecords: 4, goodEpisodes: 2, badRecords: 3, badEpisodes: 1 };
  const WHOLE = [
    ['record', ''],
    ['record', `tokenizer=${TOKENIZER_VERSION}`],
    ['dns.question.name', ''],
    ['dns.question.name', 'a'],
    ['dns.question.name', 'b'],
    ['dns.question.name', 'ab'],
    ['dns.question.type', ''],
    ['dns.question.type', 'A'],
  ] as const;
  const rows = (changes: Record<number, object> = {}): ImportLine[] =>
    WHOLE.map(([field, token], index) => ({ line: index + 1, field, token, counts, ...changes[index + 1] }));

  const refusedFor = async (lines: readonly ImportLine[]): Promise<string[]> => {
    const here = await opened();
    try {
      await imported(here, lines);
    } catch (error) {
      if (!isAppError(error, 'invalid-import')) throw error;
      expect(await here.store.listImports(site)).toEqual([]);
      expect(await here.store.lastEntryNumber(site)).toBe(0);
      return error.errors.map(({ line: number, detail }) => `${number ?? '-'}: ${detail}`);
    }
    return [];
  };

  it.each<[string, Record<number, object>, string]>([
    ['a negative count', { 4: { counts: { ...counts, goodRecords: -1 } } }, '4: counts are whole numbers'],
    ['half a record', { 4: { counts: { ...counts, badEpisodes: 0.5 } } }, '4: counts are whole numbers'],
    ['no number', { 8: { counts: { ...counts, badEpisodes: Number.NaN } } }, '8: counts are whole numbers'],
    ['a count beyond 32 bits', { 1: { counts: { ...counts, badRecords: 2 ** 31 } } }, '1: counts are whole'],
    ['more episodes than records', { 4: { counts: { ...counts, badEpisodes: 4 } } }, '4: more episodes'],
    ['more than its field', { 5: { counts: { ...counts, badRecords: 4 } } }, '5: more bad records than have'],
    ['a field with more than there are', { 7: { counts: { ...counts, goodRecords: 5 } } }, '7: more good'],
    ['no totals', { 1: { field: 'dns.question.name' } }, '1: an export begins with the totals'],
    ['no tokenizer', { 2: { token: 'tokenizer=01' } }, '2: after the totals comes'],
    ['no presence', { 3: { token: '0' } }, '3: the first line of a field has an empty token'],
    ['what is no n-gram', { 6: { token: 'abcdef' } }, '6: the token is no n-gram'],
    [
      'tokens out of order',
      { 4: { token: 'b' }, 5: { token: 'a' } },
      '5: tokens of a field come in the order',
    ],
    ['a token twice', { 5: { token: 'a' } }, '5: tokens of a field come in the order'],
    ['the presence twice', { 4: { token: '' } }, '4: tokens of a field come in the order'],
    ['an overlong token', { 8: { token: 'A'.repeat(129) } }, '8: the token has more than 128 characters'],
    ['a field out of order', { 7: { field: 'a.field' } }, '7: fields come in ascending order'],
    ['the totals once more', { 7: { field: 'record' } }, '7: the totals come first, and once'],
    ['a field that is none', { 7: { field: '__proto__' } }, '7: there is no such field'],
  ])('%s', async (_, changes, problem) => {
    const problems = await refusedFor(rows(changes));
    expect(problems[0]).toContain(problem);
  });

  it('are as they are without these changes', async () => {
    expect(await refusedFor(rows())).toEqual([]);
  });

  it('end too early', async () => {
    expect(await refusedFor([])).toEqual(['-: it holds no line']);
    expect(await refusedFor(rows().slice(0, 1))).toEqual([
      '-: it ends before the line of record and tokenizer=…',
    ]);
    expect(await refusedFor(rows().slice(0, 2))).toEqual(['-: it holds no field']);
  });

  it('are told by number, 32 at most', async () => {
    const lines = Array.from({ length: 99 }, (_, index) => ({ line: index + 1, problem: 'nonsense' }));
    const problems = await refusedFor(lines);
    expect(problems).toHaveLength(32);
    expect(problems[31]).toBe('32: nonsense');
  });
});

it('parts that no entry names go once they are older than the retention, and others stay', async () => {
  const { removeAbandoned } = await import('../../src/services/learning/imports.ts');
  const there = await taught();
  const here = await opened();
  await imported(here, await exported(there));
  const part = { part: 0, createdAtMs: NOON_MS, sum: '0'.repeat(32), counts: new Uint8Array() };
  await here.store.putImportPart(site, { ...part, importId: 'abandoned' });
  const deps = {
    store: here.store,
    ledger: new Ledger(here.store),
    clock: here.clock,
    newId: () => '',
    tokenizers: KNOWN_TOKENIZERS,
    retentionMsOf: async () => DAY_MS,
  };
  here.clock.advance(DAY_MS);
  expect(await removeAbandoned(deps, site)).toBe(0);
  here.clock.advance(1);
  expect(await removeAbandoned(deps, site)).toBe(1);
  expect(await here.store.listImports(site)).toHaveLength(1);
  expect((await here.store.listImports(site))[0]?.importId).not.toBe('abandoned');
});

it('an export of nothing is empty', async () => {
  const here = await opened();
  const ledger = new Ledger(here.store);
  const follower = new ModelFollower({
    store: here.store,
    ledger,
    tokenizers: KNOWN_TOKENIZERS,
    policyOf: async () => POLICY,
    clock: here.clock,
  });
  const pages = [];
  for await (const page of exportTokens(follower, site)) pages.push(page);
  expect(pages).toEqual([]);
});
