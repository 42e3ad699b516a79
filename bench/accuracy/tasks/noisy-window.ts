/**
 * A noisy window: four thousand names of real browsing are marked bad, with some names of tunnels or generators among
 * them, sent by the same clients; the guilty to be found are of tools and families not in the window. All good is
 * browsing, too: otherwise the window would teach that browsing is bad.
 */
import { seededRandom, shuffled } from '../seeded.ts';
import type { Case, Task } from '../task.ts';
import { dnsTunnels } from './dns-tunnels.ts';
import { browsingNames } from './good-names.ts';
import { generatedDomains } from './listed-names.ts';

const WINDOW_RECORDS = 4_000;

/**
 * @param guilty whose names are strewn in
 * @param share of the window's names that are guilty, in (0, 1)
 */
export function noisyWindow(guilty: 'tunnels' | 'generated', share: number): Task {
  const source = guilty === 'tunnels' ? dnsTunnels : generatedDomains;
  return {
    name: `noisy-window-${guilty}-${share * 100}%`,
    about: `${WINDOW_RECORDS} names of browsing marked bad, ${share * 100} % of them ${guilty}; unseen ${guilty}`,
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
        const marked = [...innocent, ...strewn].map((one): Case => ({ ...one, label: 'bad' }));
        const isOurs = (one: Case) => one.witness.source !== undefined && !sites.has(one.incident);
        return {
          name: split.name,
          learn: [...split.learn.filter(one => one.label === 'good' && isOurs(one)), ...marked],
          held: split.held.filter(one => one.label === 'bad' || isOurs(one)),
        };
      });
    },
  };
}
