/** API keys: a key has a site and a role. Its secret is shown once and kept as a keyed hash. */

export const ROLES = ['ingest', 'viewer', 'responder', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface ApiKey {
  /** Public part, 12 characters. */
  id: string;
  site: string;
  role: Role;
  name: string;
  /** HMAC-SHA256 of the secret under the installation's pepper, hex. */
  hash: string;
  createdAtMs: number;
  revokedAtMs?: number | undefined;
}
