/** Lists of bad domain names by family: names that malware generates, and names that blocklists know. */
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, sharedLines } from '../shared-data.ts';
import { type Case, foldsByIncident, type Task } from '../task.ts';
import { goodNames, hasGoodNames, nameRecord } from './good-names.ts';

const GENERATED = 'dns/dga-domains.dev.csv.xz';
const MALWARE = 'dns/malware-domains.dev.csv.xz';

/** Versions of one generator, so that none is learnt from its sister. */
const SAME_GENERATOR: Readonly<Record<string, string>> = {
  'gameover-goz': 'gameover',
  'gameover-newgoz': 'gameover',
  'gameover-zeus': 'gameover',
  newgoz: 'gameover',
};

function listedNames(path: string, familyMax: number, random: () => number): Case[] {
  const families = new Map<string, Case[]>();
  for (const line of sharedLines(path).slice(1)) {
    const [name = '', , family = ''] = line.split(',');
    const incident = SAME_GENERATOR[family] ?? family;
    const cases = families.get(incident) ?? [];
    cases.push({ record: nameRecord(name), label: 'bad', incident, witness: {} });
    families.set(incident, cases);
  }
  return [...families.values()].flatMap(cases => sampled(cases, familyMax, random));
}

function listTask(task: { name: string; about: string; path: string; familyMax: number }): Task {
  return {
    name: task.name,
    about: task.about,
    available: () => hasSharedData(task.path) && hasGoodNames(),
    splits(seed, wrong) {
      const random = seededRandom(seed);
      const bad = listedNames(task.path, task.familyMax, random);
      return foldsByIncident([...bad, ...goodNames(random, wrong)], seed);
    },
  };
}

export const generatedDomains = listTask({
  name: 'generated-domains',
  about:
    'names of 29 generators, at most 400 of each, unseen generators; good: page loads and popular domains, unseen sites',
  path: GENERATED,
  familyMax: 400,
});

export const malwareDomains = listTask({
  name: 'malware-domains',
  about:
    'names of 1,053 blocklists, at most 8 of each, unseen lists; good: page loads and popular domains, unseen sites',
  path: MALWARE,
  familyMax: 8,
});
