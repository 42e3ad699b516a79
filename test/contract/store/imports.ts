/** Imports: parts that are there before the ledger names them. */
import { expect } from 'vitest';
import type { ImportPart } from '../../../src/domain/ledger.ts';
import type { Cases } from '../store.contract.ts';
import { OTHER_SITE, SITE } from './builders.ts';

export const importCases: Cases = {
  'a part of an import comes back by its key, and the first put wins': async ({ store, other }) => {
    const part = partOf('one', 3);
    expect(await store.findImportPart(SITE, part)).toBeNull();
    expect(await store.putImportPart(SITE, part)).toBe('inserted');
    const later = { ...part, createdAtMs: 9, sum: 'f'.repeat(32), counts: new Uint8Array([9]) };
    expect(await other.putImportPart(SITE, later)).toBe('already-there');
    expect(await other.findImportPart(SITE, part)).toEqual(part);
    expect(await store.findImportPart(SITE, { importId: 'one', part: 2 })).toBeNull();
    expect(await store.findImportPart(OTHER_SITE, part)).toBeNull();
  },

  'imports are listed by their parts, and go with all of them': async ({ store }) => {
    // One id is the beginning of another, and one is not fit for any key.
    const hostile = 'one/\u0000%$';
    const parts = [partOf('one', 0), partOf('one', 1), partOf('one2', 0), partOf(hostile, 0)];
    for (const part of parts) await store.putImportPart(SITE, part);
    await store.putImportPart(OTHER_SITE, partOf('one', 0));
    const listed = async (site: string) =>
      (await store.listImports(site)).sort((a, b) => (a.importId < b.importId ? -1 : 1));
    expect(await listed(SITE)).toEqual([
      { importId: 'one', parts: 2, newestAtMs: 1_001 },
      { importId: hostile, parts: 1, newestAtMs: 1_000 },
      { importId: 'one2', parts: 1, newestAtMs: 1_000 },
    ]);
    await store.deleteImport(SITE, 'one');
    await store.deleteImport(SITE, 'one');
    await store.deleteImport(SITE, 'none');
    expect((await listed(SITE)).map(({ importId }) => importId)).toEqual([hostile, 'one2']);
    expect(await store.findImportPart(SITE, partOf('one', 0))).toBeNull();
    expect(await store.findImportPart(SITE, partOf(hostile, 0))).toEqual(partOf(hostile, 0));
    expect(await listed(OTHER_SITE)).toHaveLength(1);
  },
};

function partOf(importId: string, part: number): ImportPart {
  const sum = part.toString(16).padStart(32, '0');
  return { importId, part, createdAtMs: 1_000 + part, sum, counts: new Uint8Array([0, part, 255]) };
}
