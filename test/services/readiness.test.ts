import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { CALLER, openWorld } from '../world.ts';

describe('readiness', () => {
  it('says that all is well', async () => {
    const world = await openWorld();
    expect(await world.services.readiness()).toEqual({
      ready: true,
      parts: { store: { ok: true, restarts: 0 }, model: { ok: true }, learning: { ok: true, restarts: 0 } },
    });
    await world.close();
  });

  it('names the store when it is gone, and learning once it has failed for it', async () => {
    const failures: unknown[] = [];
    const world = await openWorld({ onError: error => failures.push(error) });
    await world.services.readiness();
    await world.store.close();
    world.jobs.wake(CALLER.site);
    await expect(world.jobs.idle()).rejects.toThrow();
    const { ready, parts } = await world.services.readiness();
    expect(ready).toBe(false);
    expect(parts.store.ok).toBe(false);
    expect(parts.model.ok).toBe(true);
    expect(parts.learning.ok).toBe(false);
    expect(failures[0]).toBeInstanceOf(AppError);
    await world.close();
  });

  it('repeats no message of a defect, which may hold what a sender wrote: that one is logged', async () => {
    const logged: unknown[] = [];
    const world = await openWorld({ onError: error => logged.push(error) });
    await world.services.readiness();
    const defect = new Error('a negative count of secret.example.org');
    world.store.ping = async () => {
      throw defect;
    };
    world.models.current = async () => {
      throw defect;
    };
    world.store.listDone = async () => {
      throw defect;
    };
    world.jobs.wake(CALLER.site);
    await expect(world.jobs.idle()).rejects.toBe(defect);
    const readiness = await world.services.readiness();
    const detail = 'the log of the server says why';
    expect(readiness).toMatchObject({
      ready: false,
      parts: {
        store: { ok: false, detail },
        model: { ok: false, detail },
        learning: { ok: false, detail },
      },
    });
    expect(JSON.stringify(readiness)).not.toContain('secret');
    expect(logged).toEqual([defect, defect, defect]);
    await world.close();
  });
});
