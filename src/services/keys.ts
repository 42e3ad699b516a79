/**
 * API keys. A key reads `bw_<id>_<secret>`: 12 and 32 characters of base 32; the id finds it, and an HMAC-SHA256 of the
 * whole under the installation's pepper proves it. The secret is 160 random bits, so a plain keyed hash is enough: there
 * is nothing to guess that a slow hash would protect.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import type { Store } from '../store/port.ts';

export interface KeysDependencies {
  store: Store;
  clock: Clock;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_CHARACTERS = 12;
const SECRET_CHARACTERS = 32;
const KEY_PATTERN = /^bw_([a-z2-7]{12})_[a-z2-7]{32}$/;
/** Stands in for the hash of a key that does not exist, so that a wrong id takes as long as a wrong secret. */
const NO_HASH = '0'.repeat(64);

function randomText(characters: number): string {
  return Array.from(randomBytes(characters), byte => ALPHABET[byte % ALPHABET.length]).join('');
}

async function hashOf(store: Store, secret: string): Promise<string> {
  const pepper = await store.secret('key-pepper', randomBytes(32).toString('hex'));
  return createHmac('sha256', pepper).update(secret).digest('hex');
}

/** The public id of a key's text; a key that an admin chose (BAYESWATCH_ADMIN_KEY) has one derived from its hash. */
async function idOf(store: Store, secret: string): Promise<string> {
  const match = KEY_PATTERN.exec(secret);
  return match?.[1] ?? `c${(await hashOf(store, `id ${secret}`)).slice(0, ID_CHARACTERS - 1)}`;
}

export async function authenticate({ store }: KeysDependencies, secret: string): Promise<ApiKey | null> {
  if (secret.length < 16 || secret.length > 256) return null;
  const key = await store.findKey(await idOf(store, secret));
  const hash = await hashOf(store, secret);
  const same = timingSafeEqual(Buffer.from(hash), Buffer.from(key?.hash ?? NO_HASH));
  return key !== null && same && key.revokedAtMs === undefined ? key : null;
}

/** The secret is returned once, here. @param chosen the text of the key, where the admin chose it */
export async function createKey(
  { store, clock }: KeysDependencies,
  site: string,
  role: Role,
  name: string,
  chosen?: string,
): Promise<{ key: ApiKey; secret: string }> {
  const secret = chosen ?? `bw_${randomText(ID_CHARACTERS)}_${randomText(SECRET_CHARACTERS)}`;
  const key: ApiKey = {
    id: await idOf(store, secret),
    site,
    role,
    name,
    hash: await hashOf(store, secret),
    createdAtMs: clock.nowMs(),
  };
  await store.putKey(key);
  return { key, secret };
}

/** @throws AppError `key-not-found` */
export async function revokeKey({ store, clock }: KeysDependencies, site: string, id: string): Promise<void> {
  const known = await store.revokeKey(site, id, clock.nowMs());
  if (!known) throw new AppError('key-not-found', `there is no key ${id.slice(0, 64)}`);
}

/**
 * The first admin key: the one that the admin chose, else a new one where the installation has none yet.
 * @returns the text to show, once; null where nothing new was made
 */
export async function ensureAdminKey(
  deps: KeysDependencies,
  site: string,
  chosen: string | undefined,
): Promise<string | null> {
  if (chosen !== undefined) {
    await createKey(deps, site, 'admin', 'BAYESWATCH_ADMIN_KEY', chosen);
    return null;
  }
  if ((await deps.store.countKeys()) > 0) return null;
  const { secret } = await createKey(deps, site, 'admin', 'first admin key');
  return secret;
}
