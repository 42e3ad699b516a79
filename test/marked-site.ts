/** A site where six tools were at work beside its good traffic, each for an hour from one host: what fits are made of. */
import { onTestFinished } from 'vitest';
import type { ComposeOptions } from '../src/compose.ts';
import { HOUR_MS } from '../src/domain/time.ts';
import { CALLER, ingest, NOON_MS, openWorld, received, type World } from './world.ts';

const DAY_BEGIN_MS = NOON_MS - 12 * HOUR_MS;

function dns(name: string, source: string, atMs: number): string {
  return JSON.stringify({
    '@timestamp': new Date(atMs).toISOString(),
    source: { ip: source },
    dns: { question: { name, type: 'A' } },
  });
}

/** A text that looks like nothing else: letters drawn by a linear congruential generator. */
function drawnText(seed: number, length: number): string {
  let state = seed * 7_919 + 17;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(state / 65_536) % 36];
  }).join('');
}

const WORDS = ['mail', 'static', 'news', 'images', 'shop', 'login', 'media', 'cloud'];
const goodName = (index: number) => `${WORDS[index % 8]}.${WORDS[(index * 3 + 1) % 8]}${index % 11}.example`;
/** Six tools, each an hour of its own from one host. */
export const TOOLS = 6;
const toolName = (tool: number, index: number) =>
  `${drawnText(tool * 1_000 + index, 24)}.t${tool}x${Math.floor(index / 3)}.example`;

/** Of forty hosts. */
export const good = received(
  'ecs',
  Array.from({ length: 400 }, (_, index) =>
    dns(goodName(index), `10.0.0.${index % 40}`, DAY_BEGIN_MS + index * 60_000),
  ),
);
const attacks = Array.from({ length: TOOLS }, (_, tool) =>
  received(
    'ecs',
    // Three names under one domain in a minute: one episode.
    Array.from({ length: 120 }, (_, index) =>
      dns(toolName(tool, index), `10.9.9.${tool}`, DAY_BEGIN_MS + tool * HOUR_MS + index * 20_000),
    ),
  ),
);
/** Two names of other tools, and two of the good. */
export const unseen = received(
  'ecs',
  [toolName(77, 1), toolName(78, 2), goodName(5), goodName(123)].map(name => dns(name, '10.0.0.3', NOON_MS)),
);

/** A site that knows its good traffic. @param records how many it knows, each an episode of its own; 400 unless it is given */
export async function openGoodSite(
  options: Partial<ComposeOptions> = {},
  records: number = good.length,
): Promise<World> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  await ingest(world, good.slice(0, records), { corpus: { label: 'good', name: 'good' } });
  return world;
}

/** The same with what the tools did stored, and not marked yet. */
export async function openMarkedSite(options: Partial<ComposeOptions> = {}): Promise<World> {
  const world = await openGoodSite(options);
  for (const attack of attacks) await ingest(world, attack);
  return world;
}

/** Stores what the tools did the other way round, a few records at a time, each of which is learnt by itself. */
export async function storeBackwards(world: World): Promise<void> {
  const all = attacks.flat().reverse();
  for (let at = 0; at < all.length; at += 50) {
    await ingest(world, all.slice(at, at + 50));
    await world.jobs.idle();
  }
}

/** @returns the window's id */
export async function markTool(world: World, tool: number): Promise<string> {
  const { id } = await world.services.markWindow(CALLER, {
    fromMs: DAY_BEGIN_MS + tool * HOUR_MS,
    toMs: DAY_BEGIN_MS + (tool + 1) * HOUR_MS,
    label: 'bad',
    where: { source: `10.9.9.${tool}` },
  });
  return id;
}

/** Resolves when all is learnt and fitted. */
export async function settle(world: World): Promise<void> {
  await world.jobs.idle();
  await world.settled();
}
