/** Country and network of an address, from the databases in MaxMind's format that the admin names; without one, nothing is known. */
import maxmind, { type AsnResponse, type CountryResponse } from 'maxmind';
import { AppError } from './domain/errors.ts';
import type { FixedContext } from './tokenize/fixed.ts';

/** @throws AppError `config-invalid` for a file that is none */
export async function openAddressDatabases({
  countryMmdb,
  asnMmdb,
}: {
  countryMmdb: string | undefined;
  asnMmdb: string | undefined;
}): Promise<Pick<FixedContext, 'countryOf' | 'asnOf'>> {
  const countries = await openDatabase<CountryResponse>(countryMmdb);
  const networks = await openDatabase<AsnResponse>(asnMmdb);
  return {
    countryOf: ip => countries?.(ip)?.country?.iso_code,
    asnOf: ip => networks?.(ip)?.autonomous_system_number,
  };
}

async function openDatabase<T extends CountryResponse | AsnResponse>(
  path: string | undefined,
): Promise<((ip: string) => T | null) | null> {
  if (path === undefined) return null;
  try {
    const reader = await maxmind.open<T>(path);
    return ip => (maxmind.validate(ip) ? reader.get(ip) : null);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('config-invalid', `cannot read the address database ${path}: ${reason}`, { cause });
  }
}
