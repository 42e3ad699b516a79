/** What people's marks teach of the worth of evidence: from marks to calibrated scores, whatever the order, and back. */
import { describe, expect, it } from 'vitest';
import { FIT_VERSION } from '../../src/bayes/fit/site-fit.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { lastFitIn, textOfFit } from '../../src/services/fit-content.ts';
import { fitBasis } from '../../src/services/fitting/fitter.ts';
import type { ImportLine } from '../../src/services/import-tokens.ts';
import { KNOWN_TOKENIZERS } from '../../src/tokenize/tokenizers.ts';
import {
  good,
  markTool,
  openGoodSite,
  openMarkedSite,
  settle,
  storeBackwards,
  TOOLS,
  unseen,
} from '../marked-site.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { CALLER, ingest, openWorld, POLICY, score, type World } from '../world.ts';

const { site } = CALLER;

/** What a site exports, as another one reads it. */
async function* exportedBy(world: World): AsyncGenerator<ImportLine[]> {
  for await (const page of world.services.exportTokens(CALLER)) {
    yield page.map(({ field, token, goodRecords, goodEpisodes, badRecords, badEpisodes }, index) => ({
      ...{ line: index + 1, field, token },
      counts: { goodRecords, goodEpisodes, badRecords, badEpisodes },
    }));
  }
}

it('what was examined is not read again until more is counted, also where nothing came of it', async () => {
  // Too little to tell what is rare.
  const world = await openGoodSite({}, 150);
  await settle(world);
  const read: number[] = [];
  const { store } = world;
  const watched = new Proxy(store, {
    get(target, name) {
      if (name === 'listDone') {
        return (of: string, after: number, limit: number) => {
          read.push(after);
          return target.listDone(of, after, limit);
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const deps = { store: watched, tokenizers: KNOWN_TOKENIZERS, environment: POLICY, breathe: async () => {} };
  const { entry = 0 } = (await fitBasis(deps, site, 0)) ?? {};
  expect(entry).toBeGreaterThan(0);
  expect(await lastFitIn(store, site)).toBeNull();
  expect(await fitBasis(deps, site, entry)).toBeNull();
  expect(read).toEqual([0, entry]);
  await markTool(world, 0);
  await world.jobs.idle();
  expect((await fitBasis(deps, site, entry))?.entry).toBeGreaterThan(entry);
  expect(read.at(-1)).toBe(entry);
});

describe('what is fitted to marks', () => {
  it('is how rare evidence is until two incidents tell enough, and then verdicts are given', async () => {
    const world = await openMarkedSite();
    await markTool(world, 0);
    await settle(world);
    const first = await world.services.getModel(site);
    expect(first.parameters.calibration).toMatchObject({ method: 'conformal', learntFrom: { incidents: 1 } });
    for (const { verdict, interval } of await score(world, unseen)) {
      expect({ verdict, interval }).toEqual({ verdict: 'unsure', interval: [0, 1] });
    }

    for (const tool of [1, 2, 3]) await markTool(world, tool);
    await settle(world);
    const calibrated = await world.services.getModel(site);
    expect(calibrated.parameters.calibration).toMatchObject({
      method: 'platt',
      learntFrom: { incidents: 4 },
    });
    expect(calibrated.fittedEntry).toBe(calibrated.entry);
    // Four incidents give no weights of the site's own.
    expect(calibrated.parameters.weights).toEqual(first.parameters.weights);

    for (const tool of [4, 5]) await markTool(world, tool);
    await settle(world);
    const fitted = await world.services.getModel(site);
    expect(fitted.parameters.weights).not.toEqual(first.parameters.weights);
    const results = await score(world, unseen, 50);
    expect(results.map(({ verdict }) => verdict)).toEqual(['bad', 'bad', 'good', 'good']);
    for (const { score: p, interval, reasons = [] } of results) {
      expect(interval[0]).toBeLessThanOrEqual(p);
      expect(interval[1]).toBeGreaterThanOrEqual(p);
      const logit = reasons.reduce((sum, { contribution }) => sum + contribution, 0);
      expect(logit).toBeCloseTo(Math.log(p / (1 - p)), 9);
    }
  });

  it('is a calibration of the good alone before any mark: good records score the base rate at most, by the mean', async () => {
    const world = await openMarkedSite();
    await settle(world);
    const { calibration, fittedEntry, entry, id } = await world.services.getModel(site);
    expect(fittedEntry).toBe(entry);
    expect(calibration).toMatchObject({
      method: 'conformal',
      learntFrom: { badEpisodes: 0, goodEpisodes: 400, incidents: 0 },
    });
    const scores = (await score(world, good)).map(result => result.score);
    const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    expect(mean).toBeLessThan(POLICY.baseRate);
    const results = await score(world, unseen, 50);
    for (const { score: p, verdict, interval, reasons = [] } of results) {
      expect({ verdict, interval }).toEqual({ verdict: 'unsure', interval: [0, 1] });
      const logit = reasons.reduce((sum, { contribution }) => sum + contribution, 0);
      expect(logit).toBeCloseTo(Math.log(p / (1 - p)), 9);
    }
    const [one = 0, other = 0, ...usual] = results.map(result => result.score);
    expect(Math.min(one, other)).toBeGreaterThan(10 * Math.max(...usual));

    // It ends with the first mark, until a fit has seen that, and is back without it.
    const mark = await markTool(world, 0);
    await world.jobs.idle();
    expect((await world.services.getModel(site)).calibration).toBeUndefined();
    await settle(world);
    const marked = await world.services.getModel(site);
    // The good still score the base rate at most, by the mean.
    const beside = (await score(world, good)).map(result => result.score);
    expect(beside.reduce((sum, one) => sum + one, 0) / beside.length).toBeLessThan(POLICY.baseRate);
    expect(marked.calibration).toMatchObject({ method: 'conformal', learntFrom: { incidents: 1 } });
    await world.services.retractWindow(CALLER, mark);
    await settle(world);
    const after = await world.services.getModel(site);
    expect(after.id).toBe(id);
    // Also where the last two fits say the same.
    expect(after.fittedEntry).toBe(after.entry);
  });

  it('is told of the model that serves, also where the store has a later one already', async () => {
    const world = await openGoodSite();
    await settle(world);
    const { entry, fittedEntry, id } = await world.services.getModel(site);
    expect(fittedEntry).toBe(entry);
    await world.store.putFit(site, {
      ...{ version: FIT_VERSION, entry: entry + 1, content: textOfFit({}, {}) },
    });
    expect(await world.services.getModel(site)).toMatchObject({ id, fittedEntry });
  });

  it('is of the best version that can be read', async () => {
    const world = await openGoodSite();
    await settle(world);
    for (const [version, entry] of [
      [11, 9],
      [12, 5],
    ] as const) {
      await world.store.putFit(site, { version, entry, content: '{}' });
    }
    const entryOf = async (...versions: number[]) => (await lastFitIn(world.store, site, versions))?.entry;
    expect(await entryOf(12, 11)).toBe(5);
    expect(await entryOf(13, 12, 11)).toBe(5);
    expect(await entryOf(13, 11)).toBe(9);
    expect(await entryOf(13)).toBeUndefined();
    expect((await lastFitIn(world.store, site))?.version).toBe(FIT_VERSION);
  });

  it('goes by no fit of another version: the site is fitted anew without anything learnt', async () => {
    await inScratchFolder(async dataFolder => {
      const first = await openWorld({ dataFolder });
      await ingest(first, good, { corpus: { label: 'good', name: 'good' } });
      await settle(first);
      const fit = await lastFitIn(first.store, site);
      const { id } = await first.services.getModel(site);
      expect(fit).not.toBeNull();
      // As a program of another version left it.
      const { entry = 0, content = '' } = fit ?? {};
      await first.store.purgeFits(site, { version: FIT_VERSION, before: entry + 1, since: 0 });
      await first.store.putFit(site, { version: FIT_VERSION + 1, entry, content });
      await first.close();

      const world = await openWorld({ dataFolder });
      expect((await world.services.getModel(site)).calibration).toBeUndefined();
      expect((await world.services.getModel(site)).fittedEntry).toBeUndefined();
      await world.startLearning();
      await settle(world);
      expect(await lastFitIn(world.store, site)).toEqual(fit);
      expect(await world.services.getModel(site)).toMatchObject({ id, fittedEntry: entry });
      expect(await world.store.lastFit(site, FIT_VERSION + 1)).toMatchObject({ entry, content });
      await world.close();
    });
  });

  it('is no calibration of the good alone beside bad that has no records', async () => {
    const world = await openMarkedSite();
    await markTool(world, 0);
    await settle(world);
    const other = await openMarkedSite();
    await markTool(other, 1);
    await settle(other);
    await world.services.importTokens(CALLER, { trust: 1 }, exportedBy(other));
    await settle(world);
    const { parameters, calibration, totals } = await world.services.getModel(site);
    expect(totals.badRecords).toBeGreaterThan(120);
    expect(parameters.calibration).toMatchObject({ method: 'conformal', learntFrom: { badRecords: 120 } });
    expect(calibration).toBeUndefined();
  });

  it('goes on where imports leave 32 bits together, and so does what lists tokens', async () => {
    const world = await openMarkedSite();
    await markTool(world, 0);
    const tokenizer = `tokenizer=${TOKENIZER_VERSION}`;
    for (const count of [2 ** 31 - 1, 2 ** 31 - 2]) {
      const counts = { goodRecords: count, goodEpisodes: count, badRecords: count, badEpisodes: count };
      const rows = [
        ['record', ''],
        ['record', tokenizer],
        ['dns.question.type', ''],
        ['dns.question.type', 'A'],
      ].map(([field = '', token = ''], index) => ({ line: index + 1, field, token, counts }));
      const lines = (async function* () {
        yield rows;
      })();
      await world.services.importTokens(CALLER, { trust: 1 }, lines);
    }
    await settle(world);
    const { totals, entry, fittedEntry } = await world.services.getModel(site);
    expect(totals.badRecords).toBe(2 ** 32 - 3 + 120);
    expect(fittedEntry).toBe(entry);
    const { items } = await world.services.listTokens(site, {
      ...{ field: 'dns.question.type', sort: 'count', order: 'desc', limit: 9 },
    });
    expect(items).toMatchObject([{ token: 'A', badRecords: 2 ** 32 - 3 + 120 }]);
    for (const { score: p } of await score(world, unseen)) expect(p > 0 && p < 1).toBe(true);
  });

  it('is the same in whatever order marks and records came, and goes with the marks', async () => {
    const one = await openMarkedSite();
    for (let tool = 0; tool < TOOLS; tool++) {
      await markTool(one, tool);
      await settle(one);
    }
    const other = await openGoodSite();
    await settle(other);
    const before = (await other.services.getModel(site)).id;
    const marks: string[] = [];
    for (let tool = TOOLS - 1; tool >= 0; tool--) marks.push(await markTool(other, tool));
    await storeBackwards(other);
    await settle(other);
    const fitted = await other.services.getModel(site);
    expect(fitted.parameters).toEqual((await one.services.getModel(site)).parameters);
    expect(fitted.id).toBe((await one.services.getModel(site)).id);

    for (const id of marks) await other.services.retractWindow(CALLER, id);
    await settle(other);
    const empty = await other.services.getModel(site);
    expect(empty.id).toBe(before);
    expect(empty.calibration?.method).toBe('conformal');
  });
});
