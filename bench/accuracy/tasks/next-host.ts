/**
 * A control server that was marked on one host, and what it makes of the next (breakin-apt29-day1): the channels of the first
 * Windows machine are marked, those of the second are to be found among its other connections and those of a home network. Addresses
 * stay as they came. `moved`: as if the server had another address of its network by then.
 */
import { seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData } from '../shared-data.ts';
import { type Case, foldsByIncident, type Task } from '../task.ts';
import { zeekRecord, zeekRows } from './zeek-records.ts';

const WINDOWS = 'breakin-apt29-day1';
const HOME = 'zeek-rita-proxy-rolling';
const LOGS = ['conn', 'http'] as const;
const FIRST_HOST = '10.0.1.4';
const SERVERS: ReadonlySet<string> = new Set(['192.168.0.4', '192.168.0.5']);
const MOVED_TO = '192.168.0.77';
const GOOD_FOLDS = 2;
const MASKING = { userAgent: true, addresses: false };

function casesOf(folder: string, moved: boolean): Case[] {
  return LOGS.flatMap(log =>
    listSharedData(folder)
      .filter(name => name.includes(`${log}.`))
      .flatMap(file =>
        zeekRows(`${folder}/${file}`).map((row): Case => {
          const { record, witness } = zeekRecord(log, row, MASKING);
          const isBad = folder === WINDOWS && SERVERS.has(record.destination?.ip ?? '');
          const isMoved = isBad && moved && witness.source !== FIRST_HOST;
          const destination = isMoved ? { ...record.destination, ip: MOVED_TO } : record.destination;
          return {
            record: { ...record, destination, atMs: undefined },
            witness,
            label: isBad ? 'bad' : 'good',
            incident: `${isBad ? 'channel' : 'client'} of ${witness.source}`,
          };
        }),
      ),
  );
}

function nextHostTask(name: string, about: string, moved: boolean): Task {
  return {
    name,
    about,
    available: () => [WINDOWS, HOME].every(hasSharedData),
    splits(seed) {
      const cases = [WINDOWS, HOME].flatMap(folder => casesOf(folder, moved));
      const bad = cases.filter(({ label }) => label === 'bad');
      const good = cases.filter(({ label }) => label === 'good');
      const isMarked = ({ witness }: Case) => witness.source === FIRST_HOST;
      const folds = foldsByIncident(good, Math.floor(seededRandom(seed)() * 2 ** 31), GOOD_FOLDS);
      return folds.map(fold => ({
        name: `next host, ${fold.name}`,
        learn: [...bad.filter(isMarked), ...fold.learn],
        held: [...bad.filter(one => !isMarked(one)), ...fold.held],
      }));
    },
  };
}

export const NEXT_HOSTS: readonly Task[] = [
  nextHostTask(
    'next-host',
    'channels to a control server that was marked on another host; addresses as they came',
    false,
  ),
  nextHostTask(
    'next-host-moved',
    'the same, as if the server had another address of its network by then',
    true,
  ),
];
