/** The certificate that a server shows, from the files that the configuration names. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../api/server.ts';
import type { Config } from '../config.ts';
import { AppError } from '../domain/errors.ts';

/**
 * @returns undefined where none is configured
 * @throws AppError `config-invalid` where a file cannot be read, is no PEM, or the key is not that of the certificate
 */
export function readTlsFiles({ tls }: Pick<Config, 'tls'>): TlsFiles | undefined {
  if (tls === undefined) return undefined;
  const cert = read('BAYESWATCH_TLS_CERT', tls.cert);
  const files = { cert, key: read('BAYESWATCH_TLS_KEY', tls.key) };
  try {
    createSecureContext(files);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `BAYESWATCH_TLS_CERT and BAYESWATCH_TLS_KEY must be a certificate and its key, in PEM: ${reason}`;
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
