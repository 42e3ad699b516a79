/** The listener for syslog that an environment asks for. */
import { type CertificatePaths, certificateOf, variableInvalid } from './config-invalid.ts';
import type { FormatName } from './ingest/formats.ts';
import { isLoopback } from './is-loopback.ts';
import type { SyslogOptions } from './syslog/options.ts';

export interface SyslogConfig extends SyslogOptions {
  /** Where there is a port for TLS: paths, and of those who vouch for clients, where these have to show certificates. */
  readonly tls: (CertificatePaths & { readonly clientCa: string | undefined }) | undefined;
}

/** The variables that it goes by, each as config.ts has checked it. */
interface SyslogVariables {
  readonly BAYESWATCH_HOST: string;
  readonly BAYESWATCH_TLS_CERT?: string | undefined;
  readonly BAYESWATCH_TLS_KEY?: string | undefined;
  readonly BAYESWATCH_SYSLOG_HOST?: string | undefined;
  readonly BAYESWATCH_SYSLOG_UDP_PORT?: number | undefined;
  readonly BAYESWATCH_SYSLOG_TCP_PORT?: number | undefined;
  readonly BAYESWATCH_SYSLOG_TLS_PORT?: number | undefined;
  readonly BAYESWATCH_SYSLOG_TLS_CERT?: string | undefined;
  readonly BAYESWATCH_SYSLOG_TLS_KEY?: string | undefined;
  readonly BAYESWATCH_SYSLOG_TLS_CLIENT_CA?: string | undefined;
  readonly BAYESWATCH_SYSLOG_ALLOW?: readonly string[] | undefined;
  readonly BAYESWATCH_SYSLOG_SITE: string;
  readonly BAYESWATCH_SYSLOG_FORMAT?: FormatName | undefined;
  readonly BAYESWATCH_SYSLOG_LINE_BYTES_MAX: number;
  readonly BAYESWATCH_SYSLOG_CONNECTIONS_MAX: number;
}

/**
 * There are no keys in syslog: what other machines reach has to be told who may send, by networks or by certificates.
 * @returns undefined where no port is set
 * @throws AppError `config-invalid`
 */
export function syslogOf(given: SyslogVariables): SyslogConfig | undefined {
  const tls = tlsOf(given);
  const { BAYESWATCH_SYSLOG_UDP_PORT: udp, BAYESWATCH_SYSLOG_TCP_PORT: tcp } = given;
  const { BAYESWATCH_SYSLOG_TLS_PORT: tlsPort } = given;
  const ports = Object.freeze({
    ...(udp === undefined ? {} : { udp }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(tlsPort === undefined ? {} : { tls: tlsPort }),
  });
  if (Object.keys(ports).length === 0) return undefined;
  const { BAYESWATCH_SYSLOG_HOST: host = given.BAYESWATCH_HOST, BAYESWATCH_SYSLOG_ALLOW: allow } = given;
  const isProved = udp === undefined && tcp === undefined && tls?.clientCa !== undefined;
  if (allow === undefined && !isProved && !isLoopback(host)) {
    const name = 'BAYESWATCH_SYSLOG_ALLOW';
    const who = 'name the networks that may send, or 0.0.0.0/0,::/0 for whoever reaches the port';
    throw variableInvalid(name, `${name} must be set where ${host} is listened on for syslog: ${who}`);
  }
  return Object.freeze({
    host,
    ports,
    site: given.BAYESWATCH_SYSLOG_SITE,
    allow: Object.freeze(allow ?? []),
    connectionsMax: given.BAYESWATCH_SYSLOG_CONNECTIONS_MAX,
    lineBytesMax: given.BAYESWATCH_SYSLOG_LINE_BYTES_MAX,
    format: given.BAYESWATCH_SYSLOG_FORMAT,
    tls,
  });
}

function tlsOf(given: SyslogVariables): SyslogConfig['tls'] {
  const own = certificateOf(given, 'BAYESWATCH_SYSLOG_TLS_CERT', 'BAYESWATCH_SYSLOG_TLS_KEY');
  const clientCa = given.BAYESWATCH_SYSLOG_TLS_CLIENT_CA;
  if (given.BAYESWATCH_SYSLOG_TLS_PORT === undefined) {
    if (own === undefined && clientCa === undefined) return undefined;
    const name = 'BAYESWATCH_SYSLOG_TLS_PORT';
    throw variableInvalid(name, `${name} must be set too: without it nothing is listened on by TLS`);
  }
  const files = own ?? certificateOf(given, 'BAYESWATCH_TLS_CERT', 'BAYESWATCH_TLS_KEY');
  if (files !== undefined) return Object.freeze({ ...files, clientCa });
  const name = 'BAYESWATCH_SYSLOG_TLS_CERT';
  throw variableInvalid(name, `${name} must be set for BAYESWATCH_SYSLOG_TLS_PORT, or BAYESWATCH_TLS_CERT`);
}
