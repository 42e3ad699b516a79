/**
 * A noisy window: four thousand names of real browsing are marked bad, with some names of tunnels or generators among
 * them, sent by the same clients; the guilty to be found are of tools and families not in the window. All good is
 * browsing, too: otherwise the window would teach that browsing is bad.
 */
import { seededRandom, shuffled } from '../seeded.ts';
import type { Case, Task } from '../task.ts';
import { dnsTunnels } from './dns-tunnels.ts';
import { browsingNames, nameRecord } from './good-names.ts';
import { generatedDomains } from './listed-names.ts';

const WINDOW_RECORDS = 4_000;
/** How often the innocent name of a flood is asked for, and how many names of its zone are held as good. */
const FLOOD_RECORDS = 4_000;
const FLOOD_SIBLINGS = 100;
const FLOOD_ZONE = 'telemetry.innocent-vendor.example';

/** A name that one client of the window asks for again and again: the same one, or another of its zone each time. */
type Flood = 'same name' | 'varied names';

/** Asked for as often as WINDOW_RECORDS names are, at their times, by the client of the first. */
function floodCases(innocent: readonly Case[], flood: Flood): Case[] {
  const source = innocent[0]?.witness.source;
  return Array.from({ length: FLOOD_RECORDS }, (_, index) => ({
    record: nameRecord(flood === 'same name' ? `v1.${FLOOD_ZONE}` : `r${index}.${FLOOD_ZONE}`),
    label: 'bad',
    incident: 'flood',
    witness: { source, atMs: innocent[index % innocent.length]?.witness.atMs },
  }));
}

/** Names of the flood's zone that stay innocent. */
function floodSiblings(): Case[] {
  return Array.from({ length: FLOOD_SIBLINGS }, (_, index) => ({
    record: nameRecord(`eu${index}.${FLOOD_ZONE}`),
    label: 'good',
    incident: 'flood siblings',
    witness: {},
  }));
}

/**
 * @param guilty whose names are strewn in
 * @param share of the window's names that are guilty, in (0, 1)
 * @param flood an innocent client that repeats itself in the window
 */
export function noisyWindow(guilty: 'tunnels' | 'generated', share: number, flood?: Flood): Task {
  const source = guilty === 'tunnels' ? dnsTunnels : generatedDomains;
  const flooded = flood === undefined ? '' : `, and ${FLOOD_RECORDS} of one innocent client (${flood})`;
  return {
    name: `noisy-window-${guilty}-${share * 100}%${flood === undefined ? '' : `-flood-of-${flood.replace(' ', '-')}`}`,
    about: `${WINDOW_RECORDS} names of browsing marked bad, ${share * 100} % of them ${guilty}${flooded}; unseen ${guilty}`,
    available: () => source.available(),
    splits(seed) {
      const random = seededRandom(seed);
      const browsing = browsingNames().sort((a, b) => (a.witness.atMs ?? 0) - (b.witness.atMs ?? 0));
      return source.splits(seed).map(split => {
        const start = Math.floor(random() * (browsing.length - WINDOW_RECORDS));
        const innocent = browsing.slice(start, start + WINDOW_RECORDS);
        const sites = new Set(innocent.map(one => one.incident));
        const strewn = shuffled(
          split.learn.filter(one => one.label === 'bad'),
          random,
        )
          .slice(0, Math.round(share * WINDOW_RECORDS))
          .map((one): Case => {
            const host = innocent[Math.floor(random() * innocent.length)];
            return { ...one, witness: host?.witness ?? {} };
          });
        const floods = flood === undefined ? [] : floodCases(innocent, flood);
        const marked = [...innocent, ...strewn, ...floods].map((one): Case => ({ ...one, label: 'bad' }));
        const isOurs = (one: Case) => one.witness.source !== undefined && !sites.has(one.incident);
        return {
          name: split.name,
          learn: [...split.learn.filter(one => one.label === 'good' && isOurs(one)), ...marked],
          held: [
            ...split.held.filter(one => one.label === 'bad' || isOurs(one)),
            ...(flood === undefined ? [] : floodSiblings()),
          ],
        };
      });
    },
  };
}
