/** What a process leaves behind when it ends half-way is found again at the next start: the ledger is the truth. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recount } from '../../src/services/recount.ts';
import { CALLER, ingest, NOON_MS, openWorld, received } from '../world.ts';

const NEVER_MS = 2_000_000_000;
const lines = Array.from({ length: 50 }, (_, index) =>
  JSON.stringify({
    '@timestamp': NOON_MS,
    event: { id: String(index) },
    source: { ip: '10.0.0.1' },
    dns: { question: { name: 'a.example.org' } },
  }),
);

describe('a process that ends before it has learnt', () => {
  let dataFolder: string;
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'bayeswatch-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

  it('leaves intents and entries that the next one counts, in threads of its own', async () => {
    const first = await openWorld({ dataFolder, learnAfterMs: NEVER_MS });
    await ingest(first, received('ecs', lines), { corpus: { label: 'good', name: 'good' } });
    await first.services.markWindow(CALLER, { fromMs: NOON_MS, toMs: NOON_MS + 1, label: 'bad', where: {} });
    expect((await first.store.countIntents(CALLER.site)).records).toBe(50);
    await first.close();

    const second = await openWorld({ dataFolder });
    try {
      await second.startLearning();
      await second.jobs.idle();
      const { totals, backlog } = await second.services.getModel(CALLER.site);
      expect(totals).toEqual({ goodRecords: 0, goodEpisodes: 0, badRecords: 50, badEpisodes: 1 });
      expect(backlog).toEqual({ records: 0, windows: 0 });
      expect((await recount(second.store, CALLER.site)).differences).toEqual([]);
    } finally {
      await second.close();
    }
  }, 60_000);
});
