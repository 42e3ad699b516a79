/** IP protocol numbers (IANA, assigned-internet-protocol-numbers) as names, as Zeek and Suricata write them. */

const NAMES: ReadonlyMap<string, string> = new Map([
  ['0', 'hopopt'],
  ['1', 'icmp'],
  ['2', 'igmp'],
  ['4', 'ipv4'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['33', 'dccp'],
  ['41', 'ipv6'],
  ['47', 'gre'],
  ['50', 'esp'],
  ['51', 'ah'],
  ['58', 'ipv6-icmp'],
  ['89', 'ospf'],
  ['103', 'pim'],
  ['112', 'vrrp'],
  ['132', 'sctp'],
  ['136', 'udplite'],
]);

const WITH_PORTS: ReadonlySet<string> = new Set(['tcp', 'udp', 'dccp', 'sctp', 'udplite']);

/** The name of a number in text; any other text as it came. @example transportOf('6') // 'tcp'; transportOf('253') // '253' */
export function transportOf(text: string): string {
  return NAMES.get(text) ?? text;
}

/** Whether a transport has ports: tools fill their columns with 0, or with ICMP's type and code, where it has none. */
export function hasPorts(transport: string | undefined): boolean {
  return transport === undefined || WITH_PORTS.has(transport);
}
