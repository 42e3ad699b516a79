/** Staging a backup, and verifying a restored one, in a thread of its own. */
import type { BackupManifest } from '../backup/manifest.ts';
import type { StageRequest } from '../backup/stage.ts';
import type { VerifyRequest } from '../backup/verify-restored.ts';
import type { SiteInventory } from '../services/inventory.ts';
import type { BackupThread } from './backup-thread.ts';
import { remote } from './rpc.ts';
import { startThread } from './start-thread.ts';
import { failWithWorker } from './worker-end.ts';

/** @throws as stageBackup; AppError `store-unavailable` where the thread ends before it is done */
export function stageInThread(request: StageRequest): Promise<BackupManifest> {
  return inThread(thread => thread.stage(request));
}

/** @throws as verifyRestored; AppError `store-unavailable` where the thread ends before it is done */
export function verifyRestoredInThread(request: VerifyRequest): Promise<SiteInventory[]> {
  return inThread(thread => thread.verifyRestored(request));
}

/** The thread has ended when this resolves. */
async function inThread<T>(work: (thread: BackupThread) => Promise<T>): Promise<T> {
  const worker = startThread('backup', {});
  const thread = remote<BackupThread>(worker);
  failWithWorker(worker, [thread]);
  try {
    return await work(thread.proxy);
  } finally {
    await worker.terminate();
  }
}
