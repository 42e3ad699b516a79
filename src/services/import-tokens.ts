/**
 * Taking over what another site has learnt. Its parts are stored first, under an id that nobody else knows; the entry that
 * names them brings all of it into force at once, so whatever is cut off in between has changed nothing.
 */
import { AppError, type FieldProblem } from '../domain/errors.ts';
import { IMPORT_ROWS_MAX } from '../domain/limits.ts';
import type { Caller } from './caller.ts';
import { ImportCheck, type ImportRow } from './import-check.ts';
import { ImportParts, type ImportPartsDependencies } from './import-parts.ts';
import type { ImportState, LedgerState } from './learning/ledger-state.ts';
import type { MarkingDependencies } from './mark-window.ts';
import type { WindowView } from './window-view.ts';
import { getLesson, viewOf } from './windows.ts';

export type ImportDependencies = MarkingDependencies & Pick<ImportPartsDependencies, 'partRowsMax'>;

/** A line, as far as it could be read. */
export type ImportLine = ImportRow | { line: number; problem: string };

export interface ImportRequest {
  /** In (0, 1], at most four decimals. */
  trust: number;
  note?: string | undefined;
}

/** Lines that are told of; whoever has more to mend finds them the next time. */
const PROBLEMS_MAX = 32;

/**
 * @param lines in batches, as they come
 * @returns the import as a window: the one in force where these counts were imported before with the same trust
 * @throws AppError `invalid-import` naming lines; `tokenizer-differs`; `import-in-force` where the counts are in force with
 *   another trust; `body-too-large`; and then nothing is imported
 */
export async function importTokens(
  deps: ImportDependencies,
  { site, keyId }: Caller,
  request: ImportRequest,
  lines: AsyncIterable<readonly ImportLine[]>,
): Promise<WindowView> {
  const { store, ledger, jobs, clock, newId } = deps;
  const id = newId();
  const imported = await storeParts(deps, site, id, request, lines).catch(async error => {
    // Parts that cannot be deleted now go with the retention: no entry names them.
    await store.deleteImport(site, id).catch(() => undefined);
    throw error;
  });
  const before = (await ledger.read(site)).findImportOf(imported.sum);
  if (before === null) {
    const draft = { type: 'import', id, appendedAtMs: clock.nowMs(), by: keyId, imported } as const;
    await ledger.append(site, draft);
    jobs.wake(site);
  }
  const state = await ledger.read(site);
  if (state.findImport(id) === null) {
    await store.deleteImport(site, id);
    return viewOf(store, site, sameOf(state, before, imported));
  }
  return viewOf(store, site, getLesson(state, id));
}

/** The import that was there before this one. @throws AppError `import-in-force` */
function sameOf(
  state: LedgerState,
  before: ImportState | null,
  { sum, trust }: { sum: string; trust: number },
): ImportState {
  const same = before ?? state.findImportOf(sum);
  if (same?.entry.imported.trust === trust) return same;
  const told = same === null ? 'and were taken back just now' : `as ${same.entry.id}, with another trust`;
  throw new AppError('import-in-force', `these counts are imported already, ${told}: retract that first`);
}

async function storeParts(
  deps: ImportDependencies,
  site: string,
  id: string,
  { trust, note }: ImportRequest,
  lines: AsyncIterable<readonly ImportLine[]>,
) {
  const check = new ImportCheck();
  const parts = new ImportParts(deps, site, id);
  const problems: FieldProblem[] = [];
  let rows = 0;
  for await (const batch of lines) {
    for (const line of batch) {
      const checked = 'problem' in line ? line : check.next(line);
      if (checked === null) continue;
      if ('problem' in checked) {
        problems.push({ detail: checked.problem, line: line.line });
        if (problems.length === PROBLEMS_MAX) throw invalid(problems);
        continue;
      }
      if (problems.length > 0) continue;
      rows += 1;
      if (rows > IMPORT_ROWS_MAX)
        throw new AppError('body-too-large', `importRowsMax: more than ${IMPORT_ROWS_MAX} lines`);
      await parts.add(checked);
    }
    await checkTokenizer(deps, site, check.tokenizer);
  }
  if (problems.length > 0) throw invalid(problems);
  const { tokenizer, missing } = check;
  if (missing !== null || tokenizer === null) throw invalid([{ detail: missing ?? 'it holds no line' }]);
  return { trust, note, tokenizer, tokens: rows, ...(await parts.end()) };
}

/** Tokens that nothing here would ever look up are not worth having. Asked for each batch: the ledger may move on. */
async function checkTokenizer(
  { ledger }: MarkingDependencies,
  site: string,
  version: number | null,
): Promise<void> {
  const own = await ledger.tokenizerVersion(site);
  if (version === null || version === own) return;
  const detail = `the export was counted by tokenizer ${version}, this site counts by ${own}`;
  throw new AppError('tokenizer-differs', detail);
}

function invalid(errors: readonly FieldProblem[]): AppError {
  const [first] = errors;
  const place = first?.line === undefined ? '' : `line ${first.line}: `;
  const detail = errors.length === 1 && first !== undefined ? `${place}${first.detail}` : 'see errors';
  return new AppError('invalid-import', detail, { errors });
}
