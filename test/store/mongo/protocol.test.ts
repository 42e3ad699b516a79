/** Learning's promise on MongoDB: the lives that the embedded store is tried with, a few of them. */
import { describe, expect, it } from 'vitest';
import { findServer } from '../../servers/servers.ts';
import { loadImplementation } from '../../services/learning/implementation.ts';
import { simulate } from '../../services/learning/simulation.ts';
import { isWrong } from '../../services/learning/simulation-report.ts';
import { openScratchStore } from './scratch.ts';

/** Even ones let sealed records go. */
const SEEDS = [1, 2, 3, 4, 5, 6];

const url = await findServer('MongoDB');

describe.skipIf(url === null)('the protocol of learning on MongoDB, interleaved at every store call', () => {
  it.each(SEEDS)('settles to the recount, seed %i', async seed => {
    const report = await simulate(seed, await loadImplementation(), () => openScratchStore(url ?? ''));
    expect(report.recount.differences).toEqual([]);
    expect(isWrong(report), JSON.stringify(report)).toBe(false);
    expect(report.acknowledged).toBeGreaterThan(0);
  });
});
