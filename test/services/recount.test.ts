/** The recount on sites with more tokens than memory holds at once: in passes, with the same answer. */
import { expect, it } from 'vitest';
import { Counts } from '../../src/bayes/counts.ts';
import { encodeCounts } from '../../src/bayes/counts-codec.ts';
import { recount } from '../../src/services/recount.ts';
import { CALLER, ingest, NOON_MS, openWorld, received } from '../world.ts';

const { site } = CALLER;
const lines = Array.from({ length: 40 }, (_, index) =>
  JSON.stringify({
    '@timestamp': NOON_MS - index * 60_000,
    source: { ip: `10.0.0.${index % 3}` },
    dns: { question: { name: `host${index}.zone${index % 7}.example`, type: 'A' } },
  }),
);

it('counts in passes what one would hold, and finds the same differences', async () => {
  const world = await openWorld();
  await ingest(world, received('ecs', lines), { corpus: { label: 'good', name: 'good' } });
  await world.startLearning();
  await world.jobs.idle();

  const whole = await recount(world.store, site);
  let read = 0;
  const inPasses = await recount(world.store, site, {
    onProgress: ({ records }) => (read = records),
    tokensMax: whole.tokens / 5,
  });
  expect(inPasses).toEqual(whole);
  expect(read).toBeGreaterThan(5 * lines.length);

  const wrong = new Counts();
  wrong.bump(0, 'dns.question.type', 'TXT', { badRecords: -1 });
  await world.store.putSegment(site, {
    ...{ entry: whole.entry, slice: 0, part: 99, chunk: 0, chunks: 1 },
    sum: '0'.repeat(32),
    counts: encodeCounts(wrong),
  });
  const found = { differences: [{ token: '0\tdns.question.type\tTXT' }], negative: 1 };
  expect(await recount(world.store, site)).toMatchObject(found);
  expect(await recount(world.store, site, { tokensMax: whole.tokens / 5 })).toMatchObject(found);
});
