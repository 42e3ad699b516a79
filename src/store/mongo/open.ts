/** Opens the store in MongoDB. */
import { AppError } from '../../domain/errors.ts';
import type { Store } from '../port.ts';
import { type Collections, collectionsOf, makeIndexes } from './collections.ts';
import { connectionTo, type MongoOptions } from './connection.ts';
import { answered } from './errors.ts';
import { insertOnce } from './insert.ts';
import { MongoStore } from './mongo-store.ts';

/** Of the documents that this program writes. */
export const SCHEMA_VERSION = 1;

/**
 * Connects, and makes the indexes that are not there. A server that goes away later is found again when it is back.
 * @throws AppError `config-invalid` for a URL that is none, or a database of a newer version of this program;
 * `store-unavailable` where no server answers
 */
export async function openMongoStore(options: MongoOptions): Promise<Store> {
  const { client, db } = connectionTo(options);
  try {
    await answered(() => client.connect());
    const collections = collectionsOf(db);
    await checkVersion(collections);
    await makeIndexes(db);
    return new MongoStore({ client, db }, collections);
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function checkVersion({ installation }: Collections): Promise<void> {
  await insertOnce(installation, { _id: 'schema', version: SCHEMA_VERSION });
  const schema = await answered(() => installation.findOne({ _id: 'schema' }));
  const version = schema?.version ?? 0;
  if (version !== SCHEMA_VERSION)
    throw new AppError(
      'config-invalid',
      `the database of MONGODB_URL is of schema ${version}, this version knows ${SCHEMA_VERSION}: use another Bayeswatch`,
    );
}
