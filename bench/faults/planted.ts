/**
 * Faults planted in a copy of the program: what the lives have to find out. A fault is text to find in a file of src
 * (exactly once) and what to put there. Where nothing is killed none of them shows, so it is the kills that find them.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type Program, ROOT } from './program.ts';

export interface Fault {
  /** What is wrong. */
  what: string;
  edits: readonly { file: string; find: string; put: string }[];
}

/** How much earlier than it may a planted fault answers. */
const EARLY_MS = 5;
/** How long a planted fault keeps open what a kill has to fall into: learning has no answer to aim at. */
export const GAP_MS = 200;

/**
 * Learning waits for more than EARLY_MS here: where it looks for records before they are there, it looks again at the
 * next minute only, and a life with such a fault lasts as many minutes as it has steps.
 */
const ENVIRONMENT = { BAYESWATCH_LEARN_AFTER_MS: String(10 * EARLY_MS) };

export const PLANNED_IS_COUNTED: Fault = {
  what: 'after a restart an entry that is planned is taken to be counted',
  edits: [
    {
      file: 'services/learning/advance-ledger.ts',
      find: 'const plan = await this.#plan(site, state, entry);',
      put: `const isPlanned = (await store.findPlan(site, entry.number)) !== null;
    const plan = await this.#plan(site, state, entry);`,
    },
    {
      file: 'services/learning/advance-ledger.ts',
      find: 'for (const planned of plan.slices) {\n      const wanted =',
      put: 'for (const planned of isPlanned ? [] : plan.slices) {\n      const wanted =',
    },
  ],
};

export const FAULTS: readonly Fault[] = [
  {
    what: `the store answers ${EARLY_MS} ms before it commits`,
    edits: [
      {
        file: 'store/sqlite/driver.ts',
        find: "return this.#inTurn(() => this.#within('BEGIN IMMEDIATE', work));",
        put: `if (!this.#connection.isTransaction) {
      this.exec('BEGIN IMMEDIATE');
      setTimeout(() => this.#connection.isOpen && this.exec('COMMIT'), ${EARLY_MS});
    }
    return work();`,
      },
      {
        file: 'store/sqlite/driver.ts',
        find: "this.exec('PRAGMA wal_checkpoint(PASSIVE)');",
        put: "if (this.#connection.isTransaction) this.exec('COMMIT');\n      this.exec('PRAGMA wal_checkpoint(PASSIVE)');",
      },
    ],
  },
  {
    what: `a retraction is answered ${EARLY_MS} ms before the ledger has it`,
    edits: [
      {
        file: 'services/mark-window.ts',
        find: "await ledger.append(site, {\n      type: 'retract',",
        put: `const late = <T>(work: () => Promise<T>) => void setTimeout(() => void work().then(() => jobs.wake(site)), ${EARLY_MS});
    late(() => ledger.append(site, {
      type: 'retract',`,
      },
      {
        file: 'services/mark-window.ts',
        find: '      markId: id,\n    });',
        put: '      markId: id,\n    }));',
      },
    ],
  },
  {
    what: `a request is answered ${EARLY_MS} ms before the audit has it`,
    edits: [
      {
        file: 'services/audit-writer.ts',
        find: "await this.#write(caller, action, 'done', { ...given, ...content });",
        put: `setTimeout(() => void this.#write(caller, action, 'done', { ...given, ...content }), ${EARLY_MS});`,
      },
    ],
  },
  {
    what: `an intent goes ${GAP_MS} ms before its records are in the ledger`,
    edits: [
      {
        file: 'services/learning/late.ts',
        find: 'if (late.size > 0) {',
        put: `if (fulfilled.length > 0) {
      await store.deleteIntents(site, fulfilled);
      await new Promise(resolve => setTimeout(resolve, ${GAP_MS}));
    }
    if (late.size > 0) {`,
      },
    ],
  },
  PLANNED_IS_COUNTED,
  {
    what: 'a backup has its name before it is whole',
    edits: [
      {
        file: 'cli/backup.ts',
        find: 'writeBackup(service, file, dirname(path))',
        put: 'rename(unfinished, path).then(() => writeBackup(service, file, dirname(path)))',
      },
      { file: 'cli/backup.ts', find: '    await rename(unfinished, path);\n', put: '' },
    ],
  },
  {
    what: 'a start leaves what a killed backup was copying',
    edits: [{ file: 'cli/serve.ts', find: 'await removeStaged(dataFolder);', put: '' }],
  },
];

/**
 * A copy of what is built, under the project so that packages resolve, with the fault in it.
 * @throws Error where the text to find is not there exactly once
 */
export function plant(fault: Fault): { program: Program; remove: () => void } {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tmp', 'planted-'));
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'docs'), join(folder, 'docs'));
  const texts = textsWith(fault);
  for (const [file, text] of texts) {
    const built = join(
      folder,
      'dist',
      dirname(file),
      `${file.slice(dirname(file).length + 1, -'.ts'.length)}.js`,
    );
    writeFileSync(built, transpiled(text));
  }
  const program = { main: join(folder, 'dist/cli/main.js'), environment: ENVIRONMENT };
  return { program, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The files that the fault edits, with it. @throws Error where the text to find is not there exactly once */
export function textsWith(fault: Fault): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, put } of fault.edits) {
    const text = texts.get(file) ?? readFileSync(join(ROOT, 'src', file), 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
    texts.set(
      file,
      text.replace(find, () => put),
    );
  }
  return texts;
}

function transpiled(text: string): string {
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
