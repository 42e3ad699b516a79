/**
 * What a command works with: a server, or the data folder as if it were one.
 *
 * A command that works on the data folder opens it and serves it to itself: the same API on a port of the loopback
 * address that the system picks, with a key that lives in this process alone. So there is one way in for both, and what
 * a file means, which lines are refused and what a key may hold is decided in one place. The store takes several
 * processes at a time (everything in it is inserted once under a unique id), so a server may run beside it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { pino } from 'pino';
import { createApp } from '../api/app.ts';
import { listen } from '../api/server.ts';
import { type Composition, compose } from '../compose.ts';
import type { Config } from '../config.ts';
import type { ApiKey } from '../domain/key.ts';
import { DEFAULT_SITE, SITE_PATTERN } from '../domain/site.ts';
import { orClose } from '../threads/closing.ts';
import { VERSION } from '../version.ts';
import { Client } from './client.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { clientOf, type ServerOptions } from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import type { FolderConfig } from './folder-config.ts';
import { plainText } from './plain-text.ts';
import { print, type Terminal } from './terminal.ts';
import { userName } from './user-name.ts';

export interface Service {
  client: Client;
  /** What stands behind it where it is the data folder; null for a server. */
  folder: Composition | null;
}

export interface ServiceOptions extends ServerOptions {
  /** The site to work on in a data folder; a server knows it by the key. */
  site?: string;
}

/** How long a private server waits for its own client when it closes. */
const GRACE_MS = 1_000;

/**
 * Runs work against the server of `--url`, or against the data folder where none is named, and lets go of it.
 * @throws CommandError 3 where there is no data folder; AppError `data-folder-unusable`
 */
export async function withService<T>(
  terminal: Terminal,
  config: Config & Partial<FolderConfig>,
  options: ServiceOptions,
  work: (service: Service) => Promise<T>,
): Promise<T> {
  if (options.url !== undefined) {
    if (options.site !== undefined) {
      throw new CommandError(EXIT.usage, '--site is for the data folder; a server knows the site by the key');
    }
    return work({ client: clientOf(config, options), folder: null });
  }
  const folder = await openFolder(terminal, config);
  try {
    const site = siteOf(options);
    await tellDifferences(terminal, folder, site, config.differences ?? []);
    const result = await withPrivateServer(folder, config, site, work);
    // What was learnt is fitted, too, before the command ends.
    await folder.settled();
    return result;
  } finally {
    await folder.close();
  }
}

/** A policy that was set holds whatever an environment says. */
async function tellDifferences(
  { stderr }: Terminal,
  { services }: Composition,
  site: string,
  differences: readonly string[],
): Promise<void> {
  if (differences.length === 0 || (await services.getPolicy(site)).set !== null) return;
  for (const difference of differences) await print(stderr, `${plainText(difference)}\n`);
}

function siteOf({ site = DEFAULT_SITE }: ServiceOptions): string {
  if (SITE_PATTERN.test(site)) return site;
  throw new CommandError(EXIT.usage, '--site takes lower-case letters, digits and hyphens, at most 63');
}

async function openFolder(terminal: Terminal, config: Config): Promise<Composition> {
  if (config.mongodbUrl === undefined && !existsSync(config.dataFolder)) {
    const mend = 'start `bayeswatch serve` once, set BAYESWATCH_DATA, or name a server with --url';
    throw new CommandError(EXIT.unreachable, `there is no data folder ${config.dataFolder}: ${mend}`);
  }
  const folder = await compose({
    ...config,
    // A command is no worker: it would take the work of others along when it ends.
    redisUrl: undefined,
    clock: SYSTEM_CLOCK,
    onError: (error, what) => {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.stderr.write(`bayeswatch: ${plainText(`${what}: ${reason}`)}\n`);
    },
  });
  const firstAdminKey = await orClose(() => folder.close(), folder.ensureAdminKey());
  if (firstAdminKey !== null) await print(terminal.stderr, firstKeyText(firstAdminKey));
  return folder;
}

/** The first admin key of an installation is shown by whatever opens its folder first. */
export function firstKeyText(key: string): string {
  return `The first admin key, shown this once:\n\n  ${plainText(key)}\n\n`;
}

async function withPrivateServer<T>(
  folder: Composition,
  config: Config,
  site: string,
  work: (service: Service) => Promise<T>,
): Promise<T> {
  const secret = randomBytes(32).toString('base64url');
  const key: ApiKey = {
    id: `local:${userName()}`,
    site,
    role: 'admin',
    name: 'this command',
    hash: '',
    createdAtMs: 0,
  };
  const services = {
    ...folder.services,
    authenticate: async (shown: string) => (shown === secret ? key : null),
  };
  const logger = pino({ enabled: false });
  const common = { limits: config.limits, clock: SYSTEM_CLOCK, version: VERSION };
  const app = createApp({ services, ...common, logger, addressOf: () => 'local' });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    return await work({
      client: new Client(new URL(server.url), secret, { name: 'the data folder' }),
      folder,
    });
  } finally {
    await server.close(GRACE_MS);
  }
}
