/**
 * Late records: those that the ledger had ruled on already when they were stored. Their writers left intents; here the
 * records that are due and not counted so are carried into the ledger, and an intent goes once everything that it
 * names is stored. An intent whose writer died half-way is looked at ever more rarely, and dropped once it is older than
 * the retention.
 */
import { type Identity, type RecordRef, recordIdOf, type Slice } from '../../domain/identity.ts';
import type { Intent, Membership } from '../../domain/ledger.ts';
import { LATE_RECORDS_MAX } from '../../domain/limits.ts';
import type { LearningDependencies } from './dependencies.ts';
import { type Due, type DueRecord, dueOf } from './due.ts';
import type { Counted, SliceFolds } from './slice-fold.ts';

const READ_INTENTS = 64;
/** A younger intent may still be fulfilled by its writer at any moment. */
const FRESH_MS = 60_000;

export class LateRecords {
  readonly #deps: LearningDependencies;
  readonly #folds: SliceFolds;
  /** Unfulfilled intents by site and id: when one was first looked at, and when to look again, in time that has passed (a clock that jumps would leave
   * what a writer stores at that moment unseen for as long). */
  readonly #unfulfilled = new Map<string, { firstMs: number; nextMs: number }>();

  constructor(deps: LearningDependencies, folds: SliceFolds) {
    this.#deps = deps;
    this.#folds = folds;
  }

  /**
   * Looks at the intents that are there, once. Every entry up to `doneTo` is counted.
   * @returns `appended`: a late entry waits to be counted; `behind`: the ledger has grown, count that first;
   *   `settled`: nothing is due
   */
  async collect(site: string, doneTo: number): Promise<'appended' | 'behind' | 'settled'> {
    const { store, ledger, clock, newId, breathe } = this.#deps;
    const late = new Map<string, RecordRef>();
    const fulfilled: string[] = [];
    const { intents, more } = await this.#intents(site);
    let behind = more;
    for (const whole of intents) {
      const intent = await this.#openPart(site, whole, doneTo);
      const due = await dueOf(store, ledger, site, intent.records);
      if (due.state.last > doneTo || late.size >= LATE_RECORDS_MAX) {
        behind = true;
        break;
      }
      for (const { head, ruling } of await this.#uncounted(site, due.records, doneTo)) {
        if (ruling.class === 'none') continue;
        late.set(recordIdOf(head), { slice: head.slice, identity: head.identity });
      }
      if (isStored(intent, due) || (await this.#isTooOld(site, intent))) fulfilled.push(intent.id);
      else this.#lookLater(site, intent);
      await breathe?.();
    }
    if (late.size > 0) {
      await ledger.append(site, {
        type: 'late',
        id: newId(),
        appendedAtMs: clock.nowMs(),
        records: [...late.values()],
      });
    }
    if (fulfilled.length > 0) await store.deleteIntents(site, fulfilled);
    return late.size > 0 ? 'appended' : behind ? 'behind' : 'settled';
  }

  /**
   * The intent without the records that need no look. One that is counted as the list says that the intent puts it on is
   * stored, and so is that membership; whatever else decides it by now is in the ledger, and so in what has been counted,
   * or is named by another intent.
   */
  async #openPart(site: string, intent: Intent, doneTo: number): Promise<Intent> {
    if (intent.memberships.length === 0) return intent;
    const state = await this.#deps.ledger.read(site);
    const countedOf = await this.#countedIn(site, intent.records, doneTo);
    const isDecided = ({ markId, record }: Membership) => {
      const mark = state.findMark(markId);
      return mark !== null && countedOf(record)?.decidedBy === mark.entry.number;
    };
    const needless = new Set(intent.memberships.filter(isDecided).map(({ record }) => recordIdOf(record)));
    for (const membership of intent.memberships) {
      if (!isDecided(membership)) needless.delete(recordIdOf(membership.record));
    }
    return {
      ...intent,
      records: intent.records.filter(record => !needless.has(recordIdOf(record))),
      memberships: intent.memberships.filter(({ record }) => !needless.has(recordIdOf(record))),
    };
  }

  /** Those whose class or deciding entry is not what has been counted up to `doneTo`. */
  async #uncounted(site: string, due: readonly DueRecord[], doneTo: number): Promise<DueRecord[]> {
    const heads = due.map(({ head }) => head);
    const countedOf = await this.#countedIn(site, heads, doneTo);
    return due.filter(({ head, ruling }) => {
      const before = countedOf(head);
      return ruling.class !== (before?.class ?? 'none') || ruling.decidedBy !== (before?.decidedBy ?? 0);
    });
  }

  /** What has been counted up to `doneTo`, of the records given. */
  async #countedIn(
    site: string,
    refs: readonly RecordRef[],
    doneTo: number,
  ): Promise<(ref: RecordRef) => Counted | undefined> {
    const folds = new Map<Slice, ReadonlyMap<Identity, Counted>>();
    for (const slice of new Set(refs.map(ref => ref.slice))) {
      folds.set(slice, await this.#folds.before(site, slice, doneTo + 1));
    }
    return ({ slice, identity }) => folds.get(slice)?.get(identity);
  }

  /**
   * Oldest first, without those that are not to be looked at yet. There are `more` where the page was full; each
   * further call deletes some or skips those found unfulfilled, so calls end.
   */
  async #intents(site: string): Promise<{ intents: Intent[]; more: boolean }> {
    const passedMs = this.#deps.clock.monotonicMs();
    const limit =
      READ_INTENTS + [...this.#unfulfilled.keys()].filter(key => key.startsWith(`${site} `)).length;
    const page = await this.#deps.store.listIntents(site, limit);
    const there = new Set(page.map(({ id }) => `${site} ${id}`));
    for (const key of this.#unfulfilled.keys()) {
      if (key.startsWith(`${site} `) && !there.has(key)) this.#unfulfilled.delete(key);
    }
    const intents = page.filter(
      ({ id }) => (this.#unfulfilled.get(`${site} ${id}`)?.nextMs ?? passedMs) <= passedMs,
    );
    return { intents, more: page.length === limit };
  }

  /** The longer an intent is known, the longer until the next look: as long again. */
  #lookLater(site: string, { id }: Intent): void {
    const key = `${site} ${id}`;
    const passedMs = this.#deps.clock.monotonicMs();
    const { firstMs } = this.#unfulfilled.get(key) ?? { firstMs: passedMs };
    const knownMs = passedMs - firstMs;
    this.#unfulfilled.set(key, { firstMs, nextMs: knownMs > FRESH_MS ? passedMs + knownMs : passedMs });
  }

  /** By a clock that jumped ahead the intent of a writer who stores at this moment would be years old. */
  async #isTooOld(site: string, { createdAtMs }: Intent): Promise<boolean> {
    const { clock, retentionMsOf, isClockSteady } = this.#deps;
    const retentionMs = await retentionMsOf(site);
    return clock.nowMs() - createdAtMs > retentionMs && (isClockSteady?.() ?? true);
  }
}

function isStored(intent: Intent, due: Due): boolean {
  const hasMembership = ({ markId, record }: Membership) =>
    due.state.isSealed(record.slice) || due.lists.of(record).has(markId);
  return due.missing === 0 && intent.memberships.every(hasMembership);
}
