/** `bayeswatch serve`: everything in one process, until it is told to stop; `api` and `worker`: the halves of production. */
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
import { isLoopback } from '../is-loopback.ts';
import { lockDataFolder } from '../store/sqlite/lock.ts';
import { storePathIn } from '../store/sqlite/open.ts';
import { isElsewhere, keepPlace, refuseDamaged } from '../store/sqlite/place.ts';
import { CannotListen, listenSyslog, type RunningSyslog } from '../syslog/listen.ts';
import type { SyslogTls } from '../syslog/options.ts';
import type { SyslogConfig } from '../syslog-config.ts';
import { VERSION } from '../version.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { type CommandContext, configOfTerminal, urlOf } from './command.ts';
import { CommandError, EXIT, systemCodeOf } from './exit.ts';
import { keepPolicy } from './folder-config.ts';
import { loggerTo } from './logger.ts';
import { plainText } from './plain-text.ts';
import { firstKeyText } from './service.ts';
import { print, type Terminal } from './terminal.ts';
import { readSyslogTlsFiles, readTlsFiles } from './tls-files.ts';

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
      const syslogTls = part === 'worker' ? undefined : readSyslogTlsFiles(config);
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
          await serveUntil(stop, terminal, { part, config, composition, logger, tls, syslogTls });
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
  syslogTls: SyslogTls | undefined;
}

async function serveUntil(stop: AbortSignal, terminal: Terminal, serving: Serving): Promise<void> {
  const { composition, logger, config } = serving;
  const process = { underway: new Underway(), metrics: new Metrics(), load: new Load() };
  const server = await listenOn(serving, process);
  const renewals = [renewing(logger, serving.tls, () => readTlsFiles(config), server.renew)];
  let syslog: RunningSyslog | null = null;
  try {
    syslog = await syslogOn(serving, process);
    if (syslog !== null) {
      renewals.push(renewing(logger, serving.syslogTls, () => readSyslogTlsFiles(config), syslog.renew));
    }
    // Made once it listens, and shown before anything else can fail: once it is stored, nobody can read it any more.
    const firstAdminKey = serving.part === 'worker' ? null : await composition.ensureAdminKey();
    if (firstAdminKey !== null) await print(terminal.stdout, firstKeyText(firstAdminKey));
    await print(terminal.stdout, startText(serving, server, syslog));
    await composition.startLearning();
    await aborted(stop);
    await print(terminal.stdout, 'stopping: what has begun is finished first\n');
  } finally {
    for (const renewal of renewals) clearInterval(renewal);
    await Promise.all([server.close(GRACE_MS), syslog?.close(GRACE_MS)]);
    const left = await process.underway.idle(CUT_MS);
    if (left > 0) logger.warn({ requests: left }, 'requests still run while the store is closed');
  }
  await print(terminal.stdout, 'stopped\n');
}

const DOES: Record<Part, string> = { all: 'watches', api: 'answers', worker: 'learns; its health' };

function startText({ part, config }: Serving, server: RunningServer, syslog: RunningSyslog | null): string {
  const url = urlOf(config.host, server.port, config.tls === undefined ? 'http' : 'https').href;
  const { mongodbUrl, redisUrl, dataFolder } = config;
  const lines = [
    `Bayeswatch ${VERSION} ${DOES[part]} at ${url}`,
    ...(part === 'worker' ? [] : [`  API description  ${url}docs`]),
    mongodbUrl === undefined
      ? `  data folder      ${plainText(resolve(dataFolder))}`
      : `  store            ${withoutPassword(mongodbUrl)}`,
    ...(redisUrl === undefined ? [] : [`  jobs and bus     ${withoutPassword(redisUrl)}`]),
    ...(syslog === null || config.syslog === undefined ? [] : [syslogText(config.syslog, syslog)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @example syslogText({ host: '::1', … }, …) // '  syslog           udp [::1]:5514, tcp [::1]:6514' */
function syslogText({ host }: SyslogConfig, { listeners }: RunningSyslog): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const ports = listeners.map(({ transport, port }) => `${transport} ${shown}:${port}`);
  return `  syslog           ${ports.join(', ')}`;
}

/** @example withoutPassword('redis://:secret@cache:6379/0?password=secret') // 'redis://cache:6379/0' */
function withoutPassword(url: string): string {
  const [, scheme = '', hosts = ''] = /^([\w+]+:\/\/)(?:[^/?#]*@)?([^?#]*)/.exec(url) ?? [];
  return plainText(`${scheme}${hosts}`);
}

/** A certificate that was renewed is shown from then on; one that cannot be used is told, and the one before stays. */
function renewing<Files extends TlsFiles>(
  logger: Logger,
  first: Files | undefined,
  read: () => Files | undefined,
  show: (files: Files) => void,
): NodeJS.Timeout | undefined {
  if (first === undefined) return undefined;
  let shown = first;
  const renew = () => {
    try {
      const files = read();
      if (files === undefined || isDeepStrictEqual(files, shown)) return;
      show(files);
      shown = files;
      logger.info('the certificate was renewed');
    } catch (error) {
      logger.error({ err: error }, 'renewing the certificate');
    }
  };
  return setInterval(renew, RENEWAL_MS).unref();
}

/** What parts of the process share. */
interface Shared {
  underway: Underway;
  metrics: Metrics;
  load: Load;
}

async function listenOn(
  { part, config, composition, logger, tls }: Serving,
  { underway, metrics, load }: Shared,
): Promise<RunningServer> {
  const { host, port, limits, trustedProxies, keyRequestsPerMinute } = config;
  const { services } = composition;
  metrics.watchProcess();
  metrics.watchAddressDatabases(composition.addressDatabases);
  const metricsNeedKey = !isLoopback(host);
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
    const names = { host: 'BAYESWATCH_HOST', port: 'BAYESWATCH_PORT' };
    throw new CommandError(EXIT.unreachable, cannotListen(config, names, cause), { cause });
  }
}

/** The listener for syslog, where one is configured; null where there is none. */
async function syslogOn(
  { part, config, composition, logger, syslogTls: tls }: Serving,
  { metrics, load }: Shared,
): Promise<RunningSyslog | null> {
  if (part === 'worker' || config.syslog === undefined) return null;
  const { services } = composition;
  const { site, host } = config.syslog;
  metrics.addSite(site);
  if (site !== DEFAULT_SITE && (await services.listKeys(site)).length === 0) {
    logger.warn(
      { site },
      'the site of BAYESWATCH_SYSLOG_SITE has no key: nobody can read what is stored there',
    );
  }
  const { registry } = metrics;
  const parts = { services, clock: SYSTEM_CLOCK, registry, load, logger, tls };
  try {
    return await listenSyslog(config.syslog, parts);
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error;
    const { transport, port, cause } = error;
    const names = {
      host: 'BAYESWATCH_SYSLOG_HOST',
      port: `BAYESWATCH_SYSLOG_${transport.toUpperCase()}_PORT`,
    };
    throw new CommandError(EXIT.unreachable, cannotListen({ host, port }, names, cause), { cause });
  }
}

function cannotListen(
  { host, port }: Pick<Config, 'host' | 'port'>,
  variables: { host: string; port: string },
  cause: unknown,
): string {
  switch (systemCodeOf(cause)) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is taken: stop the program that has it, or set ${variables.port} (0 picks a free one)`;
    case 'EACCES':
      return `port ${port} needs more rights: set ${variables.port} to one from 1024 on`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: set ${variables.host} to one, or to 0.0.0.0 for all`;
    default:
      return `cannot listen at ${host}, port ${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
