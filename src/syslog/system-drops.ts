/**
 * Datagrams that the system dropped because nobody had read those before them: Linux tells it of each socket, by its port, in
 * the last column of /proc/net/udp and udp6. Elsewhere nobody does.
 */
import { readFile } from 'node:fs/promises';

const TABLES = ['/proc/net/udp', '/proc/net/udp6'] as const;

/** Of all sockets with this port, since they are there; 0 where the system does not tell. */
export async function systemDropsOf(port: number): Promise<number> {
  const tables = await Promise.all(TABLES.map(path => readFile(path, 'utf8').catch(() => '')));
  return tables.reduce((sum, table) => sum + dropsIn(table, port), 0);
}

/**
 * @param table columns by blanks, with a header; the second is `ADDRESS:PORT` in hexadecimal digits, the last are the drops
 * @example dropsIn('sl local_address … drops\n 7: 0100007F:1482 … 12\n', 5250) // 12
 */
export function dropsIn(table: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let sum = 0;
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/ +/);
    const drops = Number(columns.at(-1));
    if (columns[1]?.endsWith(suffix) && Number.isSafeInteger(drops)) sum += drops;
  }
  return sum;
}
