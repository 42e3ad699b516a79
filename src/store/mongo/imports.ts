/** The parts of imports: there before the ledger names them, and deleted only where it never will. */
import type { ImportPart } from '../../domain/ledger.ts';
import type { Inserted, StoredImport } from '../port.ts';
import { binaryOf, bytesOf } from './bytes.ts';
import type { Collections, ImportPartDocument } from './collections.ts';
import { answered } from './errors.ts';
import { idOf, idsWithin, numberText, partOf } from './ids.ts';
import { insertOnce } from './insert.ts';
import { bsonTextOf, textOf } from './text-codec.ts';

export class Imports {
  readonly #parts: Collections['importParts'];

  constructor({ importParts }: Collections) {
    this.#parts = importParts;
  }

  put(site: string, { importId, part, createdAtMs, sum, counts }: ImportPart): Promise<Inserted> {
    return insertOnce(this.#parts, {
      _id: partId(site, importId, part),
      importId: bsonTextOf(importId),
      part,
      createdAtMs,
      sum,
      counts: binaryOf(counts),
    });
  }

  async find(
    site: string,
    { importId, part }: Pick<ImportPart, 'importId' | 'part'>,
  ): Promise<ImportPart | null> {
    const found = await answered(() => this.#parts.findOne({ _id: partId(site, importId, part) }));
    if (found === null) return null;
    const { createdAtMs, sum, counts } = found;
    return { importId, part, createdAtMs, sum, counts: bytesOf(counts) };
  }

  list(site: string): Promise<StoredImport[]> {
    return answered(async () => {
      const imports = new Map<string, StoredImport>();
      const parts = this.#parts
        .find({ _id: idsWithin(site) })
        .project<Pick<ImportPartDocument, 'importId' | 'createdAtMs'>>({ importId: 1, createdAtMs: 1 });
      for await (const { importId: text, createdAtMs } of parts) {
        const importId = textOf(text);
        const known = imports.get(importId) ?? { importId, parts: 0, newestAtMs: createdAtMs };
        known.parts += 1;
        known.newestAtMs = Math.max(known.newestAtMs, createdAtMs);
        imports.set(importId, known);
      }
      return [...imports.values()];
    });
  }

  async delete(site: string, importId: string): Promise<void> {
    await answered(() => this.#parts.deleteMany({ _id: idsWithin(idOf(site, partOf(importId))) }));
  }
}

function partId(site: string, importId: string, part: number): string {
  return idOf(site, partOf(importId), numberText(part));
}
