/** The only place that constructs adapters and binds the use cases to them. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import maxmind, { type AsnResponse, type CountryResponse } from 'maxmind';
import { type OpenBackup, openBackup } from './backup/make.ts';
import { InProcessBus } from './bus/in-process.ts';
import type { Bus } from './bus/port.ts';
import type { Clock } from './domain/clock.ts';
import { AppError, publicDetailOf } from './domain/errors.ts';
import type { Policy } from './domain/policy.ts';
import { DEFAULT_SITE } from './domain/site.ts';
import { InProcessJobs } from './jobs/in-process.ts';
import type { Jobs } from './jobs/port.ts';
import { AuditLog } from './services/audit-log.ts';
import { auditedServices, type UnauditedServices } from './services/audited-services.ts';
import { exportTokens } from './services/export-tokens.ts';
import { getModel, getProgress } from './services/get-model.ts';
import { openIngest } from './services/ingest-records.ts';
import { judgeRecords } from './services/judge-records.ts';
import { createKey, ensureAdminKey, KeyProver, revokeKey } from './services/keys.ts';
import { type LearnerPort, learnerBy } from './services/learner.ts';
import { Ledger } from './services/learning/ledger.ts';
import { backupMaker } from './services/make-backup.ts';
import { markWindow, previewWindow, retractWindow } from './services/mark-window.ts';
import { Models } from './services/models.ts';
import { readiness, type ThreadHealth } from './services/readiness.ts';
import { openScoring } from './services/score-records.ts';
import { getRecord, searchRecords } from './services/search-records.ts';
import type { Services } from './services/services.ts';
import { getWindow, listWindows } from './services/windows.ts';
import type { Store } from './store/port.ts';
import { storePathIn } from './store/sqlite/open.ts';
import { SqliteStore } from './store/sqlite/sqlite-store.ts';
import { stageInThread } from './threads/backup-client.ts';
import { openLearnerThread } from './threads/learner-client.ts';
import { openStoreThread } from './threads/store-client.ts';
import type { FixedContext } from './tokenize/fixed.ts';
import { localClock } from './tokenize/local-clock.ts';
import { KNOWN_TOKENIZERS } from './tokenize/tokenizers.ts';

/** What compose needs of the configuration; config.ts gives all of it. */
export interface ComposeOptions {
  /** Folder of the embedded store, or `:memory:` for one that lives and dies with this process, without threads. */
  dataFolder: string;
  policy: Policy;
  learnAfterMs: number;
  adminKey: string | undefined;
  countryMmdb: string | undefined;
  asnMmdb: string | undefined;
  clock: Clock;
  /** Told of failures that no caller waits for, and of a first admin key that is none any more: nothing stops for them. */
  onError: (error: unknown, what: string) => void;
}

export interface Composition {
  services: Services;
  store: Store;
  jobs: Jobs;
  bus: Bus;
  models: Models;
  audit: AuditLog;
  /** The first admin key, where one was made now: to be shown once. */
  firstAdminKey: string | null;
  /**
   * A backup of all sites, while they are in use. @param folder where the copy is made: the data folder unless named
   * @throws AppError `backup-unavailable`
   */
  openBackup(folder?: string): Promise<OpenBackup>;
  /** Learning of all sites is looked after: at once, and every minute from now on. */
  startLearning(): Promise<void>;
  /** Learning that goes on gets LEARNING_GRACE_MS; what is cut then is found and taken up at the next start. */
  close(): Promise<void>;
}

/** Entries and intents that a lost hint left behind are found again this often. */
const POLL_MS = 60_000;
const LEARNING_GRACE_MS = 2_000;

export async function compose(options: ComposeOptions): Promise<Composition> {
  const { clock, policy } = options;
  const places = await openPlaces(options);
  /** Done once learning has started: at once, every minute, and where a thread had to be started again. */
  let lookForWork = () => {};
  const embedded = await openEmbedded(options, () => lookForWork());
  const { store, learner, closeAll } = embedded;
  const ledger = new Ledger(store);
  const models = new Models(learner, clock, KNOWN_TOKENIZERS);
  const bus = new InProcessBus();
  const doneTo = new Map<string, number>();
  let learningFailure: string | null = null;
  let isClosing = false;
  let isClosed = false;
  const jobs = new InProcessJobs({
    delayMs: options.learnAfterMs,
    onError: (error, site) => {
      // What learning meets whose store was closed under it is no failure.
      if (isClosing) return;
      learningFailure = publicDetailOf(error);
      options.onError(error, `learning of site ${site}`);
    },
    work: async site => {
      const entry = await learner.advance(site);
      learningFailure = null;
      if (doneTo.get(site) === entry) return;
      await models.refresh(site);
      doneTo.set(site, entry);
      await bus.publish({ type: 'learnt', site, entry });
    },
  });
  const context: FixedContext = { ...localClock(policy.timeZone), ...places };
  const deps = {
    store,
    ledger,
    models,
    jobs,
    clock,
    source: learner,
    newId: randomUUID,
    tokenizers: KNOWN_TOKENIZERS,
    policyOf: () => policy,
    contextOf: () => context,
  };
  const keys = new KeyProver(deps);
  const { dataFolder } = options;
  const backUp = async (folder = dataFolder) => {
    if (dataFolder === ':memory:') throw new AppError('backup-unavailable', 'the store is in memory');
    const from = storePathIn(dataFolder);
    return openBackup({ from, to: folder, policy, nowMs: clock.nowMs() }, stageInThread);
  };
  const unaudited: UnauditedServices = {
    openScoring: (site, scoring) => openScoring(deps, site, scoring),
    openIngest: (caller, ingest) => openIngest(deps, caller, ingest),
    markWindow: (caller, request) => markWindow(deps, caller, request),
    previewWindow: (site, request) => previewWindow(deps, site, request),
    listWindows: (site, page) => listWindows(deps, site, page),
    getWindow: (site, id) => getWindow(deps, site, id),
    retractWindow: (caller, id) => retractWindow(deps, caller, id),
    judgeRecords: (caller, items, note) => judgeRecords(deps, caller, items, note),
    getModel: site => getModel(deps, site),
    getProgress: site => getProgress(deps, site),
    listTokens: (site, query) => learner.listTokens(site, query),
    exportTokens: ({ site }) => exportTokens(learner, site),
    searchRecords: (site, query) => searchRecords(deps, site, query),
    getRecord: (site, id, explain) => getRecord(deps, site, id, explain),
    authenticate: secret => keys.authenticate(secret),
    createKey: ({ site }, role, name) => createKey(deps, site, role, name),
    listKeys: site => store.listKeys(site),
    revokeKey: ({ site }, id) => revokeKey(deps, site, id).finally(() => keys.forget(id)),
    makeBackup: backupMaker(store, backUp),
    readiness: () =>
      readiness(
        { ...embedded, models, learningFailure: () => learningFailure, onError: options.onError },
        DEFAULT_SITE,
      ),
  };
  const audit = new AuditLog(store);
  const services = auditedServices(unaudited, {
    audit,
    clock,
    // A request that is cut when the program stops ends after its store: its begin is told, its end is not.
    onError: (error, what) => isClosed || options.onError(error, what),
  });
  const onRevoked = (problem: AppError) => options.onError(problem, 'the first admin key');
  const adminKey = auditingNewKeys({ store, audit, clock }, DEFAULT_SITE, () =>
    ensureAdminKey(deps, DEFAULT_SITE, options.adminKey, onRevoked),
  );
  const firstAdminKey = await orClose(closeAll, adminKey);
  let poll: NodeJS.Timeout | undefined;
  const wakeAll = async () => {
    for (const site of await store.listSites()) jobs.wake(site);
  };
  return {
    services,
    store,
    jobs,
    bus,
    models,
    audit,
    firstAdminKey,
    openBackup: backUp,
    async startLearning() {
      await models.refresh(DEFAULT_SITE);
      await wakeAll();
      lookForWork = () => {
        wakeAll().catch(error => options.onError(error, 'looking for work'));
      };
      poll = setInterval(lookForWork, POLL_MS);
      poll.unref();
    },
    async close() {
      clearInterval(poll);
      lookForWork = () => {};
      await within(LEARNING_GRACE_MS, jobs.close());
      isClosing = true;
      await bus.close();
      await audit.close();
      isClosed = true;
      await closeAll();
    },
  };
}

/** Keys that the program itself makes are in the audit like all others. */
async function auditingNewKeys<T>(
  { store, audit, clock }: { store: Store; audit: AuditLog; clock: Clock },
  site: string,
  make: () => Promise<T>,
): Promise<T> {
  const before = new Set((await store.listKeys(site)).map(({ id }) => id));
  const made = await make();
  for (const { id, role, name } of await store.listKeys(site)) {
    if (before.has(id)) continue;
    const who = { atMs: clock.nowMs(), by: 'start', from: 'local' };
    const entry = { action: 'key.make', outcome: 'done', subject: id, details: { role, name } } as const;
    await audit.append(site, { ...who, ...entry });
  }
  return made;
}

/** Resolves with the work, or without it after a time. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const limit = new AbortController();
  const passed = setTimeout(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([work, passed]).finally(() => limit.abort());
}

/** What has been opened is closed again where the next step fails: a thread would keep the process. */
async function orClose<T>(close: () => Promise<void>, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    await close();
    throw error;
  }
}

/** A part that cannot be closed keeps no other one open. Rejects with the first failure, once all have been tried. */
async function closeInOrder(...closes: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closes) await close().catch(error => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

interface Embedded {
  store: Store;
  learner: LearnerPort;
  storeHealth: () => ThreadHealth;
  learnerHealth: () => ThreadHealth;
  closeAll: () => Promise<void>;
}

const WITHOUT_THREAD: ThreadHealth = { restarts: 0, ended: null };

/** @param onRestart told when a thread that had ended is there again */
async function openEmbedded(options: ComposeOptions, onRestart: () => void): Promise<Embedded> {
  const { dataFolder, policy, clock } = options;
  if (dataFolder === ':memory:') {
    const store = new SqliteStore(':memory:');
    const learner = learnerBy(policy, store, clock);
    const health = () => WITHOUT_THREAD;
    return { store, learner, storeHealth: health, learnerHealth: health, closeAll: () => store.close() };
  }
  const path = storePathIn(dataFolder);
  const keep = (name: string) => ({
    onEnd: (error: unknown) => options.onError(error, `the thread of the ${name} has ended`),
    onRestart,
  });
  const store = await openStoreThread(path, keep('store'));
  const learner = await orClose(store.close, openLearnerThread({ path, policy }, keep('learner')));
  const closeAll = () => closeInOrder(learner.close, store.close);
  return { store, learner, storeHealth: store.health, learnerHealth: learner.health, closeAll };
}

/** Country and network of an address, from the databases that the admin names; without one, nothing is known. */
async function openPlaces({
  countryMmdb,
  asnMmdb,
}: ComposeOptions): Promise<Pick<FixedContext, 'countryOf' | 'asnOf'>> {
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
