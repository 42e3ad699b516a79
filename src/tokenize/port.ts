/** Ports: on the server's side the number names the service, on the client's side only its range says something. */

/** IANA's system ports end here; above are user ports, and from 49152 dynamic ones (RFC 6335 §6). */
const USER_PORT_FIRST = 1024;
const DYNAMIC_PORT_FIRST = 49_152;
const PORT_MAX = 65_535;

/** Services that are commonly met above 1023, and the listeners that intruders' tools open by default. */
const COMMON_HIGH_PORTS: ReadonlySet<number> = new Set([
  1080, 1194, 1337, 1433, 1434, 1521, 1701, 1723, 1883, 1900, 2049, 2082, 2083, 2181, 2222, 2375, 2376, 2379,
  3000, 3128, 3260, 3268, 3269, 3306, 3333, 3389, 3478, 3690, 4444, 4500, 4505, 4506, 4789, 5000, 5001, 5060,
  5061, 5222, 5353, 5355, 5432, 5555, 5601, 5671, 5672, 5683, 5900, 5938, 5984, 5985, 5986, 6000, 6379, 6443,
  6660, 6667, 6697, 6881, 7001, 7547, 8000, 8008, 8009, 8080, 8081, 8086, 8088, 8089, 8123, 8333, 8443, 8500,
  8883, 8888, 9000, 9001, 9042, 9050, 9090, 9091, 9092, 9100, 9200, 9300, 9418, 9999, 10000, 10250, 11211,
  15672, 25565, 27017, 27018, 31337, 37215, 47808, 50000, 51413, 51820, 52869, 61613, 61616,
]);
const LABELS: readonly string[] = Array.from({ length: USER_PORT_FIRST }, (_, port) => String(port));
const HIGH_LABELS: ReadonlyMap<number, string> = new Map(
  [...COMMON_HIGH_PORTS].map(port => [port, String(port)]),
);

/**
 * The token of a destination port: its number below 1024 or where it is a well-known one, else `high`.
 * @example destinationPortClassOf(3389) // '3389'
 * @example destinationPortClassOf(40123) // 'high'
 */
export function destinationPortClassOf(port: number): string {
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) return 'invalid';
  return LABELS[port] ?? HIGH_LABELS.get(port) ?? 'high';
}

/**
 * The range of a source port: `system` (< 1024), `user` (< 49152) or `dynamic`.
 * @example sourcePortClassOf(53) // 'system'
 */
export function sourcePortClassOf(port: number): string {
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) return 'invalid';
  if (port < USER_PORT_FIRST) return 'system';
  return port < DYNAMIC_PORT_FIRST ? 'user' : 'dynamic';
}
