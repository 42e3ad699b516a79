/** The one way in which anything is written: inserted under its own id, once. Who loses a race for an id learns of it. */
import { BSON, type Collection, type OptionalUnlessRequiredId } from 'mongodb';
import type { Inserted } from '../port.ts';
import { answered, takenIndexesOf } from './errors.ts';

/** A document of this store: its id is a text, and says which one it is. */
export interface StoreDocument {
  _id: string;
}

/** Bytes of one insert command: the server takes 48 MB, and others wait while it does. */
const INSERT_BYTES_MAX = 8_388_608;
/** Documents of one insert command. */
const INSERT_DOCUMENTS_MAX = 4_096;

/** Also where the id is taken, this resolves once a majority holds what stands under it: servers wait for that too. */
export async function insertOnce<T extends StoreDocument>(
  collection: Collection<T>,
  document: OptionalUnlessRequiredId<T>,
): Promise<Inserted> {
  return (await insertUpToTaken(collection, [document])) === 1 ? 'inserted' : 'already-there';
}

/**
 * Inserts those whose ids are not taken, in commands of bounded size; the outcomes in the order given. Of equal ids in one
 * call the first is inserted.
 */
export async function insertEach<T extends StoreDocument>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<Inserted[]> {
  const outcomes = documents.map((): Inserted => 'already-there');
  for (const indexes of batchesOf(documents)) {
    const batch = indexes.flatMap(index => documents[index] ?? []);
    const taken = new Set(await answered(() => takenOf(collection, batch, false)));
    for (const [at, index] of indexes.entries()) if (!taken.has(at)) outcomes[index] = 'inserted';
  }
  return outcomes;
}

/** Inserts documents one after the other, up to the first whose id is taken. @returns how many were inserted */
export async function insertUpToTaken<T extends StoreDocument>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
): Promise<number> {
  if (documents.length === 0) return 0;
  const [first] = await answered(() => takenOf(collection, documents, true));
  return first ?? documents.length;
}

/** In bulk also for one document, so that what came of it is read in one place. */
async function takenOf<T extends StoreDocument>(
  collection: Collection<T>,
  documents: readonly OptionalUnlessRequiredId<T>[],
  ordered: boolean,
): Promise<number[]> {
  try {
    await collection.insertMany(documents, { ordered });
    return [];
  } catch (error) {
    const taken = takenIndexesOf(error);
    if (taken === null) throw error;
    return taken;
  }
}

/** The indexes of the documents, each id once, cut by bytes and by number. */
function batchesOf(documents: readonly { _id: unknown }[]): number[][] {
  const batches: number[][] = [];
  const seen = new Set<unknown>();
  let bytes = Number.POSITIVE_INFINITY;
  for (const [index, document] of documents.entries()) {
    if (seen.has(document._id)) continue;
    seen.add(document._id);
    const documentBytes = BSON.calculateObjectSize(document);
    let batch = batches.at(-1);
    if (
      batch === undefined ||
      batch.length === INSERT_DOCUMENTS_MAX ||
      bytes + documentBytes > INSERT_BYTES_MAX
    ) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    batch.push(index);
    bytes += documentBytes;
  }
  return batches;
}
