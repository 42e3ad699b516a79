/** A restore beside others: no server begins in its folder, and what a command makes there meanwhile is not overwritten. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openBackup } from '../../src/backup/make.ts';
import { type RestoreRequest, restoreBackup } from '../../src/backup/restore.ts';
import { stageBackup } from '../../src/backup/stage.ts';
import { verifyRestored } from '../../src/backup/verify-restored.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { inventoryOf } from '../../src/services/inventory.ts';
import { lockDataFolder } from '../../src/store/sqlite/lock.ts';
import { storePathIn } from '../../src/store/sqlite/open.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';
import { NOON_MS, POLICY } from '../world.ts';

const UNUSABLE = { name: 'AppError', code: 'data-folder-unusable' };

/**
 * Runs `work` with what a restore of a backup takes.
 * @param fill puts something into the store, which is empty
 */
function withBackup(
  work: (request: RestoreRequest) => Promise<void>,
  fill: (store: SqliteStore) => Promise<unknown> = async () => {},
): Promise<void> {
  return inScratchFolder(async folder => {
    const from = join(folder, 'from.sqlite');
    const store = new SqliteStore(from);
    await fill(store);
    await store.close();
    const backup = await openBackup({ from, to: folder, policy: POLICY, nowMs: NOON_MS }, stageBackup);
    const pieces: Uint8Array[] = [];
    for await (const chunk of backup.chunks()) pieces.push(Uint8Array.from(chunk));
    await backup.dispose();
    const file = join(folder, 'backup.tar');
    writeFileSync(file, Buffer.concat(pieces));
    await work({ file, dataFolder: join(folder, 'data'), policy: POLICY, nowMs: NOON_MS, by: 'local:test' });
  });
}

it('holds the lock of the folder until it is done, and lets go of it', () =>
  withBackup(async request => {
    const { dataFolder } = request;
    await restoreBackup(request, async asked => {
      expect(() => lockDataFolder(dataFolder)).toThrow(expect.objectContaining(UNUSABLE));
      return verifyRestored(asked);
    });
    lockDataFolder(dataFolder)();
    expect(readdirSync(dataFolder).sort()).toEqual(['bayeswatch.sqlite', 'server.lock']);
  }));

it('begins nothing in a folder that a server has', () =>
  withBackup(async request => {
    storePathIn(request.dataFolder);
    const unlock = lockDataFolder(request.dataFolder);
    await expect(restoreBackup(request, verifyRestored)).rejects.toMatchObject(UNUSABLE);
    unlock();
    expect(readdirSync(request.dataFolder)).toEqual(['server.lock']);
  }));

it('leaves a store that a command has made meanwhile, and takes its own away', () =>
  withBackup(async request => {
    const path = storePathIn(request.dataFolder);
    const restored = restoreBackup(request, async asked => {
      writeFileSync(path, 'made meanwhile');
      return verifyRestored(asked);
    });
    await expect(restored).rejects.toMatchObject(UNUSABLE);
    expect(readFileSync(path, 'utf8')).toBe('made meanwhile');
    expect(readdirSync(request.dataFolder).sort()).toEqual(['bayeswatch.sqlite', 'server.lock']);
  }));

it('brings back the policy that was set, and tells the model that it makes', () => {
  const baseRate = 0.25;
  const set = { number: 2, policy: { ...POLICY, baseRate }, setAtMs: NOON_MS, by: 'k' };
  const key = { id: 'k', site: 'default', role: 'admin', name: '', hash: '', createdAtMs: 1 } as const;
  return withBackup(
    async request => {
      const { sites, manifest } = await restoreBackup(request, verifyRestored);
      const store = new SqliteStore(storePathIn(request.dataFolder));
      expect(await store.lastPolicy('default')).toEqual(set);
      const inventory = async (policy: Policy) => (await inventoryOf(store, async () => policy))[0];
      expect(sites[0]?.model).toBe((await inventory(set.policy))?.model);
      expect(sites[0]?.model).not.toBe((await inventory(POLICY))?.model);
      expect(manifest.sites[0]?.model).toBe(sites[0]?.model);
      await store.close();
    },
    async store => {
      await store.putKey(key);
      await store.putPolicy('default', set);
    },
  );
});
