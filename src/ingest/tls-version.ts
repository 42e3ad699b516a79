/** TLS versions as ECS writes them, so that the same version is the same token whichever tool saw it. */

/**
 * `1.2` for Zeek's `TLSv12`, Suricata's `TLS 1.2` and nginx's `TLSv1.2`; anything else (`SSLv3`, `DTLSv12`) as it came.
 * @example tlsVersionOf('TLSv10') // '1.0'
 */
export function tlsVersionOf(text: string): string {
  const match = /^TLS(?:v| )?1(?:\.?([0-3]))?$/.exec(text);
  return match === null ? text : `1.${match[1] ?? '0'}`;
}
