/** Pruning as a site lives with it: seen beforehand, set by the policy, and taken back without a trace. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Policy } from '../../src/domain/policy.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { CALLER, ingest, NOON_MS, openWorld, POLICY, received, score, type World } from '../world.ts';

const { site } = CALLER;

async function open(policy: Policy = POLICY): Promise<World> {
  const world = await openWorld({ policy });
  onTestFinished(() => world.close());
  return world;
}

const dns = (name: string, minutesAgo: number) =>
  JSON.stringify({
    '@timestamp': new Date(NOON_MS - minutesAgo * 60_000).toISOString(),
    source: { ip: '10.0.0.7' },
    dns: { question: { name, type: 'A' } },
  });
/** One name in each of four hours, another one once, and a break-in of one episode. */
const usual = [1, 2, 3, 4].map(hours => dns('www.example.org', hours * 60));
const rare = dns('zebra.example.org', 65);
const bad = dns('qxzkjv7.tunnel.test', 125);
const suspects = received('ecs', [
  dns('www.example.org', 1),
  dns('zebra.example.org', 2),
  dns('zzqxkj.tunnel.test', 3),
]);

async function learnt(world: World): Promise<void> {
  const day = { fromMs: NOON_MS - 24 * HOUR_MS, toMs: NOON_MS, where: {} } as const;
  await ingest(world, received('ecs', [...usual, rare, bad]));
  await world.services.markWindow(CALLER, { ...day, label: 'good', where: { domain: '*.org' } });
  await world.services.markWindow(CALLER, { ...day, label: 'bad', where: { domain: '*.test' } });
  await world.jobs.idle();
}

describe('pruning', () => {
  it('is previewed, set, and told as it was previewed; set back, the model is the one of before', async () => {
    const world = await open();
    await learnt(world);
    const { services } = world;
    const before = { model: await services.getModel(site), scored: await score(world, suspects) };
    const preview = await services.previewPruning(site, 2);
    expect(preview).toMatchObject({ below: 2, inForce: 0 });
    expect(preview.pruned.tokens).toBeGreaterThan(0);
    expect((await services.getModel(site)).id).toBe(before.model.id);
    expect((await services.previewPruning(site)).pruned).toEqual({ tokens: 0, bytes: 0 });

    await services.setPolicy(CALLER, { ...POLICY, pruneBelow: 2 });
    const pruned = await services.getModel(site);
    expect(pruned.id).not.toBe(before.model.id);
    expect(pruned.parameters.pruneBelow).toBe(2);
    const sizes = await services.getModelSizes(site);
    for (const { field, kept, pruned: gone } of preview.fields)
      expect(sizes.get(field), field).toEqual({ kept: kept.tokens, pruned: gone.tokens });
    expect(await services.previewPruning(site)).toEqual({ ...preview, inForce: 2 });
    // Counts are whole: the listing knows what the model leaves out.
    expect(pruned.totals).toEqual(before.model.totals);
    expect(pruned.fields).toEqual(before.model.fields);

    await services.setPolicy(CALLER, POLICY);
    expect((await services.getModel(site)).id).toBe(before.model.id);
    expect(await score(world, suspects)).toEqual(before.scored);
  });

  it('makes the model of a site that was so from the start, also after a mark and its retraction', async () => {
    const policy = { ...POLICY, pruneBelow: 3 };
    const [world, other] = [await open(), await open(policy)];
    await learnt(other);
    await learnt(world);
    await world.services.setPolicy(CALLER, policy);
    const there = await score(other, suspects, 9);
    expect(await score(world, suspects, 9)).toEqual(there);
    const { id } = await world.services.markWindow(CALLER, {
      ...{ fromMs: NOON_MS - 70 * 60_000, toMs: NOON_MS - 50 * 60_000 },
      ...{ label: 'bad', where: {} },
    });
    await world.jobs.idle();
    expect(await score(world, suspects, 9)).not.toEqual(there);
    await world.services.retractWindow(CALLER, id);
    await world.jobs.idle();
    expect(await score(world, suspects, 9)).toEqual(there);
  });

  it('leaves what one episode was marked for, however high the floor', async () => {
    const world = await open({ ...POLICY, pruneBelow: 1_000 });
    await learnt(world);
    const names = (await world.services.getModelSizes(site)).get('dns.question.name');
    expect(names?.kept).toBeGreaterThan(0);
    expect(names?.pruned).toBeGreaterThan(0);
    const [usualAgain, , again] = await score(world, suspects);
    expect(again?.score).toBeGreaterThan(usualAgain?.score ?? 1);
  });
});
