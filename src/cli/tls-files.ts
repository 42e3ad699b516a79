/** The certificate that a server shows, from the files that the configuration names. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../api/server.ts';
import type { Config } from '../config.ts';
import type { CertificatePaths } from '../config-invalid.ts';
import { AppError } from '../domain/errors.ts';
import type { SyslogTls } from '../syslog/options.ts';

/**
 * @returns undefined where none is configured
 * @throws AppError `config-invalid` where a file cannot be read, is no PEM, or the key is not that of the certificate
 */
export function readTlsFiles({ tls }: Pick<Config, 'tls'>): TlsFiles | undefined {
  return tls === undefined ? undefined : readPair(tls, 'BAYESWATCH_TLS_CERT', 'BAYESWATCH_TLS_KEY');
}

/**
 * Those of the listener for syslog.
 * @returns undefined where it does not speak TLS
 * @throws AppError `config-invalid`, as readTlsFiles
 */
export function readSyslogTlsFiles({ syslog, tls }: Pick<Config, 'syslog' | 'tls'>): SyslogTls | undefined {
  if (syslog?.tls === undefined) return undefined;
  const isOwn = syslog.tls.cert !== tls?.cert;
  const prefix = isOwn ? 'BAYESWATCH_SYSLOG_TLS' : 'BAYESWATCH_TLS';
  const files = readPair(syslog.tls, `${prefix}_CERT`, `${prefix}_KEY`);
  const { clientCa: path } = syslog.tls;
  if (path === undefined) return files;
  const name = 'BAYESWATCH_SYSLOG_TLS_CLIENT_CA';
  const clientCa = read(name, path);
  try {
    new X509Certificate(clientCa);
  } catch (cause) {
    throw new AppError('config-invalid', `${name} must be certificates in PEM`, { cause });
  }
  return { ...files, clientCa };
}

function readPair(paths: CertificatePaths, certName: string, keyName: string): TlsFiles {
  const files = { cert: read(certName, paths.cert), key: read(keyName, paths.key) };
  try {
    createSecureContext(files);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `${certName} and ${keyName} must be a certificate and its key, in PEM: ${reason}`;
    throw new AppError('config-invalid', detail, { cause });
  }
  return files;
}

/** The certificate alone, without those that vouch for it: what a server of this configuration shows. */
export function ownCertificate({ tls }: Pick<Config, 'tls'>): string | undefined {
  if (tls === undefined) return undefined;
  const cert = read('BAYESWATCH_TLS_CERT', tls.cert);
  try {
    return new X509Certificate(cert).toString();
  } catch (cause) {
    throw new AppError('config-invalid', 'BAYESWATCH_TLS_CERT must be a certificate in PEM', { cause });
  }
}

function read(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('config-invalid', `${variable} names a file that cannot be read: ${reason}`, {
      cause,
    });
  }
}
