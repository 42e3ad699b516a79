/** The real app on a loopback port, and what must hold of it after whatever was sent to it. */
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { listen } from '../../src/api/server.ts';
import { recount } from '../../src/services/recount.ts';
import { type Api, openApi } from '../api/api-under-test.ts';
import { CALLER } from '../world.ts';
import { Exchange } from './exchange.ts';

const HOUR = 3_600_000;

export interface FuzzedApp {
  api: Api;
  exchange: Exchange;
  /** @throws where something was logged as our fault since it was asked last */
  checkLog(): void;
  /** @throws where it does not answer that it is alive */
  checkAlive(): Promise<void>;
  /** @throws where what was learnt is not what a plain recount gives, or an object got what was sent as its prototype's */
  checkState(): Promise<void>;
}

export async function openFuzzedApp(): Promise<FuzzedApp> {
  const faults: string[] = [];
  const logger = pino({ level: 'error' }, { write: text => void faults.push(text) });
  const api = await openApi({ logger });
  const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
  const exchange = new Exchange(server.port);
  onTestFinished(async () => {
    exchange.close();
    await server.close(0);
  });
  return {
    api,
    exchange,
    checkLog: () => {
      // A store in memory has no backup, and says so in the log.
      const ours = faults.splice(0).filter(text => JSON.parse(text).code !== 'backup-unavailable');
      expect(ours).toEqual([]);
    },
    checkAlive: async () => {
      const { status } = await exchange.send({ method: 'GET', target: '/healthz', headers: {}, body: null });
      expect(status).toBe(200);
    },
    checkState: async () => {
      const { world } = api;
      // What nobody marked becomes good, so that all that was stored is counted.
      world.clock.advance(60 * HOUR);
      world.jobs.wake(CALLER.site);
      await world.jobs.idle();
      const { differences, negative, records } = await recount(world.store, CALLER.site);
      expect({ differences, negative }).toEqual({ differences: [], negative: 0 });
      expect(records).toBeGreaterThan(0);
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    },
  };
}
