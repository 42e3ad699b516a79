/** Good domain names: what real page loads asked for, and a list of popular domains. */

import { hashOf, sampled } from '../seeded.ts';
import { hasSharedData, sharedLines } from '../shared-data.ts';
import type { Case, WrongLabels } from '../task.ts';
import { confickerNames } from './conficker.ts';

const BROWSING = 'dns/browsing-dns.dev.tsv.xz';
const POPULAR = 'dns/benign-domains.dev.csv.xz';
/** Names drawn from each of the two: enough for a threshold at 0.1 %, few enough for a slow reference. */
const NAMES_OF_EACH = 8_000;
/** Popular domains have no site of their own; they are dealt into this many groups by hash. */
const POPULAR_GROUPS = 200;
/** 2014-11-03 and 04: of the worm's 500 names of these days the list holds 485, of any other day at most one. */
const SINKHOLE_DAYS = [16_377, 16_378];

export function hasGoodNames(): boolean {
  return hasSharedData(BROWSING) && hasSharedData(POPULAR);
}

/** A record that asks for a name, without type: lists have none, so it would give the class away. */
export function nameRecord(name: string): Case['record'] {
  return { kind: 'dns', dns: { question: { name } } };
}

/**
 * Each name once for each site visited (the capture asks for some 10,000 times), without Chromium's random probes
 * (`<Root>`). The browser stands for the client, which the capture does not tell.
 */
export function browsingNames(): Case[] {
  const seen = new Set<string>();
  const cases: Case[] = [];
  for (const line of sharedLines(BROWSING)) {
    const [at = '', name = '', , , site = '', browser = ''] = line.split('\t');
    const key = `${site} ${name}`;
    if (line.startsWith('#') || name === '<Root>' || seen.has(key)) continue;
    seen.add(key);
    cases.push({
      record: nameRecord(name),
      label: 'good',
      incident: `site ${site}`,
      witness: { source: browser, atMs: Number(at) * 1_000 },
    });
  }
  return cases;
}

/** Popular domains, undated and without a source, without those that a worm made popular. */
export function popularNames(wrong: WrongLabels = 'left out'): Case[] {
  const generated = new Set(wrong === 'kept' ? [] : SINKHOLE_DAYS.flatMap(confickerNames));
  return sharedLines(POPULAR)
    .slice(1)
    .map(line => line.split(',', 1)[0] ?? '')
    .filter(name => !generated.has(name))
    .map(name => ({
      record: nameRecord(name),
      label: 'good',
      incident: `popular ${hashOf(name, 0) % POPULAR_GROUPS}`,
      witness: {},
    }));
}

/** As many of both. */
export function goodNames(random: () => number, wrong?: WrongLabels): Case[] {
  return [
    ...sampled(browsingNames(), NAMES_OF_EACH, random),
    ...sampled(popularNames(wrong), NAMES_OF_EACH, random),
  ];
}
