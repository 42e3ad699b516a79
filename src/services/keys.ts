/**
 * API keys. A key reads `bw_<id>_<secret>`: 12 and 32 characters of base 32; the id finds it, and an HMAC-SHA256 of the
 * whole under the installation's pepper proves it. The secret is 160 random bits, so a plain keyed hash is enough: there
 * is nothing to guess that a slow hash would protect.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError, isAppError } from '../domain/errors.ts';
import type { ApiKey, Role } from '../domain/key.ts';
import type { Inserted, Store } from '../store/port.ts';
import { KeyProofs, keyProofOf } from './key-proof.ts';

export interface KeysDependencies {
  store: Store;
  clock: Clock;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_CHARACTERS = 12;
/** Of the first admin key that the program makes: of processes that start at the same moment, one inserts it. */
const FIRST_ID = 'theveryfirst';
const SECRET_CHARACTERS = 32;
const SECRET_MIN = 16;
const SECRET_MAX = 256;
/** How long a key is taken for what the store said of it. */
const BELIEVED_MS = 10_000;
/** How long a request with a key that was known waits for what the store says of it now. */
const PATIENCE_MS = 250;
const KNOWN_MAX = 10_000;
/** Stands in for the hash of a key that does not exist, so that a wrong id takes as long as a wrong secret. */
const NO_HASH = '0'.repeat(64);

function randomText(characters: number): string {
  return Array.from(randomBytes(characters), byte => ALPHABET[byte % ALPHABET.length]).join('');
}

function pepperOf(store: Store): Promise<string> {
  return store.secret('key-pepper', randomBytes(32).toString('hex'));
}

/**
 * Proves keys. What the store said of a key is believed for a while, so that a request costs one digest and scoring goes
 * on while the store is away; a key that was revoked elsewhere is refused after that while, here at once.
 */
export class KeyProver {
  readonly #deps: KeysDependencies;
  readonly #known = new Map<string, { key: ApiKey; readAtMs: number }>();
  #proofs: KeyProofs | undefined;
  /** Of keys that the store is being asked about. */
  readonly #asked = new Map<string, Promise<ApiKey | null>>();
  /** Grows with each key that is to be forgotten: what was read meanwhile may be what was true before. */
  #forgotten = 0;

  constructor(deps: KeysDependencies) {
    this.#deps = deps;
  }

  /** The key whose secret this is, or null. Constant time in the secret. */
  async authenticate(secret: string): Promise<ApiKey | null> {
    if (secret.length < SECRET_MIN || secret.length > SECRET_MAX) return null;
    this.#proofs ??= new KeyProofs(await pepperOf(this.#deps.store));
    const { id, hash } = this.#proofs.of(secret);
    const key = await this.#find(id);
    const same = timingSafeEqual(Buffer.from(hash), Buffer.from(key?.hash ?? NO_HASH));
    return key !== null && same && key.revokedAtMs === undefined ? key : null;
  }

  /** The store is asked about this key at its next use. */
  forget(id: string): void {
    this.#forgotten += 1;
    this.#known.delete(id);
    this.#asked.delete(id);
  }

  async #find(id: string): Promise<ApiKey | null> {
    const nowMs = this.#deps.clock.nowMs();
    const known = this.#known.get(id);
    // Either way: by a clock that was set back, what was read before lies ahead, and a revoked key would be believed.
    if (known !== undefined && Math.abs(nowMs - known.readAtMs) < BELIEVED_MS) return known.key;
    const asked = this.#asked.get(id) ?? this.#ask(id, nowMs);
    return known === undefined ? asked : withPatience(asked, known.key);
  }

  /**
   * Asks the store, once for all who wait. Where it is away, what it said last still holds, and it is not asked at once again;
   * where it answers what cannot be read, nothing holds: a revocation may be what is damaged.
   */
  #ask(id: string, nowMs: number): Promise<ApiKey | null> {
    const forgotten = this.#forgotten;
    const asked = this.#deps.store
      .findKey(id)
      .catch(error => {
        const known = this.#known.get(id);
        if (known !== undefined && isAway(error)) return known.key;
        this.#known.delete(id);
        throw error;
      })
      .then(key => {
        if (forgotten === this.#forgotten) this.#keep(id, key, nowMs);
        return key;
      })
      .finally(() => {
        if (this.#asked.get(id) === asked) this.#asked.delete(id);
      });
    this.#asked.set(id, asked);
    return asked;
  }

  #keep(id: string, key: ApiKey | null, readAtMs: number): void {
    this.#known.delete(id);
    if (key !== null) this.#known.set(id, { key, readAtMs });
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** A store that cannot answer now, in contrast to one that answers what is none. */
function isAway(error: unknown): boolean {
  return isAppError(error, 'store-unavailable') || isAppError(error, 'store-full');
}

/** What the store says, or what it said last where it takes long: it may be away, and scoring goes on. */
async function withPatience(asked: Promise<ApiKey | null>, last: ApiKey): Promise<ApiKey | null> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<ApiKey>(resolve => {
    timer = setTimeout(resolve, PATIENCE_MS, last);
  });
  return Promise.race([asked, passed]).finally(() => clearTimeout(timer));
}

/** The secret is returned once, here. */
export async function createKey(
  deps: KeysDependencies,
  site: string,
  role: Role,
  name: string,
): Promise<{ key: ApiKey; secret: string }> {
  const secret = madeSecret(randomText(ID_CHARACTERS));
  const { key } = await putKey(deps, { site, role, name }, secret);
  return { key, secret };
}

function madeSecret(id: string): string {
  return `bw_${id}_${randomText(SECRET_CHARACTERS)}`;
}

async function putKey(
  { store, clock }: KeysDependencies,
  of: Pick<ApiKey, 'site' | 'role' | 'name'>,
  secret: string,
): Promise<{ key: ApiKey; outcome: Inserted }> {
  const key: ApiKey = { ...keyProofOf(await pepperOf(store), secret), ...of, createdAtMs: clock.nowMs() };
  return { key, outcome: await store.putKey(key) };
}

/**
 * Revokes a key, but never the last admin key of its site: nobody could make another one over the API. Two admins that
 * revoke each other at the same moment may both be let; then, as where all keys are lost, the command line makes one.
 * @throws AppError `key-not-found`, `last-admin-key`
 */
export async function revokeKey({ store, clock }: KeysDependencies, site: string, id: string): Promise<void> {
  const [admin, ...others] = await adminKeysInForce(store, site);
  if (admin?.id === id && others.length === 0) {
    const mend =
      'make another one first (POST /v1/keys, or `bayeswatch keys create --role admin` on the data folder)';
    throw new AppError('last-admin-key', `${id} is the only admin key in force: ${mend}`);
  }
  const known = await store.revokeKey(site, id, clock.nowMs());
  if (!known) throw new AppError('key-not-found', `there is no key ${id.slice(0, 64)}`);
}

async function adminKeysInForce(store: Store, site: string): Promise<ApiKey[]> {
  const keys = await store.listKeys(site);
  return keys.filter(({ role, revokedAtMs }) => role === 'admin' && revokedAtMs === undefined);
}

export interface FirstKey {
  /** The text that the admin chose. */
  chosen: string | undefined;
  /** Told of a key that was made here, before its text is returned. */
  onMade: (key: ApiKey) => Promise<void>;
  /** Told that the chosen key was revoked. It stays so; there is another one, for the last is never revoked. */
  onRevoked: (problem: AppError) => void;
}

/**
 * The first admin key: the one that the admin chose, else a new one where the installation has none yet. Of processes that
 * start at the same moment one makes it.
 * @returns the text to show, once; null where nothing new was made here
 * @throws AppError `config-invalid` where the chosen text stands for a key that is not the site's admin key
 */
export async function ensureAdminKey(
  deps: KeysDependencies,
  site: string,
  { chosen, onMade, onRevoked }: FirstKey,
): Promise<string | null> {
  const role = 'admin' as const;
  if (chosen !== undefined) {
    const { key, outcome } = await putKey(deps, { site, role, name: 'BAYESWATCH_ADMIN_KEY' }, chosen);
    if (outcome === 'inserted') await onMade(key);
    else await checkChosen(deps, key, onRevoked);
    return null;
  }
  if ((await deps.store.countKeys()) > 0) return null;
  const secret = madeSecret(FIRST_ID);
  const { key, outcome } = await putKey(deps, { site, role, name: 'first admin key' }, secret);
  if (outcome === 'already-there') return null;
  await onMade(key);
  return secret;
}

/** That the key which stands under the id of the chosen one is that one, and tells where it was revoked. */
async function checkChosen(
  { store }: KeysDependencies,
  { id, hash, site }: ApiKey,
  onRevoked: FirstKey['onRevoked'],
): Promise<void> {
  const stored = await store.findKey(id);
  if (stored?.hash !== hash || stored.role !== 'admin' || stored.site !== site) {
    const reason = `BAYESWATCH_ADMIN_KEY stands for key ${id}, which is no admin key of the site ${site}`;
    throw new AppError('config-invalid', `${reason}: choose another text, or unset it`);
  }
  if (stored.revokedAtMs === undefined) return;
  const reason = `BAYESWATCH_ADMIN_KEY is key ${id}, which was revoked on ${new Date(stored.revokedAtMs).toISOString()}`;
  const mend = 'choose another text, or unset it; `bayeswatch keys create --role admin` makes a key';
  onRevoked(new AppError('config-invalid', `${reason} and stays so: ${mend}`));
}
