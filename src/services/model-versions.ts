/**
 * Versions of a site's model for people: what there was, what made each of it, and the decision which one is served. A
 * version is named by the id of its model, or by the number of its entry: a mark and its retraction bring an id back.
 */
import { modelIdOf } from '../bayes/model-id.ts';
import type { Bus } from '../bus/port.ts';
import { AppError, type FieldProblem, wrongCursor } from '../domain/errors.ts';
import type { Label } from '../domain/label.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { Policy } from '../domain/policy.ts';
import type { Page } from '../store/port.ts';
import type { Tokenizers } from '../tokenize/tokenizers.ts';
import type { Caller } from './caller.ts';
import type { LearnerPort } from './learner.ts';
import type { LedgerState } from './learning/ledger-state.ts';
import { isWhole, type SiteVersions, type Version, type Versions } from './learning/versions.ts';
import type { MarkingDependencies } from './mark-window.ts';
import type { DiffRequest, ModelDiff } from './model-diff.ts';
import { type ParametersOf, parametersIn } from './model-parameters.ts';
import type { Models } from './models.ts';
import { getLesson } from './windows.ts';

/** What an entry of the ledger did, in a few words. */
export interface Cause {
  type: LedgerEntry['type'];
  /** When it was appended, and by whose key; absent where a worker did. */
  atMs: number;
  by?: string | undefined;
  /** The window that was marked, imported or retracted. */
  window?: string | undefined;
  label?: Label | undefined;
  note?: string | undefined;
  /** How many records it names. */
  records?: number | undefined;
  /** Of a newer tokenizer. */
  tokenizer?: number | undefined;
}

export interface VersionView {
  id: string;
  entry: number;
  doneAtMs: number;
  cause: Cause;
  isServed: boolean;
}

/** Which version was decided for; it is served, or will be in a moment. */
export interface ActivatedVersion {
  id: string;
  entry: number;
  /** Whether the newest is followed from now on. */
  isCurrent: boolean;
}

export interface VersionsDependencies extends MarkingDependencies {
  versions: Versions;
  models: Models;
  bus: Bus;
  tokenizers: Tokenizers;
  /** As the store knows it now. */
  policyOf: (site: string) => Promise<Policy>;
}

/** Newest first. The cursor is the number of the last entry of the page before. */
export async function listModels(
  deps: VersionsDependencies,
  site: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<Page<VersionView>> {
  const { ledger, versions, models } = deps;
  if (cursor !== undefined && !/^[1-9]\d{0,14}$/.test(cursor)) throw wrongCursor();
  const served = (await models.current(site)).entry;
  const all = await versions.read(site);
  const state = await ledger.read(site);
  const parametersOf = await parametersIn(deps, site);
  const servedEntry = all.at(served).entry;
  const items: VersionView[] = [];
  for (const version of all.newestFirst(cursor === undefined ? undefined : Number(cursor))) {
    if (items.length === limit) return { items, nextCursor: String(items.at(-1)?.entry) };
    const { entry, doneAtMs } = version;
    const cause = causeOf(await ledger.entry(site, entry));
    const id = idOf(version, state, parametersOf);
    items.push({ id, entry, doneAtMs, cause, isServed: entry === servedEntry });
  }
  return { items };
}

export function causeOf(entry: LedgerEntry): Cause {
  const { type, by, appendedAtMs: atMs } = entry;
  switch (entry.type) {
    case 'mark': {
      const { label, note, scope } = entry.mark;
      return { type, atMs, by, window: entry.id, label, note: scope.type === 'list' ? scope.name : note };
    }
    case 'import':
      return { type, atMs, by, window: entry.id, note: entry.imported.note };
    case 'retract':
      return { type, atMs, by, window: entry.markId };
    case 'judge':
      return { type, atMs, by, records: entry.judgements.length, note: entry.note };
    case 'late':
      return { type, atMs, by, records: entry.records.length };
    case 'tokenizer':
      return { type, atMs, by, tokenizer: entry.version };
    case 'baseline':
    case 'seal':
    case 'activate':
      return { type, atMs, by };
  }
}

function idOf({ entry, sum }: Version, state: LedgerState, parametersOf: ParametersOf): string {
  return modelIdOf(sum, parametersOf(state.tokenizerAt(entry)));
}

/** Names of the newest version. */
export const CURRENT = 'current';

/**
 * The version of this name: `current`, the number of an entry, or the id of a model, of which the newest counts.
 * @throws AppError `model-not-found`
 */
export async function getVersion(
  deps: Pick<VersionsDependencies, 'store' | 'ledger' | 'versions' | 'policyOf'>,
  site: string,
  name: string,
): Promise<{ version: Version; versions: SiteVersions; state: LedgerState }> {
  const { ledger, versions } = deps;
  const all = await versions.read(site);
  const state = await ledger.read(site);
  const found = findVersion(all, state, await parametersIn(deps, site), name);
  if (found === null) throw new AppError('model-not-found', 'there is no version of the model of this name');
  return { version: found, versions: all, state };
}

function findVersion(
  versions: SiteVersions,
  state: LedgerState,
  parametersOf: ParametersOf,
  name: string,
): Version | null {
  if (name === CURRENT) return versions.at(versions.last);
  if (/^(?:0|[1-9]\d{0,14})$/.test(name))
    return Number(name) > versions.last ? null : versions.at(Number(name));
  if (!/^[0-9a-f]{32}$/.test(name)) return null;
  for (const version of versions.newestFirst())
    if (idOf(version, state, parametersOf) === name) return version;
  const empty = versions.at(0);
  return idOf(empty, state, parametersOf) === name ? empty : null;
}

/**
 * The site is scored by that version from now on, in every process, until another one is activated; `current` follows the
 * newest again. Learning goes on.
 * @throws AppError `model-not-found`, `model-gone`, `tokenizer-unknown`
 */
export async function activateModel(
  deps: VersionsDependencies,
  { site, keyId }: Caller,
  name: string,
): Promise<ActivatedVersion> {
  const { ledger, models, jobs, bus, clock, newId, tokenizers } = deps;
  const { version, versions, state } = await getVersion(deps, site, name);
  const isCurrent = name === CURRENT;
  tokenizers.getTokenizer(state.tokenizerAt(version.entry));
  await checkWhole(deps, site, { version, versions, state });
  const appended = await ledger.append(site, {
    type: 'activate',
    id: newId(),
    appendedAtMs: clock.nowMs(),
    by: keyId,
    ...(isCurrent ? {} : { version: version.entry }),
  });
  await models.refresh(site);
  await bus.publish({ type: 'learnt', site, entry: appended.number });
  jobs.wake(site);
  return { id: idOf(version, state, await parametersIn(deps, site)), entry: version.entry, isCurrent };
}

/** @throws AppError `model-gone` */
export async function checkWhole(
  { store }: Pick<VersionsDependencies, 'store'>,
  site: string,
  { version, versions, state }: { version: Version; versions: SiteVersions; state: LedgerState },
): Promise<void> {
  if (await isWhole(store, site, state, { versions, entry: version.entry })) return;
  const by = state.generationAt(versions.last);
  const detail = `the counts up to entry ${version.entry} are gone: entry ${by} has counted all again by a newer tokenizer`;
  throw new AppError('model-gone', detail);
}

export interface DiffQuery {
  /** Name of the other version. */
  to: string;
  /** Id of a window; then there is no other version, and the first is the newest. */
  without?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface DiffView extends ModelDiff {
  from: { id: string; entry: number };
  /** Absent where it is what the first would be without the window. */
  to?: { id: string; entry: number } | undefined;
  nextCursor?: string | undefined;
}

/**
 * What moved between two versions, the tokens that moved most first. Or what would move were a window taken back.
 * @throws AppError `model-not-found`, `model-gone`, `window-not-found`, `invalid-request`, `tokenizer-unknown`
 */
export async function diffModels(
  deps: VersionsDependencies & { source: Pick<LearnerPort, 'diff'> },
  site: string,
  name: string,
  { to: toName, without, cursor, limit }: DiffQuery,
): Promise<DiffView> {
  if (cursor !== undefined && !/^[1-9]\d{0,5}$/.test(cursor)) throw wrongCursor();
  const from = await getVersion(deps, site, name);
  const parametersOf = await parametersIn(deps, site);
  const shown = (version: Version) => ({ id: idOf(version, from.state, parametersOf), entry: version.entry });
  const to = without === undefined ? await getVersion(deps, site, toName) : null;
  for (const each of [from, to]) if (each !== null) await checkWhole(deps, site, each);
  const request: DiffRequest =
    to === null
      ? { from: from.versions.last, without: checkTaught(from, without ?? '') }
      : { from: from.version.entry, to: to.version.entry };
  const offset = Number(cursor ?? 0);
  const { moves, tokens, totals } = await deps.source.diff(site, request, { offset, limit });
  return {
    from: shown(from.version),
    to: to === null ? undefined : shown(to.version),
    totals,
    tokens,
    moves,
    nextCursor: offset + limit < tokens ? String(offset + limit) : undefined,
  };
}

/** The id of a window that the newest version was taught by. @throws AppError `window-not-found`, `invalid-request` */
function checkTaught(
  { version, versions, state }: { version: Version; versions: SiteVersions; state: LedgerState },
  without: string,
): string {
  const { entry, retractedBy } = getLesson(state, without);
  if (version.entry !== versions.at(versions.last).entry)
    throw wrongParameter('a window can be left out of the newest version alone: ask of `current`');
  if (entry.number > versions.last) throw wrongParameter('the window is not learnt yet');
  if (retractedBy !== undefined) throw wrongParameter('the window is taken back already');
  return without;
}

function wrongParameter(detail: string): AppError {
  const problem: FieldProblem = { detail, parameter: 'without' };
  return new AppError('invalid-request', detail, { errors: [problem] });
}
