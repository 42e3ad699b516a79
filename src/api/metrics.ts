/**
 * What Prometheus reads at GET /metrics. Labels come from closed lists (route templates, outcomes, fields that tokenizers
 * see), never from requests; sites are not told apart, because the page may be open.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AddressDatabaseHealth } from '../domain/address-database-health.ts';
import { isConditionalField } from '../domain/conditional.ts';
import { SEQUENCE_FIELDS } from '../domain/observation.ts';
import { DEFAULT_SITE } from '../domain/site.ts';
import type { LearningProgress } from '../services/get-model.ts';
import type { Services } from '../services/services.ts';
import type { Load } from './load.ts';

const TEXT_FIELDS: ReadonlySet<string> = new Set(SEQUENCE_FIELDS);

export type RecordOperation = 'score' | 'ingest';

export interface RecordCounts {
  accepted: number;
  duplicates: number;
  rejected: number;
}

export class Metrics {
  readonly registry = new Registry();
  readonly #requestSeconds: Histogram;
  readonly #records: Counter;
  readonly #sites = new Set([DEFAULT_SITE]);

  constructor() {
    const registers = [this.registry];
    this.#requestSeconds = new Histogram({
      name: 'bayeswatch_http_request_duration_seconds',
      help: 'Time from the headers of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 10, 60],
      registers,
    });
    this.#records = new Counter({
      name: 'bayeswatch_records_total',
      help: 'Lines and records that were posted, by what became of them.',
      labelNames: ['operation', 'outcome'],
      registers,
    });
  }

  /** Memory, CPU, event loop and garbage collection of this process; once a process, so the server asks for it. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry, prefix: 'bayeswatch_' });
  }

  /** Gauges that are asked for when the page is. */
  watchServices(services: Services, load: Load): void {
    const gauge = (name: string, help: string, read: () => Promise<number> | number) =>
      new Gauge({
        name: `bayeswatch_${name}`,
        help,
        registers: [this.registry],
        async collect() {
          // The page must tell of an outage, not fall to it: what cannot be asked for is NaN.
          this.set(await Promise.resolve(read()).catch(() => Number.NaN));
        },
      });
    new Counter({
      name: 'bayeswatch_thread_restarts_total',
      help: 'Threads that ended by themselves and were started again, by the part of GET /readyz that needs them.',
      labelNames: ['part'],
      registers: [this.registry],
      async collect() {
        const readiness = await services.readiness().catch(() => null);
        if (readiness === null) return;
        this.reset();
        for (const [part, { restarts }] of Object.entries(readiness.parts)) {
          if (restarts !== undefined) this.inc({ part }, restarts);
        }
      },
    });
    new Counter({
      name: 'bayeswatch_fits_failed_total',
      help: 'Fits of what evidence is worth that failed in this process; scoring goes on by the fit before, and the log says why.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(services.fitHealth().failures);
      },
    });
    gauge(
      'fits_failing_sites',
      'Sites whose last fit failed in this process; each is fitted again after a minute.',
      () => services.fitHealth().failingSites,
    );
    /** Of all sites seen; gauges of one page share one answer. */
    let asked: Promise<LearningProgress[]> | null = null;
    const sum = async (of: (progress: LearningProgress) => number) => {
      asked ??= Promise.all([...this.#sites].map(site => services.getProgress(site))).finally(() => {
        asked = null;
      });
      return (await asked).reduce((total, progress) => total + of(progress), 0);
    };
    gauge('ready', '1 when the server is ready, as GET /readyz says.', async () =>
      Number((await services.readiness()).ready),
    );
    gauge('model_entries', 'Ledger entries that are counted in the models of all sites seen.', () =>
      sum(progress => progress.entry),
    );
    gauge('learning_backlog_records', 'Records that wait to be learnt.', () =>
      sum(progress => progress.backlog.records),
    );
    gauge('learning_backlog_windows', 'Windows that wait to be learnt.', () =>
      sum(progress => progress.backlog.windows),
    );
    const sites = this.#sites;
    new Gauge({
      name: 'bayeswatch_drift_nats',
      help: 'How far the values of a field have moved this week (GET /v1/model, drift), 0 to 0.693; the largest of all sites seen.',
      labelNames: ['field'],
      registers: [this.registry],
      async collect() {
        this.reset();
        const drifts = await Promise.all([...sites].map(site => services.getDrift(site).catch(() => null)));
        const largest = new Map<string, number>();
        for (const { field, divergence } of drifts.flatMap(drift => drift?.fields ?? [])) {
          largest.set(field, Math.max(divergence, largest.get(field) ?? 0));
        }
        for (const [field, divergence] of largest) this.set({ field }, divergence);
      },
    });
    new Gauge({
      name: 'bayeswatch_model_tokens',
      help: 'Tokens of the models of all sites seen, kept or pruned (pruneBelow of the policy): texts by field, others by kind.',
      labelNames: ['field', 'outcome'],
      registers: [this.registry],
      async collect() {
        this.reset();
        const sizes = await Promise.all(
          [...sites].map(site => services.getModelSizes(site).catch(() => null)),
        );
        for (const [field, { kept, pruned }] of sizes.flatMap(ofSite => [...(ofSite ?? [])])) {
          this.inc({ field: fieldLabelOf(field), outcome: 'kept' }, kept);
          this.inc({ field: fieldLabelOf(field), outcome: 'pruned' }, pruned);
        }
      },
    });
    gauge('record_requests', 'Requests with records that are under way.', () => load.requests);
    gauge('held_bytes', 'Whole bodies and unread answers that are held in memory.', () => load.heldBytes);
  }

  /** @param health of the databases of addresses in use, asked when the page is */
  watchAddressDatabases(health: () => readonly AddressDatabaseHealth[]): void {
    const registers = [this.registry];
    new Gauge({
      name: 'bayeswatch_address_database_built_timestamp_seconds',
      help: 'When the database of addresses that is in use was made, Unix time.',
      labelNames: ['database'],
      registers,
      collect() {
        for (const { name, builtAtMs } of health()) this.set({ database: name }, builtAtMs / 1_000);
      },
    });
    new Counter({
      name: 'bayeswatch_address_database_failures_total',
      help: 'Newer databases of addresses that could not be read, and look-ups that met what cannot be.',
      labelNames: ['database'],
      registers,
      collect() {
        this.reset();
        for (const { name, failures } of health()) this.inc({ database: name }, failures);
      },
    });
  }

  /** Sites that a key of this process has spoken for; their number is bounded by that of the keys. */
  addSite(site: string): void {
    this.#sites.add(site);
  }

  /** @param route the template, e.g. `/v1/windows/{id}`; `none` where no route matched */
  countRequest(method: string, route: string, status: number, durationMs: number): void {
    this.#requestSeconds.observe({ method, route, status }, durationMs / 1_000);
  }

  countRecords(operation: RecordOperation, counts: RecordCounts): void {
    for (const outcome of ['accepted', 'duplicates', 'rejected'] as const) {
      if (counts[outcome] > 0) this.#records.inc({ operation, outcome }, counts[outcome]);
    }
  }
}

/** An import may name fields that no tokenizer sees, so only those of texts are told by name. */
function fieldLabelOf(field: string): string {
  if (TEXT_FIELDS.has(field)) return field;
  if (field.includes('#')) return 'shape';
  return isConditionalField(field) ? 'conditional' : 'categories';
}
