/** The only place that constructs adapters and binds the use cases to them. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { AddressDatabases } from './address-databases.ts';
import { type OpenBackup, openBackup } from './backup/make.ts';
import type { Bus } from './bus/port.ts';
import type { AddressDatabaseHealth } from './domain/address-database-health.ts';
import type { Clock } from './domain/clock.ts';
import { AppError, isAppError } from './domain/errors.ts';
import type { ApiKey } from './domain/key.ts';
import type { Policy } from './domain/policy.ts';
import { DEFAULT_SITE } from './domain/site.ts';
import type { Jobs } from './jobs/port.ts';
import { ownQueues, type Queues, type QueuesOptions } from './queues.ts';
import { AuditLog } from './services/audit-log.ts';
import { auditMadeKey } from './services/audit-made-key.ts';
import { AuditRetention } from './services/audit-retention.ts';
import { auditedServices, type UnauditedServices } from './services/audited-services.ts';
import { exportTokens } from './services/export-tokens.ts';
import { FitRuns } from './services/fit-runs.ts';
import { getModel, getProgress } from './services/get-model.ts';
import { importTokens } from './services/import-tokens.ts';
import { openIngest } from './services/ingest-records.ts';
import { judgeRecords } from './services/judge-records.ts';
import { createKey, ensureAdminKey, KeyProver, revokeKey } from './services/keys.ts';
import { DoneEntries } from './services/learning/done-entries.ts';
import { Ledger } from './services/learning/ledger.ts';
import { Versions } from './services/learning/versions.ts';
import { LearningRuns } from './services/learning-runs.ts';
import { backupMaker } from './services/make-backup.ts';
import { markWindow, previewWindow, retractWindow } from './services/mark-window.ts';
import { ModelFeed } from './services/model-feed.ts';
import { activateModel, diffModels, listModels } from './services/model-versions.ts';
import { Models } from './services/models.ts';
import { Policies } from './services/policies.ts';
import { policyCurve } from './services/policy-curve.ts';
import { previewPruning } from './services/preview-pruning.ts';
import { readiness } from './services/readiness.ts';
import { openScoring } from './services/score-records.ts';
import { getRecord, searchRecords } from './services/search-records.ts';
import type { Services } from './services/services.ts';
import { setPolicy } from './services/set-policy.ts';
import { SiteLeases } from './services/site-leases.ts';
import { SitePoll } from './services/site-poll.ts';
import { getWindow, listWindows } from './services/windows.ts';
import type { Store } from './store/port.ts';
import { storePathIn } from './store/sqlite/open.ts';
import { stageInThread } from './threads/backup-client.ts';
import { orClose } from './threads/closing.ts';
import { IN_MEMORY, openEmbedded } from './threads/embedded.ts';
import { later } from './threads/later.ts';
import { openProduction } from './threads/production.ts';
import type { FixedContext } from './tokenize/fixed.ts';
import { LocalClocks } from './tokenize/local-clock.ts';
import { OwnSites } from './tokenize/own-site.ts';
import { KNOWN_TOKENIZERS } from './tokenize/tokenizers.ts';

/**
 * What a process does of the work of an installation: all of it, answering requests, or learning. Those that do a part find
 * each other over Redis.
 */
export type Part = 'all' | 'api' | 'worker';

/** What compose needs of the configuration; config.ts gives all of it. */
export interface ComposeOptions {
  /** All of it unless told otherwise. */
  part?: Part;
  /** Folder of the embedded store, or IN_MEMORY for one that lives and dies with this process, without threads. */
  dataFolder: string;
  /** The store of production; in its place, the data folder is not looked at. */
  mongodbUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** Of sites whose own was never set. */
  policy: Policy;
  learnAfterMs: number;
  /** Days that an entry of the audit is kept; Infinity for ever. */
  auditDays: number;
  adminKey: string | undefined;
  countryMmdb: string | undefined;
  asnMmdb: string | undefined;
  clock: Clock;
  /** See LearnerOptions: a server does, a command does not. */
  waitsForClock?: boolean | undefined;
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
  /** See Queues. */
  countHit: Queues['countHit'];
  addressDatabases(): AddressDatabaseHealth[];
  /**
   * Sees to it that there is an admin key, once nothing else can stand in the way of showing a new one.
   * @returns the first admin key, where one is made now: to be shown once; null where there was one
   * @throws AppError `config-invalid` where the chosen text stands for another key
   */
  ensureAdminKey(): Promise<string | null>;
  /**
   * A backup of all sites, while they are in use. @param folder where the copy is made: the data folder unless named
   * @throws AppError `backup-unavailable`
   */
  openBackup(folder?: string): Promise<OpenBackup>;
  /** Learning of all sites is looked after: at once, and every minute from now on. */
  startLearning(): Promise<void>;
  /** Resolves when no fit runs of what this process has learnt. */
  settled(): Promise<void>;
  /** Learning that goes on gets LEARNING_GRACE_MS; what is cut then is found and taken up at the next start. */
  close(): Promise<void>;
}

const LEARNING_GRACE_MS = 2_000;

export async function compose(options: ComposeOptions): Promise<Composition> {
  const { part = 'all', clock, policy, auditDays, mongodbUrl, redisUrl, onError } = options;
  const addressDatabases = await AddressDatabases.open(options);
  /** Known once there is a poll: a thread may end before. */
  let onRestart = () => {};
  const open = { ...options, onRestart: () => onRestart() };
  const footing = await (mongodbUrl === undefined
    ? openEmbedded(open)
    : openProduction({ ...open, mongodbUrl }));
  const { store, learner, fitting, closeAll } = footing;
  const ledger = new Ledger(store, { tokenizerVersion: KNOWN_TOKENIZERS.newest, newId: randomUUID });
  const models = new Models(learner, clock, KNOWN_TOKENIZERS);
  const audit = new AuditLog(store);
  const auditRetention = new AuditRetention({ store, audit, clock, auditDays });
  let isClosed = false;
  // A data folder has one server, and a process works a site once at a time: others are met over MongoDB alone.
  const leases = mongodbUrl === undefined ? null : openLeases(options, store);
  const work = async (site: string) => {
    await auditRetention.look(site).catch(error => {
      if (!isClosed) onError(error, `the retention of the audit of site ${site}`);
    });
    await (leases === null ? learning.run(site) : leases.hold(site, () => learning.run(site)));
  };
  const queuing: QueuesOptions = {
    work: part === 'api' ? undefined : work,
    delayMs: options.learnAfterMs,
    nowMs: () => clock.nowMs(),
    onFailure: (error, site) => learning.fail(error, site),
  };
  const openQueues = async (): Promise<Queues> => {
    if (redisUrl === undefined) return ownQueues(queuing);
    const installation = await store.secret('installation', randomUUID());
    // Whoever has no Redis does not load what talks to it.
    const { openSharedQueues } = await import('./shared-queues.ts');
    return openSharedQueues({ ...queuing, redisUrl, installation, onError });
  };
  const { jobs, bus, isReached, countHit } = await orClose(closeAll, openQueues());
  const serves = part !== 'worker';
  // Of a data folder, too: commands work beside its server.
  const isShared = mongodbUrl !== undefined || options.dataFolder !== IN_MEMORY;
  const serveNewest = async (site: string) => serves && models.refresh(site);
  const haveModel = async (site: string) => serves && models.current(site);
  const fits = new FitRuns({
    fitting,
    store,
    onFitted: async (site, entry) => {
      await serveNewest(site);
      await bus.publish({ type: 'learnt', site, entry });
    },
    monotonicMs: () => clock.monotonicMs(),
    later,
    onError,
  });
  const onLearnt = (site: string) => fits.wake(site);
  const learning = new LearningRuns({ learner, serveNewest, bus, onLearnt, jobs, onError });
  const feed = new ModelFeed({ models, bus, onError });
  const doneEntries = new DoneEntries(store);
  const poll = new SitePoll({ store, jobs, bus, onError });
  onRestart = () => poll.look();
  const policies = new Policies(store, policy);
  /** What the site is scored by; where there is no model to score with, what is in force. */
  const servedPolicyOf = async (site: string): Promise<Policy> => {
    try {
      return (await models.current(site)).policy;
    } catch (error) {
      if (!isAppError(error, 'tokenizer-unknown')) throw error;
      return policies.policyOf(site);
    }
  };
  const serveNewestWhereServed = async (site: string) => models.sites().includes(site) && serveNewest(site);
  const clocks = new LocalClocks();
  const ownSites = new OwnSites();
  const deps = {
    store,
    ledger,
    models,
    jobs,
    clock,
    source: learner,
    newId: randomUUID,
    tokenizers: KNOWN_TOKENIZERS,
    versions: new Versions(store),
    bus,
    policyOf: (site: string) => policies.policyOf(site),
    contextOf: (policy: Policy): FixedContext => ({
      ...clocks.of(policy.timeZone),
      ...addressDatabases.context,
      own: ownSites.of(policy),
    }),
  };
  const keys = new KeyProver(deps);
  const { dataFolder } = options;
  const backUp = async (folder = dataFolder) => {
    if (mongodbUrl !== undefined)
      throw new AppError('backup-unavailable', 'the store is MongoDB: its own tools back it up (mongodump)');
    if (dataFolder === IN_MEMORY) throw new AppError('backup-unavailable', 'the store is in memory');
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
    getDrift: site => learner.driftOf(site),
    getModelSizes: async site => (serves ? (await models.current(site)).model.sizes : new Map()),
    getProgress: site => getProgress({ ...deps, models: serves ? models : doneEntries }, site),
    getLearning: site => jobs.lookAt(site),
    runLearning: ({ site }) => jobs.hurry(site),
    listModels: (site, page) => listModels(deps, site, page),
    diffModels: (site, name, query) => diffModels(deps, site, name, query),
    activateModel: (caller, name) => activateModel(deps, caller, name),
    listTokens: (site, query) => learner.listTokens(site, query),
    exportTokens: ({ site }) => exportTokens(learner, site),
    getPolicy: site => policies.inForce(site),
    setPolicy: (caller, wanted, after) =>
      setPolicy({ store, clock, bus, serveNewest: serveNewestWhereServed, onError }, caller, wanted, after),
    previewPruning: (site, below) => previewPruning(deps, site, below),
    getPolicyCurve: site => policyCurve(deps, site),
    utcOf: async site => clocks.of((await servedPolicyOf(site)).timeZone).utcOf,
    importTokens: (caller, request, lines) => importTokens(deps, caller, request, lines),
    searchRecords: (site, query) => searchRecords(deps, site, query),
    getRecord: (site, id, explain) => getRecord(deps, site, id, explain),
    authenticate: secret => keys.authenticate(secret),
    createKey: ({ site }, role, name) => createKey(deps, site, role, name),
    listKeys: site => store.listKeys(site),
    revokeKey: ({ site }, id) => revokeKey(deps, site, id).finally(() => keys.forget(id)),
    makeBackup: backupMaker(store, backUp),
    readiness: () =>
      readiness(
        { ...footing, haveModel, learningFailure: () => learning.failure(), isReached, onError },
        DEFAULT_SITE,
      ),
    fitHealth: () => fits.health(),
  };
  const services = auditedServices(unaudited, {
    audit,
    clock,
    // A request that is cut when the program stops ends after its store: its begin is told, its end is not.
    onError: (error, what) => isClosed || onError(error, what),
  });
  const firstKey = {
    chosen: options.adminKey,
    onMade: (key: ApiKey) => auditMadeKey({ audit, clock }, key),
    onRevoked: (problem: AppError) => onError(problem, 'the first admin key'),
  };
  return {
    services,
    store,
    jobs,
    bus,
    models,
    audit,
    countHit,
    addressDatabases: () => addressDatabases.health(),
    ensureAdminKey: () => ensureAdminKey(deps, DEFAULT_SITE, firstKey),
    openBackup: backUp,
    settled: () => fits.settled(),
    async startLearning() {
      await serveNewest(DEFAULT_SITE).catch(error => {
        // Learning meets the same and tells of it; what needs no model goes on.
        if (!isAppError(error, 'tokenizer-unknown')) throw error;
      });
      if (serves) addressDatabases.watch(onError);
      if (serves && isShared) feed.start();
      if (part !== 'api') await poll.start();
    },
    async close() {
      addressDatabases.close();
      poll.stop();
      leases?.close();
      feed.stop();
      await within(LEARNING_GRACE_MS, jobs.close());
      learning.stop();
      fits.stop();
      await bus.close();
      await audit.close();
      isClosed = true;
      await closeAll();
    },
  };
}

function openLeases({ clock, onError }: ComposeOptions, store: Store): SiteLeases {
  const wait = (ms: number, signal: AbortSignal) =>
    setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return new SiteLeases({ store, clock, holder: randomUUID(), wait, onError });
}

/** Resolves with the work, or without it after a time. */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  const limit = new AbortController();
  const passed = setTimeout(limitMs, undefined, { signal: limit.signal }).catch(() => undefined);
  await Promise.race([work, passed]).finally(() => limit.abort());
}
