/** Whether only this machine can reach what listens there: such a port needs less of a guard. */

/** @param host an address, or a name of one @example isLoopback('127.0.0.1') // true; of '0.0.0.0' false */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
