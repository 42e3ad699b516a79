import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { FIT_VERSION } from '../../src/bayes/fit/site-fit.ts';
import { parentFieldOf } from '../../src/domain/parent-token.ts';
import type { ImportLine } from '../../src/services/import-tokens.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';

const { site } = CALLER;
const dns = (name: string, index: number) =>
  JSON.stringify({
    '@timestamp': new Date(NOON_MS + index * 400_000).toISOString(),
    source: { ip: `10.0.0.${index % 3}` },
    dns: { question: { name, type: 'A' } },
  });
const NAMES = ['x7f3kq9.tunnel.example', 'k2jd8s.tunnel.example', 'www.example.org', 'mail.example.org'];

let world: World;
beforeEach(async () => {
  world = await openWorld();
  onTestFinished(() => world.close());
});

async function post(label: 'bad' | 'good', names: readonly string[], name = `the ${label}`): Promise<string> {
  await ingest(world, received('ecs', names.map(dns)), { corpus: { label, name } });
  await world.jobs.idle();
  const { items } = await world.services.listWindows(site, { limit: 9 });
  return items[0]?.id ?? '';
}

const modelOf = () => world.services.getModel(site);
const versionsOf = async (limit = 99) => (await world.services.listModels(site, { limit })).items;
const scores = async () => (await score(world, received('ecs', NAMES.map(dns)))).map(result => result.score);

describe('versions of a model', () => {
  it('are the entries that changed counts, newest first, each with what made it', async () => {
    const bad = await post('bad', NAMES.slice(0, 2));
    const first = await modelOf();
    await post('good', NAMES.slice(2));
    await world.services.retractWindow(CALLER, bad);
    await world.jobs.idle();
    const versions = await versionsOf();
    expect(versions.map(({ cause: { type, window } }) => [type, window === bad])).toEqual([
      ['retract', true],
      ['mark', false],
      ['mark', true],
    ]);
    expect(versions[0]).toMatchObject({
      id: (await modelOf()).id,
      isServed: true,
      cause: { by: CALLER.keyId },
    });
    expect(versions.map(({ isServed }) => isServed)).toEqual([true, false, false]);
    expect(versions.at(-1)?.id).toBe(first.id);
    expect(versions.at(-1)?.cause).toMatchObject({ label: 'bad', note: 'the bad', atMs: NOON_MS });
  });

  it('come in pages', async () => {
    for (const [index, name] of NAMES.entries()) await post('bad', [name], `corpus ${index}`);
    const all = await versionsOf();
    expect(all).toHaveLength(4);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.services.listModels(site, { limit: 3, cursor });
      seen.push(...page.items.map(({ entry }) => entry));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(all.map(({ entry }) => entry));
    await expect(world.services.listModels(site, { limit: 3, cursor: '-1' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('have one id where they are one model', async () => {
    await post('good', NAMES.slice(2));
    const before = await modelOf();
    const { id } = await world.services.markWindow(CALLER, {
      ...{ fromMs: NOON_MS - 1, toMs: NOON_MS + 3_600_000, label: 'bad', where: {} },
    });
    await world.jobs.idle();
    await world.services.retractWindow(CALLER, id);
    await world.jobs.idle();
    const versions = await versionsOf();
    expect(versions.map(({ cause }) => cause.type)).toEqual(['retract', 'mark', 'mark']);
    expect(versions[0]?.id).toBe(before.id);
    expect(versions[2]?.id).toBe(before.id);
    expect(versions[1]?.id).not.toBe(before.id);
  });
});

describe('a version that is activated', () => {
  it('scores until another one is, while learning goes on', async () => {
    await post('good', NAMES.slice(2));
    await post('bad', NAMES.slice(0, 1));
    const then = await modelOf();
    const thenScores = await scores();
    await post('bad', NAMES.slice(1, 2), 'another');
    const now = await modelOf();
    const nowScores = await scores();
    expect(nowScores).not.toEqual(thenScores);

    const activated = await world.services.activateModel(CALLER, then.id);
    expect(activated).toMatchObject({ id: then.id, isCurrent: false });
    expect(await scores()).toEqual(thenScores);
    const seen = await modelOf();
    expect(seen).toMatchObject({ id: then.id, totals: then.totals, fields: then.fields });
    expect(seen.activated).toEqual({
      version: activated.entry,
      by: CALLER.keyId,
      atMs: NOON_MS,
      isServed: true,
    });
    expect(seen.backlog).toEqual({ records: 0, windows: 0 });
    expect((await versionsOf()).map(({ isServed }) => isServed)).toEqual([false, true, false]);

    const { id } = await world.services.markWindow(CALLER, {
      ...{ fromMs: NOON_MS - 1, toMs: NOON_MS + 3_600_000, label: 'good', where: {} },
    });
    await world.jobs.idle();
    expect((await world.services.getWindow(site, id)).status).toBe('applied');
    expect(await scores()).toEqual(thenScores);

    await world.services.activateModel(CALLER, String(now.entry));
    expect(await scores()).toEqual(nowScores);
    await world.services.activateModel(CALLER, 'current');
    const last = await modelOf();
    expect([last.activated, last.id]).toEqual([undefined, (await versionsOf())[0]?.id]);
    expect(last.totals.goodRecords).toBe(4);
    const { items } = await world.services.listAudit(site, { limit: 9 });
    expect(items.filter(({ action }) => action === 'model.activate')).toMatchObject([
      { outcome: 'done', by: CALLER.keyId },
      { outcome: 'done', details: { entry: now.entry } },
      { outcome: 'done', subject: then.id, details: { entry: activated.entry } },
    ]);
  });

  it('go by the newest fit and policy, also those of before either', async () => {
    await post('bad', NAMES.slice(0, 2));
    const then = await modelOf();
    await post('good', NAMES.slice(2));
    const newest = await modelOf();
    const weights = { ...newest.parameters.weights, surprise: 0.125 };
    await world.store.putFit(site, {
      ...{ version: FIT_VERSION, entry: newest.entry, content: JSON.stringify({ weights }) },
    });
    await world.services.setPolicy(CALLER, { ...POLICY, baseRate: 0.25 });
    await world.services.activateModel(CALLER, String(then.entry));
    const activated = await modelOf();
    expect(activated).toMatchObject({ totals: then.totals, fittedEntry: newest.entry });
    expect(activated.fittedEntry).toBeGreaterThan(activated.entry);
    expect(activated.parameters).toMatchObject({ weights, baseRate: 0.25 });
    expect(activated.id).not.toBe(then.id);
  });

  it('may be the one before anything was learnt', async () => {
    const { id } = await modelOf();
    await post('bad', NAMES);
    expect(await world.services.activateModel(CALLER, id)).toMatchObject({ id, entry: 0 });
    expect((await modelOf()).totals.badRecords).toBe(0);
    expect(new Set(await scores()).size).toBe(1);
  });

  it('is known by its id or its entry, and by nothing else', async () => {
    await post('bad', NAMES);
    for (const name of ['', '-1', '01', '99', 'f'.repeat(32), 'F'.repeat(32), '1e1', 'newest', '__proto__'])
      await expect(world.services.activateModel(CALLER, name)).rejects.toMatchObject({
        code: 'model-not-found',
      });
    expect((await modelOf()).activated).toBeUndefined();
  });
});

describe('the difference between two versions', () => {
  const diff = (
    from: string,
    query: { to?: string; without?: string; limit?: number; cursor?: string } = {},
  ) => world.services.diffModels(site, from, { to: 'current', limit: 1_000, ...query });
  const window = { fromMs: NOON_MS - 1, toMs: NOON_MS + 300_000, label: 'bad', where: {} } as const;

  /** Good names, and what a window makes bad of them. */
  async function marked(): Promise<{ before: number; windowId: string }> {
    await post('good', NAMES.slice(2));
    await post('bad', NAMES.slice(0, 1));
    const { entry } = await modelOf();
    const { id } = await world.services.markWindow(CALLER, window);
    await world.jobs.idle();
    return { before: entry, windowId: id };
  }

  it('is by how far weights moved, the furthest first, and which entry moved them', async () => {
    const { before } = await marked();
    const weightsThen = await weights();
    const { moves, totals, to } = await diff(String(before));
    const { id, entry, totals: now } = await modelOf();
    expect(to).toEqual({ id, entry });
    expect(totals.after).toEqual(now);
    expect(totals.before).toMatchObject({ badRecords: 1, goodRecords: 2 });
    const distances = moves.map(move => Math.abs(move.after - move.before));
    expect(distances.toSorted((a, b) => b - a)).toEqual(distances);
    expect(Math.min(...distances)).toBeGreaterThan(0);
    for (const { field, token, after } of moves)
      expect(weightsThen.get(`${field} ${token}`) ?? 0).toBeCloseTo(after, 12);
    const told = moves.flatMap(({ entries }) => entries.map(each => each.entry));
    expect(new Set(told)).toEqual(new Set([entry]));
    const [com] = moves.filter(({ field, token }) => field === 'dns.question.name' && token === 'www');
    expect(com).toMatchObject({ change: { goodRecords: -1, badRecords: 1 }, before: expect.any(Number) });
    expect(com?.entries).toEqual([{ entry, change: com?.change }]);
  });

  it('tells weights of addresses and pairs beyond those of their networks and values, as tokens are told', async () => {
    const flow = (index: number, port: number) =>
      JSON.stringify({
        '@timestamp': new Date(NOON_MS + index * 400_000).toISOString(),
        source: { ip: `203.0.114.${index % 2}` },
        destination: { ip: '198.51.99.4', port },
        network: { transport: 'tcp' },
      });
    const teach = async (label: 'bad' | 'good', lines: string[], name: string) => {
      await ingest(world, received('ecs', lines), { corpus: { label, name } });
      await world.jobs.idle();
    };
    await teach('good', [flow(0, 443), flow(1, 443), flow(2, 53)], 'good');
    await teach('bad', [flow(3, 443)], 'bad');
    const { entry } = await modelOf();
    const then = await weights();
    await teach('bad', [flow(5, 4444), flow(7, 443)], 'more');
    const now = await weights();
    const { moves } = await diff(String(entry));
    const isCentred = ({ field }: { field: string }) => parentFieldOf(field) !== undefined;
    expect(moves.filter(isCentred).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['source.ip', 'destination.port|source.ip']),
    );
    for (const { field, token, before, after } of moves) {
      expect(before, `${field} ${token}`).toBeCloseTo(then.get(`${field} ${token}`) ?? 0, 12);
      expect(after, `${field} ${token}`).toBeCloseTo(now.get(`${field} ${token}`) ?? 0, 12);
    }
  });

  it('is the other way round where the versions are', async () => {
    const { before } = await marked();
    const there = await diff(String(before));
    const back = await diff('current', { to: String(before) });
    const turned = back.moves.map(({ before: after, after: before, ...rest }) => ({
      ...rest,
      before,
      after,
    }));
    const plain = (moves: typeof there.moves) =>
      moves
        .map(
          ({ field, token, before, after }) => `${field} ${token} ${before.toFixed(9)} ${after.toFixed(9)}`,
        )
        .sort();
    expect(plain(turned)).toEqual(plain(there.moves));
    expect(back.totals).toEqual({ before: there.totals.after, after: there.totals.before });
  });

  it('comes in pages', async () => {
    const { before } = await marked();
    const { moves } = await diff(String(before));
    const first = await diff(String(before), { limit: 7 });
    expect(first.moves).toEqual(moves.slice(0, 7));
    const second = await diff(String(before), { limit: 1_000, cursor: first.nextCursor ?? '' });
    expect([...first.moves, ...second.moves]).toEqual(moves);
    expect(second.nextCursor).toBeUndefined();
    await expect(diff('current', { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it.each(['window', 'corpus', 'import'])('without a %s is what taking it back then makes', async kind => {
    const { windowId } = await marked();
    const corpora = (await world.services.listWindows(site, { limit: 9 })).items;
    const id =
      kind === 'window'
        ? windowId
        : kind === 'corpus'
          ? (corpora.find(({ taught }) => taught.type === 'mark' && taught.mark.label === 'good')?.id ?? '')
          : (await importOwn()).id;
    const { entry } = await modelOf();
    const entriesBefore = await world.store.lastEntryNumber(site);
    const what = await diff('current', { without: id });
    expect(await world.store.lastEntryNumber(site)).toBe(entriesBefore);
    expect(what.moves.length).toBeGreaterThan(20);
    expect(what.to).toBeUndefined();
    await world.services.retractWindow(CALLER, id);
    await world.jobs.idle();
    const really = await diff(String(entry));
    expect(what.totals).toEqual(really.totals);
    const plain = (moves: typeof what.moves) => moves.map(({ entries: _, ...move }) => move);
    expect(plain(what.moves)).toEqual(plain(really.moves));
    expect((await modelOf()).totals).toEqual(what.totals.after);
    await expect(diff('current', { without: id })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('without a window is asked of the newest version, and of a window that is there', async () => {
    const { before, windowId } = await marked();
    await expect(diff(String(before), { without: windowId })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(diff('current', { without: 'none' })).rejects.toMatchObject({ code: 'window-not-found' });
    await expect(diff('nonsense')).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(diff('current', { to: 'nonsense' })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  async function weights(): Promise<Map<string, number>> {
    const tokens = new Map<string, number>();
    for await (const page of world.services.exportTokens(CALLER))
      for (const { field, token, weight } of page) tokens.set(`${field} ${token}`, weight);
    return tokens;
  }

  /** The site's own export, which comes to more than nothing at half its trust. */
  async function importOwn() {
    const lines: ImportLine[] = [];
    for await (const page of world.services.exportTokens(CALLER)) {
      for (const { field, token, goodRecords, goodEpisodes, badRecords, badEpisodes } of page) {
        const counts = { goodRecords, goodEpisodes, badRecords, badEpisodes };
        lines.push({ line: lines.length + 1, field, token, counts });
      }
    }
    const batches = async function* () {
      yield lines;
    };
    const view = await world.services.importTokens(CALLER, { trust: 0.5 }, batches());
    await world.jobs.idle();
    return view;
  }
});
