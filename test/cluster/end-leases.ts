/** What a process that died or sleeps holds is let go of by hand, as it is by itself when its leases have ended. */
import { Redis } from 'ioredis';
import { type Cluster, SITE } from './cluster.ts';

/** Of the job, which Redis forgets with all others, and of the site. Whoever wakes the site next finds it free. */
export async function endLeases(cluster: Cluster): Promise<void> {
  const connection = new Redis(cluster.redis.url);
  await connection.flushall();
  connection.disconnect();
  await cluster.withStore(async store => {
    const last = await store.lastLease(SITE);
    if (last !== null) await store.putLease(SITE, { epoch: last.epoch + 1, holder: null });
  });
}
