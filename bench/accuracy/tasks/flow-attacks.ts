/**
 * Flows of attacks of which none like it is marked: by what flow meters measure (the 48 columns), and by no more than NetFlow
 * tells, across eleven captures of ten networks by two sensors. Without addresses, times, source ports, states and
 * histories: each capture has its own.
 */
import type { FlowRecord } from '../../../src/domain/record.ts';
import { sampled, seededRandom } from '../seeded.ts';
import { type Case, leaveOneOut, type Task } from '../task.ts';
import { type FlowCase, flowCaptures, hasFlowCaptures, webStatistics } from './flow-captures.ts';

/** Bad flows drawn of each incident, and good ones of each sender: a few scanners and servers would be most of all. */
const INCIDENT_MAX = 500;
const SENDER_MAX = 500;
/** Argus counts the frames of Ethernet, Zeek the packets of IP. */
const ETHERNET_HEADER_BYTES = 14;

/** What is left of a flow where nothing tells whose it is. */
function masked({ durationMs, source, destination, network }: FlowRecord): FlowRecord {
  return {
    kind: 'flow',
    durationMs,
    source: { bytes: source?.bytes, packets: source?.packets },
    destination: { bytes: destination?.bytes, packets: destination?.packets, port: destination?.port },
    network: { transport: network?.transport, statistics: network?.statistics },
  };
}

/** The same without what only one sensor tells, and bytes as frames. */
function plain(record: FlowRecord): FlowRecord {
  const { durationMs, source, destination, network } = masked(record);
  const { fwd_ip_byts: forward, bwd_ip_byts: backward } = network?.statistics ?? {};
  const framed = (side: FlowRecord['source'], ipBytes: number | undefined) =>
    ipBytes === undefined ? side?.bytes : ipBytes + ETHERNET_HEADER_BYTES * (side?.packets ?? 0);
  return {
    kind: 'flow',
    durationMs: durationMs ?? 0,
    source: { ...source, bytes: framed(source, forward) },
    destination: { ...destination, bytes: framed(destination, backward) },
    network: { transport: network?.transport },
  };
}

function drawn(cases: readonly FlowCase[], seed: number, mask: (record: FlowRecord) => FlowRecord): Case[] {
  const random = seededRandom(seed);
  const groups = new Map<string, FlowCase[]>();
  for (const one of cases) {
    const group = groups.get(one.incident);
    if (group === undefined) groups.set(one.incident, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap(group =>
    sampled(group, group[0]?.label === 'bad' ? INCIDENT_MAX : SENDER_MAX, random).map(one => ({
      ...one,
      record: mask(one.record),
    })),
  );
}

/** Attacks whose flows are few are learnt and never held: a share of three tells nothing. */
const HELD_MIN = 20;

function held(task: Pick<Task, 'name' | 'about'>, casesOf: (seed: number) => Case[]): Task {
  return {
    ...task,
    available: hasFlowCaptures,
    splits(seed) {
      const splits = leaveOneOut(casesOf(seed), seed);
      return splits.filter(part => part.held.filter(({ label }) => label === 'bad').length >= HELD_MIN);
    },
  };
}

export const flowStatistics: Task = held(
  {
    name: 'flow-statistics',
    about:
      'flows of sqlmap (its own and random user agents) and hydra (basic, form) by the 48 columns of FlowLabeler, without addresses, source ports and times; unseen tools; good: unseen clients of the same site',
  },
  seed => drawn(webStatistics().cases, seed, masked),
);

export const flowAttacks: Task = held(
  {
    name: 'flow-attacks',
    about:
      'flows by transport, destination port, bytes, packets and duration alone: web attacks, tunnels, malware, scans, backdoors and beacons of eleven captures by two sensors; unseen attacks; good: unseen senders of a home network, a laboratory and what else the captures hold',
  },
  seed =>
    drawn(
      flowCaptures().flatMap(({ name, cases }) => (name === 'web' ? [] : cases)),
      seed,
      plain,
    ),
);
