/** The TLS part of a draft. Versions are written as ECS has them, so that the same version is the same token whichever tool saw it. */
import type { Draft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';

/** A value, and the name that a problem with it is told by. */
type Named = readonly [value: unknown, name: string];

/** @param ja3 left out for a tool that never has it */
export function setTls(
  draft: Draft,
  { version, serverName, ja3 }: { version: Named; serverName: Named; ja3?: Named },
  check: FieldCheck,
): void {
  const text = check.text(...version);
  draft.tlsVersion = text === undefined ? undefined : tlsVersionOf(text);
  draft.tlsServerName = check.domainName(...serverName);
  if (ja3 !== undefined) draft.tlsJa3 = check.text(...ja3);
}

/**
 * `1.2` for Zeek's `TLSv12`, Suricata's `TLS 1.2` and nginx's `TLSv1.2`; anything else (`SSLv3`, `DTLSv12`) as it came.
 * @example tlsVersionOf('TLSv10') // '1.0'
 */
export function tlsVersionOf(text: string): string {
  const match = /^TLS(?:v| )?1(?:\.?([0-3]))?$/.exec(text);
  return match === null ? text : `1.${match[1] ?? '0'}`;
}
