/** The store's contract on MongoDB: by one client, and by two that race. */
import { describe } from 'vitest';
import { storeContract } from '../../contract/store.contract.ts';
import { findServer } from '../../servers/servers.ts';
import { onDatabase } from './scratch.ts';

const url = await findServer('MongoDB');

describe.skipIf(url === null)('with a MongoDB server', () => {
  storeContract({ name: 'MongoDB', open: () => onDatabase(url ?? '', 1) });
  storeContract({ name: 'MongoDB by two clients', open: () => onDatabase(url ?? '', 2) });
});
