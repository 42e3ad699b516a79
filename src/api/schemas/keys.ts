/** API keys, as they are asked for and told. */
import { z } from 'zod';
import { type ApiKey, ROLES } from '../../domain/key.ts';
import { InstantText, instantText, Name } from './common.ts';

const RoleName = z.enum(ROLES).meta({
  description:
    '`ingest`: score and store records; `viewer`: read and score; `responder`: as viewer, and windows and labels; `admin`: all.',
});

export const KeyRequest = z.strictObject({ role: RoleName, name: Name }).meta({ id: 'KeyRequest' });

const KEY = {
  id: z.string(),
  site: z.string(),
  role: RoleName,
  name: z.string(),
  createdAt: InstantText,
};

export const KeyResponse = z.strictObject({ ...KEY, revokedAt: InstantText.optional() }).meta({ id: 'Key' });
export const KeyCreatedResponse = z.strictObject({
  ...KEY,
  secret: z.string().meta({ description: 'The key itself; it is told this once.' }),
});

export function keyJson({
  id,
  site,
  role,
  name,
  createdAtMs,
  revokedAtMs,
}: ApiKey): z.infer<typeof KeyResponse> {
  return {
    id,
    site,
    role,
    name,
    createdAt: instantText(createdAtMs),
    revokedAt: revokedAtMs === undefined ? undefined : instantText(revokedAtMs),
  };
}
