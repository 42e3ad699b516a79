/** A site that has seen much: names of generators, of tunnels and of blocklists, each an incident, and none held that was learnt. */
import { hashOf } from '../seeded.ts';
import { type Case, foldsByIncident, type Task } from '../task.ts';
import { dnsTunnels } from './dns-tunnels.ts';
import { generatedDomains, malwareDomains } from './listed-names.ts';

/** Names of one generator or tool, and of one list (which hold eight at most). */
const NAMES_OF_INCIDENT = 100;
const LISTS = 24;

function casesOf(task: Task, seed: number): Case[] {
  const [split] = task.splits(seed);
  return split === undefined ? [] : [...split.learn, ...split.held];
}

function badOf(task: Task, seed: number, incidentsMax: number): Case[] {
  const bad = casesOf(task, seed).filter(one => one.label === 'bad');
  const incidents = [...new Set(bad.map(one => one.incident))]
    .sort((a, b) => hashOf(a, seed) - hashOf(b, seed))
    .slice(0, incidentsMax);
  return incidents.flatMap(incident =>
    bad.filter(one => one.incident === incident).slice(0, NAMES_OF_INCIDENT),
  );
}

export const mixedNames: Task = {
  name: 'mixed-names',
  about: `names of generators and tunnels, at most ${NAMES_OF_INCIDENT} of each, and of ${LISTS} blocklists; unseen ones of all three; good: page loads and popular domains, unseen sites`,
  available: () => generatedDomains.available() && malwareDomains.available() && dnsTunnels.available(),
  splits(seed) {
    const good = casesOf(dnsTunnels, seed).filter(one => one.label === 'good');
    const bad = [
      ...badOf(generatedDomains, seed, Number.POSITIVE_INFINITY),
      ...badOf(dnsTunnels, seed, Number.POSITIVE_INFINITY),
      ...badOf(malwareDomains, seed, LISTS),
    ];
    return foldsByIncident([...bad, ...good], seed);
  },
};
