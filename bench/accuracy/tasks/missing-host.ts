/**
 * A beacon to a web server under constant scanning (breakin-rita-missing-host): the intruder is marked until
 * 2024-04-20T00:00Z, everything else of that time is taken as good, and later records of the intruder are to be found
 * among the rest. Unlabelled scanners stay in the good: what they cost is part of the figure.
 */
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData } from '../shared-data.ts';
import type { Case, Task } from '../task.ts';
import { type Masking, zeekRecord, zeekRows } from './zeek-records.ts';

const FOLDER = 'breakin-rita-missing-host';
const INTRUDER = '73.54.23.243';
const MARKED_UNTIL_MS = Date.UTC(2024, 3, 20);
/** Good records drawn of each day and log. */
const GOOD_OF_LOG_MAX = 6_000;

function hostCases(masking: Masking, random: () => number): Case[] {
  const days = listSharedData(FOLDER).filter(name => name.startsWith('2024-'));
  return days.flatMap(day =>
    (['conn', 'http'] as const).flatMap(log => {
      const files = listSharedData(`${FOLDER}/${day}`).filter(name => name.startsWith(`${log}.`));
      const cases = files
        .flatMap(file => zeekRows(`${FOLDER}/${day}/${file}`))
        .map((row): Case => {
          const { record, witness } = zeekRecord(log, row, masking);
          const isIntruder = witness.source === INTRUDER;
          return {
            ...{ record, witness, label: isIntruder ? 'bad' : 'good' },
            incident: isIntruder ? 'beacon' : `source ${witness.source}`,
          };
        });
      const good = cases.filter(one => one.label === 'good');
      return [...cases.filter(one => one.label === 'bad'), ...sampled(good, GOOD_OF_LOG_MAX, random)];
    }),
  );
}

function hostTask(name: string, about: string, masking: Masking): Task {
  return {
    name,
    about,
    available: () => hasSharedData(FOLDER),
    splits(seed) {
      const cases = hostCases(masking, seededRandom(seed));
      return [
        {
          name: 'after the mark',
          learn: cases.filter(one => (one.witness.atMs ?? 0) < MARKED_UNTIL_MS),
          held: cases.filter(one => (one.witness.atMs ?? 0) >= MARKED_UNTIL_MS),
        },
      ];
    },
  };
}

export const missingHost = hostTask(
  'missing-host',
  'a beacon over HTTP, marked for a day, found on the two days after among scanners and visitors; addresses and user agents as they came',
  { userAgent: false, addresses: false },
);

export const missingHostMasked = hostTask(
  'missing-host-masked',
  'the same without addresses and user agents',
  { userAgent: true, addresses: true },
);
