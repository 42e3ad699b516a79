/** A site is a tenant. Every key, record, window and model belongs to one; nothing ever crosses sites. */

export const DEFAULT_SITE = 'default';

/** Lower-case letters, digits and hyphens, 1 to 63 long, as a DNS label: safe in keys, file names and metrics. */
export const SITE_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
