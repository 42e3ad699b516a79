/**
 * What is usual on a site and not on this host. The good are the later records of real sites, by hosts that are known from the
 * records before. The bad are the same records as if another known host had sent them: every value in them is an everyday one,
 * and only its host is strange. Nothing bad is learnt, for nobody has marked such a thing.
 */
import type { TrafficRecord } from '../../../src/domain/record.ts';
import { type FormatName, formatOf } from '../../../src/ingest/formats.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { hasSharedData, listSharedData, sharedLines } from '../shared-data.ts';
import type { Case, Task } from '../task.ts';

/** Records held, and as many with another host. */
const HELD_MAX = 4_000;
/** A host is known by this many records. */
const KNOWN_RECORDS = 20;
/** Later than every record. */
const RECEIVED_AT_MS = Date.UTC(2026, 0, 1);

interface Site {
  name: string;
  about: string;
  format: FormatName;
  files(): string[];
  /** Share of the records that is learnt. */
  learnt: number;
}

interface Placed {
  record: TrafficRecord;
  ip: string;
  atMs: number;
}

/** Records with a source and a time, in the order of time. */
function placedOf({ format, files }: Site): Placed[] {
  const placed = files().flatMap(file => {
    const parser = formatOf(format).open({ receivedAtMs: RECEIVED_AT_MS });
    return sharedLines(file).flatMap((line): Placed[] => {
      const parsed = parser.parse(line);
      if (parsed === null || !('record' in parsed)) return [];
      const { record } = parsed;
      const ip = record.source?.ip;
      return ip === undefined || record.atMs === undefined ? [] : [{ record, ip, atMs: record.atMs }];
    });
  });
  return placed.sort((a, b) => a.atMs - b.atMs);
}

function caseOf({ record, ip, atMs }: Placed, label: Case['label']): Case {
  return {
    record: { ...record, source: { ...record.source, ip } },
    label,
    incident: label === 'bad' ? 'wrong host' : `source ${ip}`,
    witness: { source: ip, atMs },
  };
}

/** Hosts that have enough records, by version of their address: another host of the same network is meant. */
function knownHosts(learnt: readonly Placed[]): Map<boolean, string[]> {
  const records = new Map<string, number>();
  for (const { ip } of learnt) records.set(ip, (records.get(ip) ?? 0) + 1);
  const known = [...records].filter(([, count]) => count >= KNOWN_RECORDS).map(([ip]) => ip);
  return new Map([false, true].map(isV6 => [isV6, known.filter(ip => isV6 === ip.includes(':')).sort()]));
}

function wrongHostTask(site: Site): Task {
  return {
    name: `wrong-host-${site.name}`,
    about: `${site.about}; known hosts, later; bad: the same records as if another known host had sent them, nothing marked`,
    available: () => site.files().every(hasSharedData),
    splits(seed) {
      const random = seededRandom(seed);
      const placed = placedOf(site);
      const cut = Math.floor(site.learnt * placed.length);
      const learnt = placed.slice(0, cut);
      const known = knownHosts(learnt);
      const othersOf = (ip: string) => known.get(ip.includes(':'))?.filter(other => other !== ip) ?? [];
      const isKnown = ({ ip }: Placed) =>
        known.get(ip.includes(':'))?.includes(ip) && othersOf(ip).length > 0;
      const held = sampled(placed.slice(cut).filter(isKnown), HELD_MAX, random);
      const moved = held.map((one): Placed => {
        const others = othersOf(one.ip);
        return { ...one, ip: others[Math.floor(random() * others.length)] ?? one.ip };
      });
      return [
        {
          name: 'later',
          learn: learnt.map(one => caseOf(one, 'good')),
          held: [...held.map(one => caseOf(one, 'good')), ...moved.map(one => caseOf(one, 'bad'))],
        },
      ];
    },
  };
}

const LAN = 'zeek-rita-proxy-rolling';

export const WRONG_HOSTS: readonly Task[] = [
  wrongHostTask({
    name: 'lan',
    about: 'two hours of a home network: connections, names, requests, handshakes',
    format: 'zeek-tsv',
    files: () => (hasSharedData(LAN) ? listSharedData(LAN).map(name => `${LAN}/${name}`) : [LAN]),
    learnt: 0.5,
  }),
  wrongHostTask({
    name: 'visitors',
    about: 'four days of a web site',
    format: 'combined',
    files: () => ['http/apache_logs.log.xz'],
    learnt: 0.8,
  }),
  wrongHostTask({
    name: 'names',
    about: 'names that the hosts of a contest ask for',
    format: 'zeek-tsv',
    files: () => ['zeek-wrccdc/zeek-default/dns.log.gz'],
    learnt: 0.5,
  }),
];
