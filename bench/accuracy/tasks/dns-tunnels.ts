/**
 * DNS tunnels, one tool held after the other. A tunnel's own zone is replaced by a benign registrable domain, another one
 * for each capture, and client addresses are left out, so that neither finds it.
 */
import { getDomain } from 'tldts';
import { sampled, seededRandom, shuffled } from '../seeded.ts';
import { hasSharedData, sharedLines } from '../shared-data.ts';
import { type Case, leaveOneOut, type Task } from '../task.ts';
import { browsingNames, goodNames, hasGoodNames, nameRecord } from './good-names.ts';

interface Capture {
  path: string;
  tool: string;
  /** The zone of the run, dots included, as it ends every name. */
  zone: string;
  namesOf(lines: readonly string[]): { name: string; source?: string; atMs?: number }[];
}

/** tshark columns: ts src sport dst dport dns_id response query … */
function labNames(lines: readonly string[]): { name: string; source?: string; atMs?: number }[] {
  return lines
    .filter(line => !line.startsWith('#'))
    .map(line => line.split('\t'))
    .filter(columns => columns[6] === '0')
    .map(([at = '', source = '', , , , , , name = '']) => ({ name, source, atMs: Number(at) * 1_000 }));
}

/** CSV: label, qname, qdcount, ancount …; undated, queries and answers, of which the queries stay. */
function netrackNames(lines: readonly string[]): { name: string }[] {
  return lines
    .slice(1)
    .map(line => line.split(','))
    .filter(([, , , answers = '0']) => answers === '0')
    .map(([, name = '']) => ({ name: name.replace(/\.$/, '') }));
}

const CAPTURES: readonly Capture[] = [
  ...['txt', 'null', 'cname', 'mx'].map((type, index) => ({
    path: `dns/tunnel-lab/iodine-${type}.dns.tsv.xz`,
    tool: 'iodine',
    zone:
      ['.t1.sync-node.example', '.t2.cdn-edge.example', '.t3.status-ping.example', '.t4.mailroute.example'][
        index
      ] ?? '',
    namesOf: labNames,
  })),
  {
    path: 'dns/netrack/iodine-names.csv.xz',
    tool: 'iodine',
    zone: '.hidemyself.org',
    namesOf: netrackNames,
  },
  {
    path: 'dns/tunnel-lab/dns2tcp-txt.dns.tsv.xz',
    tool: 'dns2tcp',
    zone: '.d1.telemetry-hub.example',
    namesOf: labNames,
  },
  {
    path: 'dns/netrack/dns2tcp-2018-03-23-11-08-11.csv.xz',
    tool: 'dns2tcp',
    zone: '.hidemyself.org',
    namesOf: netrackNames,
  },
  {
    path: 'dns/netrack/dnscapy-2018-03-29-19-06-25.csv.xz',
    tool: 'dnscapy',
    zone: '.tunnel.example.org',
    namesOf: netrackNames,
  },
];

/** Distinct names drawn from each capture. */
const CAPTURE_MAX = 1_500;

function tunnelCases(random: () => number): Case[] {
  const domains = shuffled(
    [
      ...new Set(
        browsingNames().flatMap(one =>
          one.record.kind === 'dns' ? [getDomain(one.record.dns.question.name ?? '') ?? []].flat() : [],
        ),
      ),
    ],
    random,
  );
  return CAPTURES.flatMap(({ path, tool, zone, namesOf }, index) => {
    const distinct = new Map(namesOf(sharedLines(path)).map(one => [one.name, one]));
    return sampled([...distinct.values()], CAPTURE_MAX, random).map(({ name, source, atMs }): Case => {
      const payload = name.endsWith(zone) ? name.slice(0, name.length - zone.length) : name;
      return {
        record: nameRecord(`${payload}.${domains[index]}`),
        label: 'bad',
        incident: tool,
        witness: { source, atMs },
      };
    });
  });
}

export const dnsTunnels: Task = {
  name: 'dns-tunnels',
  about:
    'iodine (4 record types and a further capture), dns2tcp (two captures), dnscapy; unseen tools; zones masked by benign ones; good: page loads and popular domains, unseen sites',
  available: () => CAPTURES.every(capture => hasSharedData(capture.path)) && hasGoodNames(),
  splits(seed, wrong) {
    const random = seededRandom(seed);
    return leaveOneOut([...tunnelCases(random), ...goodNames(random, wrong)], seed);
  },
};
