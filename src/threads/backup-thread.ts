/**
 * The thread that copies the store for a backup, or verifies one that is restored: it takes long, and nothing else waits
 * for it. With the thread everything ends that SQLite holds of the file.
 */
import assert from 'node:assert';
import { parentPort } from 'node:worker_threads';
import type { BackupManifest } from '../backup/manifest.ts';
import { type StageRequest, stageBackup } from '../backup/stage.ts';
import { type VerifyRequest, verifyRestored } from '../backup/verify-restored.ts';
import type { SiteInventory } from '../services/inventory.ts';
import { serve } from './rpc.ts';

export interface BackupThread {
  stage(request: StageRequest): Promise<BackupManifest>;
  verifyRestored(request: VerifyRequest): Promise<SiteInventory[]>;
}

assert(parentPort !== null, 'this file is run in a thread');
serve<BackupThread>({ stage: stageBackup, verifyRestored }, parentPort);
