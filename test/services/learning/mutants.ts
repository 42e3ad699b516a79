/**
 * The rules of the protocol, each taken out of a copy of the code: what the simulation has to find out. A mutant is
 * text to find in a file of src/services (exactly once) and what to put there.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Mutant {
  rule: string;
  edits: readonly { file: string; find: string; put: string }[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    rule: 'the plan is written down before it is worked',
    edits: [
      {
        file: 'learning/advance-ledger.ts',
        find: 'if (there !== null) return there;',
        put: 'if (there !== null && entry.number < 0) return there;',
      },
      {
        file: 'learning/advance-ledger.ts',
        find: "if ((await store.putPlan(site, plan)) === 'inserted') return plan;",
        put: 'if (plan.entry > 0) return plan;',
      },
    ],
  },
  {
    rule: 'late carries records, not intents',
    edits: [
      {
        file: 'learning/late.ts',
        find: 'if (isStored(intent, due) ||',
        put: 'const waits = due.missing > 0 || due.records.length > 0;\n      if (waits) for (const ref of intent.records) late.set(recordIdOf(ref), ref);\n      if (waits || isStored(intent, due) ||',
      },
    ],
  },
  {
    rule: 'an intent goes only when all that it names is stored',
    edits: [
      {
        file: 'learning/late.ts',
        find: 'return due.missing === 0 && intent.memberships.every(hasMembership);',
        put: 'return due.missing >= 0 || intent.memberships.every(hasMembership);',
      },
    ],
  },
  {
    rule: 'an intent names memberships too',
    edits: [
      {
        file: 'learning/late.ts',
        find: 'return due.missing === 0 && intent.memberships.every(hasMembership);',
        put: 'return due.missing === 0 || intent.memberships.every(hasMembership);',
      },
    ],
  },
  {
    rule: 'a membership is a document of its own',
    edits: [
      {
        file: 'store-batch.ts',
        find: 'await store.putMemberships(site, memberships);',
        put: "await store.putMemberships(site, memberships.filter((_, index) => outcomes[index] === 'inserted'));",
      },
      {
        file: 'learning/late.ts',
        find: 'return due.missing === 0 && intent.memberships.every(hasMembership);',
        put: 'return due.missing === 0 || intent.memberships.every(hasMembership);',
      },
    ],
  },
  {
    rule: 'the ledger is read after the insert',
    edits: [
      {
        file: 'store-batch.ts',
        find: 'await store.putIntent(site, intent);',
        put: 'const early = await ledger.read(site);\n  const upTo = early.last;\n  await store.putIntent(site, intent);',
      },
      {
        file: 'store-batch.ts',
        find: "rulings.some(ruling => ruling.class !== 'none')",
        put: "memberships.length > 0 || records.some(head => early.rulingOf(head, new Set(), upTo).class !== 'none')",
      },
    ],
  },
  {
    rule: 'observations are fixed at acceptance',
    edits: [
      {
        file: 'learning/segment.ts',
        find: 'observationsOf(stored, tokenize)',
        put: 'observationsOf({ record: stored.record, fixed: [] }, tokenize)',
      },
    ],
  },
  {
    rule: 'counts are after minus before over whole episodes',
    edits: [
      {
        file: 'learning/segment.ts',
        find: 'if (!touched.has(episode)) continue;',
        put: 'if (!touched.has(episode) || !rows.has(identity)) continue;',
      },
    ],
  },
  {
    rule: 'a repeated entry counts once',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: 'this.#ids.has(entry.id) || this.#countsForNothing(entry)',
        put: 'this.#countsForNothing(entry)',
      },
    ],
  },
  {
    rule: 'of two lists of one name in force, only the first counts',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: 'return this.#isNameTaken(entry) || this.#isNoNewer(entry);',
        put: 'return this.#isNoNewer(entry);',
      },
    ],
  },
  {
    rule: 'a seal counts the slice a last time',
    edits: [
      {
        file: 'learning/manifest.ts',
        find: "if (ruling.class === (before?.class ?? 'none')",
        put: "if (entry.type === 'seal' || ruling.class === (before?.class ?? 'none')",
      },
    ],
  },
  {
    rule: 'nothing but a retraction touches a sealed slice',
    edits: [
      {
        file: 'learning/plan.ts',
        find: '.filter(({ slice }) => !state.isSealed(slice, entry.number))',
        put: '.filter(({ parts }) => parts !== 0)',
      },
      {
        file: 'learning/advance-ledger.ts',
        find: 'return state.isSealed(planned.slice, entry.number)',
        put: "return entry.type === 'retract' && state.isSealed(planned.slice, entry.number)",
      },
    ],
  },
  {
    rule: "a token of an episode is one incident's alone",
    edits: [
      {
        file: 'learning/seal.ts',
        find: 'shares.push(...before, {',
        put: 'shares.push({',
      },
    ],
  },
  {
    rule: 'an entry is counted by the tokenizer of its generation',
    edits: [
      {
        file: 'learning/advance-ledger.ts',
        find: 'tokenizers.getTokenizer(state.tokenizerAt(entry.number))',
        put: 'tokenizers.getTokenizer(tokenizers.newest)',
      },
    ],
  },
  {
    rule: 'a tokenizer that is no newer counts for nothing',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: ' || this.#isNoNewer(entry)',
        put: '',
      },
    ],
  },
  {
    rule: 'what a newer tokenizer has replaced counts no more',
    edits: [
      {
        file: 'model-follower.ts',
        find: 'if (!isInForce(state, key, untilEntry)) continue;',
        put: 'if (key.entry > untilEntry) continue;',
      },
    ],
  },
  {
    rule: 'a sealed slice keeps its generation',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: 'this.#generationAt(Math.min(upTo, sealedBy)).entry',
        put: 'this.#generationAt(Math.min(upTo, sealedBy + upTo)).entry',
      },
    ],
  },
  {
    rule: 'a reader begins anew with a generation',
    edits: [
      {
        file: 'model-follower.ts',
        find: 'if (known?.generation !== generation || known.entry > entry) this.#forget(site);',
        put: 'if (known === undefined || known.entry > entry) this.#forget(site);',
      },
    ],
  },
  {
    rule: 'a generation counts once it is done',
    edits: [
      {
        file: 'model-follower.ts',
        find: 'const tokenizerVersion = state.tokenizerAt(entry);',
        put: 'const tokenizerVersion = state.tokenizerAt();',
      },
    ],
  },
  {
    rule: 'the sum of a generation is less that of what it replaces',
    edits: [
      {
        file: 'learning/advance-ledger.ts',
        find: 'sum.addSum(await replacedSum(this.#deps, site, state, entry), -1);',
        put: 'await replacedSum(this.#deps, site, state, entry);',
      },
    ],
  },
  {
    rule: 'segments are removed once what replaces them is done',
    edits: [
      {
        file: 'learning/generations.ts',
        find: 'number < state.generationAt(doneTo)',
        put: 'number < state.generationAt(state.last)',
      },
      {
        file: 'learning/generations.ts',
        find: 'filter(key => !isInForce(state, key, doneTo))',
        put: 'filter(key => !isInForce(state, key, Math.max(doneTo, state.last)))',
      },
    ],
  },
  {
    rule: 'counts that are in force are not imported again',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: 'return this.findImportOf(entry.imported.sum) !== null;',
        put: 'return entry.number < 0;',
      },
    ],
  },
  {
    rule: 'what was imported no tokenizer counts again',
    edits: [
      {
        file: 'learning/ledger-state.ts',
        find: 'if (slice === IMPORT_SLICE) return',
        put: 'if (slice === IMPORT_SLICE && upTo < 0) return',
      },
    ],
  },
  {
    rule: 'the parts of an import stay once its entry may be there',
    edits: [
      {
        file: 'import-tokens.ts',
        find: 'if (state.findImport(id) === null) {',
        put: 'if (state.findImport(id)?.entry.imported.trust !== 1) {',
      },
    ],
  },
  {
    rule: 'a reader serves no tokens that it cannot see',
    edits: [
      {
        file: 'model-follower.ts',
        find: '    tokenizers.getTokenizer(tokenizerVersion);',
        put: '    tokenizers.getTokenizer(tokenizers.newest);',
      },
    ],
  },
];

/** Found, but in less than one life of a hundred: bench/protocol runs them over enough of them. */
export const RARE: readonly Mutant[] = [
  {
    rule: 'what a reader has read is held against the sum of what is done',
    edits: [
      {
        file: 'model-follower.ts',
        find: 'if (followed.countedSum.toString() === followed.sum) {',
        put: 'if (followed.countedSum.toString() === followed.sum || followed.entry > 0) {',
      },
    ],
  },
  {
    rule: 'a writer that meets the seal does not acknowledge',
    edits: [
      {
        file: 'store-batch.ts',
        find: 'if (state.isSealed(own.slice)) waiting.push(index);',
        put: 'if (state.isSealed(own.slice) && outcome === undefined) waiting.push(index);',
      },
    ],
  },
  {
    rule: 'a planned slice gets a manifest, even an empty one',
    edits: [
      {
        file: 'learning/advance-ledger.ts',
        find: "(await store.putManifest(site, mine)) === 'inserted'",
        put: "mine.rows.length === 0 || (await store.putManifest(site, mine)) === 'inserted'",
      },
    ],
  },
  {
    rule: "whoever loses a manifest's insert takes the winner's",
    edits: [
      {
        file: 'learning/advance-ledger.ts',
        find: 'manifests.push(won ? mine : found(',
        put: 'manifests.push(won || mine !== null ? mine : found(',
      },
    ],
  },
  {
    rule: 'each attempt has a fresh intent id',
    edits: [
      {
        file: 'store-batch.ts',
        find: 'const intent = { id: newId(),',
        put: "const intent = { id: refs.map(ref => ref.identity.slice(6, 8)).join('-'),",
      },
    ],
  },
];

/**
 * Rules that learning keeps twice: taken out alone they change no count. A judgement of a record that comes later is due
 * when its writer reads the ledger (the check is for the caller, who gets a 404); and whoever stored the first copy of a
 * record has looked at it too, or has left an intent. bench/protocol runs them beside the others.
 */
export const KEPT_TWICE: readonly Mutant[] = [
  {
    rule: 'a judgement needs a stored record',
    edits: [
      {
        file: 'judge-records.ts',
        find: 'if (missing !== undefined) throw',
        put: 'if (missing !== undefined && judgements.length === 0) throw',
      },
    ],
  },
  {
    rule: "a duplicate's first copy decides",
    edits: [
      {
        file: 'store-batch.ts',
        find: "rulings.some(ruling => ruling.class !== 'none')",
        put: "memberships.length > 0 || records.some(head => state.rulingOf(head, new Set()).class !== 'none')",
      },
    ],
  },
];

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A copy of src with the mutant's edits, under the project so that packages resolve. @returns its src folder, and its end */
export function plant(mutant: Mutant): { src: string; remove: () => void } {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tmp', 'mutant-'));
  const src = join(folder, 'src');
  mkdirSync(src);
  for (const name of readdirSync(join(ROOT, 'src'))) {
    if (name === 'services') cpSync(join(ROOT, 'src', name), join(src, name), { recursive: true });
    else symlinkSync(join(ROOT, 'src', name), join(src, name));
  }
  for (const { file, find, put } of mutant.edits) {
    const path = join(src, 'services', file);
    const text = readFileSync(path, 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
    writeFileSync(
      path,
      text.replace(find, () => put),
    );
  }
  return { src, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
