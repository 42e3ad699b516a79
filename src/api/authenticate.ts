/**
 * Who asks, and may they: the key in a request, and what each role allows.
 *
 * `ingest` may score and store records; `viewer` may read and score (scoring reads the model and keeps nothing);
 * `responder` may do what a viewer may, and teach; `admin` may do everything. Storing is left to `ingest` and `admin`:
 * the key in a browser cannot add records, the key in a sensor cannot read them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../domain/errors.ts';
import type { Role } from '../domain/key.ts';
import type { Caller } from '../services/caller.ts';
import type { Services } from '../services/services.ts';

/** What a route asks for. */
export const PERMISSIONS = {
  /** POST /v1/score. */
  score: ['ingest', 'viewer', 'responder', 'admin'],
  /** POST /v1/records, labelled corpora included. */
  ingest: ['ingest', 'admin'],
  read: ['viewer', 'responder', 'admin'],
  /** Windows and judgements. */
  teach: ['responder', 'admin'],
  administer: ['admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

/** Characters of a key; longer ones are refused unread. */
const SECRET_CHARACTERS_MAX = 256;

/**
 * The secret in `Authorization: Bearer`, `Basic` (as its password), `ApiKey` (as it is, or in base64 behind an id, as clients
 * of Elasticsearch send theirs) or `X-API-Key`; null without one.
 * `Authorization` wins where both are there.
 * @example secretOf({ authorization: 'Basic ' + btoa('any:s3cret') }) // 's3cret'
 */
export function secretOf(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  if (authorization === undefined) {
    const key = headers['x-api-key'];
    return typeof key === 'string' ? key : null;
  }
  const space = authorization.indexOf(' ');
  const scheme = authorization.slice(0, Math.max(space, 0)).toLowerCase();
  const credentials = authorization.slice(space + 1).trim();
  if (scheme === 'bearer') return credentials;
  if (scheme === 'basic') return behindColon(credentials);
  if (scheme !== 'apikey') return null;
  // A key of ours has an underscore, which base64 has not; another one does not decode to text with a colon.
  const decoded = BASE64.test(credentials) ? behindColon(credentials) : null;
  return decoded !== null && PRINTABLE.test(decoded) ? decoded : credentials;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What follows the first colon of a text in base64; null without one. */
function behindColon(base64: string): string | null {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : text.slice(colon + 1);
}

/**
 * The caller behind a request.
 * @throws AppError `unauthenticated`: no key, or none that is in force; `forbidden`: the role does not allow it
 */
export async function authenticate(
  services: Pick<Services, 'authenticate'>,
  headers: IncomingHttpHeaders,
  permission: Permission,
): Promise<Caller> {
  const secret = secretOf(headers);
  if (secret === null || secret === '') {
    const detail =
      'send a key: Authorization: Bearer <key>, ApiKey <key>, X-API-Key: <key>, or Basic with it as the password';
    throw new AppError('unauthenticated', detail);
  }
  const key = secret.length > SECRET_CHARACTERS_MAX ? null : await services.authenticate(secret);
  if (key === null) throw new AppError('unauthenticated', 'the key is unknown or revoked');
  const roles: readonly Role[] = PERMISSIONS[permission];
  if (!roles.includes(key.role)) {
    throw new AppError('forbidden', `the key's role is ${key.role}; this takes ${roles.join(' or ')}`);
  }
  return { site: key.site, keyId: key.id };
}
