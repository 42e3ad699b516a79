/**
 * What work costs: time on the wall, and CPU time, which hardly depends on what else the machine does meanwhile.
 * The CPU time of other processes is read from /proc, so the benchmark runs on Linux.
 */
import { readFileSync } from 'node:fs';

export interface Cost {
  wallSeconds: number;
  cpuSeconds: number;
}

/** CPU time in /proc is told in hundredths of a second on every Linux (USER_HZ; proc(5)). */
const TICKS_PER_SECOND = 100;
/** Fields of /proc/<pid>/stat after the command in brackets: utime and stime, then those of children waited for. */
const UTIME = 11;
const CHILDREN_UTIME = 13;

/** @param cpuSeconds CPU time used until now by whoever does the work */
export async function costOf(work: () => Promise<unknown>, cpuSeconds = ownCpuSeconds): Promise<Cost> {
  const cpuBefore = cpuSeconds();
  const startMs = performance.now();
  await work();
  const wallSeconds = (performance.now() - startMs) / 1_000;
  return { wallSeconds, cpuSeconds: cpuSeconds() - cpuBefore };
}

/** Of this process with all its threads. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of a running process with all its threads. */
export function cpuSecondsOf(pid: number): number {
  return sumOfTwo(pid, UTIME);
}

/** Of all children of this process that have ended. */
export function cpuSecondsOfChildren(): number {
  return sumOfTwo('self', CHILDREN_UTIME);
}

function sumOfTwo(process: number | 'self', field: number): number {
  const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[field]) + Number(fields[field + 1])) / TICKS_PER_SECOND;
}
