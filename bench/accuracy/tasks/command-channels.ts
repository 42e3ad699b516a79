/**
 * Command channels of three break-ins, one capture held after the other: a beacon to a web server, a beacon through a proxy,
 * the channels of an emulated intruder among Windows machines. The good: a home network, and what else the last two captures
 * hold; of clients of which nothing was learnt. Without addresses, user agents and times: each capture has a day of its own.
 */
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData, sharedLines } from '../shared-data.ts';
import { type Case, leaveOneOut, type Task } from '../task.ts';
import { type Masking, type Row, zeekRecord, zeekRows } from './zeek-records.ts';

type Log = 'conn' | 'http';
const LOGS: readonly Log[] = ['conn', 'http'];

interface Capture {
  name: string;
  folder: string;
  /** Files of a log, within the folder. */
  filesOf(log: Log): string[];
  /** Tells whether a row is the intruder's; of what is not, nothing is taken where it tells so. */
  judge(): (row: Row) => 'bad' | 'good' | 'left out';
}

const WEB_SERVER = 'breakin-rita-missing-host';
const PROXY = 'breakin-rita-proxy';
const WINDOWS = 'breakin-apt29-day1';
const HOME = 'zeek-rita-proxy-rolling';

const CAPTURES: readonly Capture[] = [
  {
    name: 'web server',
    folder: WEB_SERVER,
    filesOf: log =>
      listSharedData(WEB_SERVER)
        .filter(day => day.startsWith('2024-'))
        .flatMap(day => listSharedData(`${WEB_SERVER}/${day}`).map(file => `${day}/${file}`))
        .filter(path => path.includes(`/${log}.`)),
    // The rest are unlabelled scanners, no good traffic.
    judge: () => row => (row['id.orig_h'] === '73.54.23.243' ? 'bad' : 'left out'),
  },
  {
    name: 'proxy',
    folder: PROXY,
    filesOf: log => [`${log}.log.xz`],
    judge: () => {
      const bad = new Set(sharedLines(`${PROXY}/labels.csv.xz`).map(line => line.split(',')[1]));
      return row => (bad.has(row['uid']) ? 'bad' : 'good');
    },
  },
  {
    name: 'windows',
    folder: WINDOWS,
    filesOf: log => listSharedData(WINDOWS).filter(name => name.endsWith(`_${log}.log.xz`)),
    judge: () => row =>
      [row['id.orig_h'], row['id.resp_h']].some(ip => ip === '192.168.0.4' || ip === '192.168.0.5')
        ? 'bad'
        : 'good',
  },
  {
    name: 'home',
    folder: HOME,
    filesOf: log => listSharedData(HOME).filter(name => name.startsWith(`${log}.`)),
    judge: () => () => 'good',
  },
];

const MASKING: Masking = { userAgent: true, addresses: true };
/** Bad records drawn of each capture. */
const CAPTURE_MAX = 800;

function casesOf({ name, folder, filesOf, judge }: Capture, random: () => number): Case[] {
  const labelOf = judge();
  const cases = LOGS.flatMap(log =>
    filesOf(log).flatMap(file =>
      zeekRows(`${folder}/${file}`).flatMap((row): Case[] => {
        const label = labelOf(row);
        if (label === 'left out') return [];
        const { record, witness } = zeekRecord(log, row, MASKING);
        const incident = label === 'bad' ? name : `${name} ${witness.source}`;
        return [{ record: { ...record, atMs: undefined }, witness, label, incident }];
      }),
    ),
  );
  const bad = cases.filter(one => one.label === 'bad');
  return [...sampled(bad, CAPTURE_MAX, random), ...cases.filter(one => one.label === 'good')];
}

export const commandChannels: Task = {
  name: 'command-channels',
  about:
    'command channels of three break-ins (a beacon to a web server, one through a proxy, an emulated intruder among Windows machines), connections and requests without addresses, user agents and times; unseen captures; good: unseen clients of a home network and of the last two captures',
  available: () => CAPTURES.every(({ folder }) => hasSharedData(folder)),
  splits(seed) {
    const random = seededRandom(seed);
    return leaveOneOut(
      CAPTURES.flatMap(capture => casesOf(capture, random)),
      seed,
    );
  },
};
