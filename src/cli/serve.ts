/** `bayeswatch serve`: everything in one process, until it is told to stop; `api` and `worker`: the halves of production. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Logger } from 'pino';
import { createApp } from '../api/app.ts';
import { addressReader } from '../api/client-address.ts';
import { Load } from '../api/load.ts';
import { Metrics } from '../api/metrics.ts';
import { rateLimitOf } from '../api/rate-limit.ts';
import { listen, type RunningServer, type TlsFiles } from '../api/server.ts';
import { Underway } from '../api/underway.ts';
import { removeStaged } from '../backup/make.ts';
import { type Composition, compose, type Part } from '../compose.ts';
import { type Config, policyVariablesOf } from '../config.ts';
import { DEFAULT_SITE } from '../domain/site.ts';
import { lockDataFolder } from '../store/sqlite/lock.ts';
import { storePathIn } from '../store/sqlite/open.ts';
import { isElsewhere, keepPlace, refuseDamaged } from '../store/sqlite/place.ts';
import { VERSION } from '../version.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type CommandContext, configOfTerminal, urlOf } from './command.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { keepPolicy } from './folder-config.ts';
import { loggerTo } from './logger.ts';
import { plainText } from './plain-text.ts';
import { firstKeyText } from './service.ts';
import { print, type Terminal } from './terminal.ts';
import { readTlsFiles } from './tls-files.ts';

/**
 * How long requests that are under way may take to finish after the signal to stop, and how long what is left of them
 * may take to notice that it was cut. With the time that learning gets (compose.ts) it is less than the ten seconds that
 * container engines wait; README.md tells all of it.
 */
const GRACE_MS = 5_000;
const CUT_MS = 1_000;
/** How often the files of a certificate are looked at: whoever renews one does so days before it ends. */
const RENEWAL_MS = 3_600_000;

export function serveCommand(context: CommandContext): Command {
  return command(context, 'serve', 'all', 'run the server: API, learning and store in one process');
}

export function apiCommand(context: CommandContext): Command {
  const does = 'answer requests, and leave learning to workers (MONGODB_URL and REDIS_URL)';
  return command(context, 'api', 'api', does);
}

export function workerCommand(context: CommandContext): Command {
  const does =
    'learn what api processes store and mark (MONGODB_URL and REDIS_URL); its port tells of its health';
  return command(context, 'worker', 'worker', does);
}

function command(context: CommandContext, name: string, part: Part, description: string): Command {
  return new Command(name)
    .description(description)
    .addHelpText('after', '\nIt is configured by BAYESWATCH_* variables; README.md lists them.')
    .action(async () => {
      const { terminal } = context;
      const config = configOfTerminal(terminal);
      if (part !== 'all') checkShares(name, config);
      const stop = context.stopSignal();
      const logger = loggerTo(terminal.stderr);
      const tls = readTlsFiles(config);
      const unlock = config.mongodbUrl === undefined ? await lockFolder(config.dataFolder, logger) : () => {};
      try {
        const composition = await compose({
          ...config,
          part,
          clock: SYSTEM_CLOCK,
          waitsForClock: true,
          onError: (error, what) => logger.error({ err: error }, what),
        });
        try {
          if (config.mongodbUrl === undefined) keepBeside(config, logger);
          await tellIdleVariables(terminal, { config, composition, logger });
          await serveUntil(stop, terminal, { part, config, composition, logger, tls });
        } finally {
          await composition.close();
        }
      } finally {
        unlock();
      }
    });
}

/**
 * The policy, so that commands on the folder judge alike, and where the database is. A server starts on a full disk, too:
 * then those before are kept.
 */
function keepBeside(config: Config, logger: Logger): void {
  try {
    keepPolicy(config);
    keepPlace(config.dataFolder);
  } catch (error) {
    logger.warn({ err: error }, 'keeping the policy in the data folder');
  }
}

/** Whoever changes a variable and sees nothing change has to be told why. */
async function tellIdleVariables(
  { env }: Terminal,
  { config, composition, logger }: Pick<Serving, 'config' | 'composition' | 'logger'>,
): Promise<void> {
  const { set } = await composition.services.getPolicy(DEFAULT_SITE);
  const variables = Object.keys(policyVariablesOf(config.policy)).filter(name => (env[name] ?? '') !== '');
  if (set === null || variables.length === 0) return;
  const by = { variables, number: set.number, by: set.by };
  logger.info(by, `the policy of site ${DEFAULT_SITE} was set: these variables count for nothing in it`);
}

/** The halves find each other nowhere else. */
function checkShares(name: string, { mongodbUrl, redisUrl }: Config): void {
  if (mongodbUrl !== undefined && redisUrl !== undefined) return;
  const mend = 'set both, or run `bayeswatch serve`, which does all in one process';
  throw new CommandError(EXIT.usage, `${name} shares its work over MONGODB_URL and REDIS_URL: ${mend}`);
}

/** @returns lets go of it    @throws AppError `data-folder-unusable` */
async function lockFolder(dataFolder: string, logger: Logger): Promise<() => void> {
  storePathIn(dataFolder);
  const unlock = lockDataFolder(dataFolder);
  try {
    if (isElsewhere(dataFolder)) {
      logger.info('the database was copied: all of it is read once');
      refuseDamaged(dataFolder);
    }
    await removeStaged(dataFolder);
  } catch (error) {
    unlock();
    throw error;
  }
  return unlock;
}

interface Serving {
  part: Part;
  config: Config;
  composition: Composition;
  logger: Logger;
  tls: TlsFiles | undefined;
}

async function serveUntil(stop: AbortSignal, terminal: Terminal, serving: Serving): Promise<void> {
  const { composition, logger } = serving;
  const underway = new Underway();
  const server = await listenOn(serving, underway);
  const renewal = renewing(serving, server);
  try {
    // Made once it listens, and shown before anything else can fail: once it is stored, nobody can read it any more.
    const firstAdminKey = serving.part === 'worker' ? null : await composition.ensureAdminKey();
    if (firstAdminKey !== null) await print(terminal.stdout, firstKeyText(firstAdminKey));
    await print(terminal.stdout, startText(serving, server));
    await composition.startLearning();
    await aborted(stop);
    await print(terminal.stdout, 'stopping: what has begun is finished first\n');
  } finally {
    clearInterval(renewal);
    await server.close(GRACE_MS);
    const left = await underway.idle(CUT_MS);
    if (left > 0) logger.warn({ requests: left }, 'requests still run while the store is closed');
  }
  await print(terminal.stdout, 'stopped\n');
}

const DOES: Record<Part, string> = { all: 'watches', api: 'answers', worker: 'learns; its health' };

function startText({ part, config }: Serving, server: RunningServer): string {
  const url = urlOf(config.host, server.port, config.tls === undefined ? 'http' : 'https').href;
  const { mongodbUrl, redisUrl, dataFolder } = config;
  const lines = [
    `Bayeswatch ${VERSION} ${DOES[part]} at ${url}`,
    ...(part === 'worker' ? [] : [`  API description  ${url}docs`]),
    mongodbUrl === undefined
      ? `  data folder      ${plainText(resolve(dataFolder))}`
      : `  store            ${withoutPassword(mongodbUrl)}`,
    ...(redisUrl === undefined ? [] : [`  jobs and bus     ${withoutPassword(redisUrl)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @example withoutPassword('redis://:secret@cache:6379/0?password=secret') // 'redis://cache:6379/0' */
function withoutPassword(url: string): string {
  const [, scheme = '', hosts = ''] = /^([\w+]+:\/\/)(?:[^/?#]*@)?([^?#]*)/.exec(url) ?? [];
  return plainText(`${scheme}${hosts}`);
}

/** A certificate that was renewed is shown from then on; one that cannot be used is told, and the one before stays. */
function renewing({ config, logger, tls }: Serving, server: RunningServer): NodeJS.Timeout | undefined {
  if (tls === undefined) return undefined;
  let shown = tls;
  const renew = () => {
    try {
      const read = readTlsFiles(config);
      if (read === undefined || (read.cert === shown.cert && read.key === shown.key)) return;
      server.renew(read);
      shown = read;
      logger.info('the certificate was renewed');
    } catch (error) {
      logger.error({ err: error }, 'renewing the certificate');
    }
  };
  return setInterval(renew, RENEWAL_MS).unref();
}

async function listenOn(
  { part, config, composition, logger, tls }: Serving,
  underway: Underway,
): Promise<RunningServer> {
  const { host, port, limits, trustedProxies, keyRequestsPerMinute } = config;
  const { services } = composition;
  const metrics = new Metrics();
  metrics.watchProcess();
  const metricsNeedKey = !isLoopback(host);
  const load = new Load();
  const parts = {
    services,
    limits,
    logger,
    clock: SYSTEM_CLOCK,
    version: VERSION,
    metrics,
    load,
    underway,
    metricsNeedKey,
    addressOf: addressReader(trustedProxies),
    rateLimit:
      keyRequestsPerMinute === undefined
        ? undefined
        : rateLimitOf(keyRequestsPerMinute, composition.countHit),
    part: part === 'worker' ? ('health' as const) : ('all' as const),
  };
  try {
    return await listen(createApp(parts), { host, port }, tls);
  } catch (cause) {
    throw new CommandError(EXIT.unreachable, cannotListen(config, cause), { cause });
  }
}

function cannotListen({ host, port }: Config, cause: unknown): string {
  switch (systemCodeOf(cause)) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken: stop the program that has it, or set BAYESWATCH_PORT (0 picks a free one)`;
    case 'EACCES':
      return `port ${port} needs more rights: set BAYESWATCH_PORT to one from 1024 on`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: set BAYESWATCH_HOST to one, or to 0.0.0.0 for all`;
    default:
      return `cannot listen at ${host}, port ${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

/** Whether only this machine can reach what listens there. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
