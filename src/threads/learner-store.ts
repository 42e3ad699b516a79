/** Where a thread beside that of requests finds the store: each opens a handle of its own. */
import type { Store } from '../store/port.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { WriteTurns } from '../store/sqlite/write-turns.ts';

export type LearnerStore =
  /** `turns`: those that it writes by (write-turns.ts). */
  { type: 'sqlite'; path: string; turns: SharedArrayBuffer } | { type: 'mongo'; url: string };

export async function openLearnerStore(where: LearnerStore): Promise<Store> {
  switch (where.type) {
    case 'sqlite': {
      // All that learning writes follows from what was acknowledged: what a power cut takes of it is worked out again.
      const turns = new WriteTurns(where.turns);
      return new SqliteStore(where.path, { commitsTo: 'process', turns });
    }
    case 'mongo': {
      // Whoever has no MongoDB does not load its driver.
      const { openMongoStore } = await import('../store/mongo/open.ts');
      return openMongoStore({ url: where.url });
    }
  }
}
