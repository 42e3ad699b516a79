/** A backup for a caller: of everything, so for nobody who may see only a part; one at a time, for each takes room. */
import { AppError } from '../domain/errors.ts';
import type { Store } from '../store/port.ts';
import type { Caller } from './caller.ts';

/** A copy of the whole installation, as one file. */
export interface Backup {
  /** Fit for a file. */
  name: string;
  bytes: number;
  chunks(): AsyncIterable<Uint8Array>;
  /** To be called in any case: it takes the room of another store. */
  dispose(): Promise<void>;
}

/** @param open copies the store */
export function backupMaker(
  store: Pick<Store, 'listSites'>,
  open: () => Promise<Omit<Backup, 'name'> & { manifest: { madeAt: string } }>,
): (caller: Caller) => Promise<Backup> {
  let isUnderWay = false;
  return async ({ site }) => {
    const others = (await store.listSites()).filter(name => name !== site);
    if (others.length > 0) {
      const mend = 'on its machine `bayeswatch backup` makes one';
      throw new AppError('forbidden', `a backup holds every site, and this installation has others: ${mend}`);
    }
    if (isUnderWay) throw new AppError('backup-unavailable', 'another backup is under way');
    isUnderWay = true;
    try {
      const backup = await open();
      return {
        ...backup,
        name: backupNameOf(backup.manifest.madeAt),
        dispose: async () => {
          await backup.dispose();
          isUnderWay = false;
        },
      };
    } catch (error) {
      isUnderWay = false;
      throw error;
    }
  };
}

/** @example backupNameOf('2026-01-15T12:00:00.000Z') // 'bayeswatch-20260115T120000Z.tar' */
function backupNameOf(madeAt: string): string {
  return `bayeswatch-${madeAt.replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}.tar`;
}
