/** What every adapter of src/jobs/port.ts promises, one case a promise. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { Jobs } from '../../src/jobs/port.ts';

export interface JobsUnderTest {
  name: string;
  open(options: {
    work: (site: string) => Promise<void>;
    onError: (error: unknown, site: string) => void;
    /** As of the adapters; a failed run is not tried again by itself. */
    delayMs: number;
  }): Promise<Jobs>;
}

/** A promise that is settled from outside. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

export function jobsContract({ name, open }: JobsUnderTest): void {
  describe(`jobs: ${name}`, () => {
    let jobs: Jobs;
    /** The same, and a run waits for minutes after its wake. */
    let slow: Jobs;
    let runs: string[];
    let errors: string[];
    let work: (site: string) => Promise<void>;

    beforeEach(async () => {
      runs = [];
      errors = [];
      work = async () => {};
      const options = {
        work: async (site: string) => {
          runs.push(site);
          await work(site);
        },
        onError: (error: unknown, site: string) =>
          errors.push(`${site}: ${error instanceof Error ? error.message : String(error)}`),
      };
      jobs = await open({ ...options, delayMs: 5 });
      slow = await open({ ...options, delayMs: 600_000 });
    });
    afterEach(async () => {
      await jobs.close();
      await slow.close();
    });

    it('works a site that was woken', async () => {
      jobs.wake('a');
      await jobs.idle();
      expect(runs).toEqual(['a']);
    });

    it('is idle where nothing was woken', async () => {
      await jobs.idle();
      expect(runs).toEqual([]);
    });

    it('gathers wakes before a run into one', async () => {
      for (let i = 0; i < 10; i++) jobs.wake('a');
      await jobs.idle();
      expect(runs.length).toBeLessThanOrEqual(2);
    });

    it('runs once more for wakes during a run, and never two runs of a site at once', async () => {
      const first = gate();
      const begun = gate();
      let running = 0;
      let most = 0;
      work = async () => {
        running += 1;
        most = Math.max(most, running);
        begun.open();
        await first.opened;
        running -= 1;
      };
      jobs.wake('a');
      await begun.opened;
      jobs.wake('a');
      jobs.wake('a');
      first.open();
      await jobs.idle();
      expect(runs).toEqual(['a', 'a']);
      expect(most).toBe(1);
    });

    it('works one site while another one waits', async () => {
      const held = gate();
      const other = gate();
      work = async site => {
        if (site === 'a') await held.opened;
        else other.open();
      };
      jobs.wake('a');
      jobs.wake('b');
      await other.opened;
      held.open();
      await jobs.idle();
      expect(runs.toSorted()).toEqual(['a', 'b']);
    });

    it('tells of a failure, rejects idle with it, and works on', async () => {
      work = async () => {
        throw new Error('no luck');
      };
      jobs.wake('a');
      await expect(jobs.idle()).rejects.toThrow('no luck');
      expect(errors).toEqual(['a: no luck']);
      work = async () => {};
      jobs.wake('a');
      await jobs.idle();
      expect(runs).toEqual(['a', 'a']);
    });

    it('tells what a site fails with and how often, until a run does its work', async () => {
      work = async site => {
        if (site === 'a') throw new AppError('store-full', 'no luck');
      };
      expect(await jobs.lookAt('a')).toEqual({ state: 'idle', failure: null });
      jobs.wake('a');
      jobs.wake('b');
      await expect(jobs.idle()).rejects.toThrow('no luck');
      const failedAtMs = expect.closeTo(Date.now(), -5);
      expect(await jobs.lookAt('a')).toEqual({
        state: 'idle',
        failure: { detail: 'no luck', runs: 1, failedAtMs },
      });
      expect(await jobs.lookAt('b')).toEqual({ state: 'idle', failure: null });
      jobs.wake('a');
      await expect(jobs.idle()).rejects.toThrow('no luck');
      expect((await jobs.lookAt('a')).failure?.runs).toBe(2);
      work = async () => {};
      jobs.wake('a');
      await jobs.idle();
      expect(await jobs.lookAt('a')).toEqual({ state: 'idle', failure: null });
    });

    it('tells nobody the message of a defect', async () => {
      work = async () => {
        throw new Error('what a sender wrote');
      };
      jobs.wake('a');
      await expect(jobs.idle()).rejects.toThrow();
      expect(JSON.stringify(await jobs.lookAt('a'))).not.toContain('sender');
    });

    it('tells what goes on', async () => {
      const held = gate();
      const begun = gate();
      work = async () => {
        begun.open();
        await held.opened;
      };
      jobs.wake('a');
      expect((await jobs.lookAt('a')).state).toBe('waiting');
      await begun.opened;
      expect((await jobs.lookAt('a')).state).toBe('running');
      held.open();
      await jobs.idle();
      expect((await jobs.lookAt('a')).state).toBe('idle');
    });

    it('works what waits at once where it is asked to hurry', async () => {
      const ran = gate();
      work = async () => ran.open();
      slow.wake('a');
      await slow.hurry('a');
      await ran.opened;
      expect(runs).toEqual(['a']);
    });

    it('starts nothing after it was closed', async () => {
      await jobs.close();
      jobs.wake('a');
      await jobs.idle();
      expect(runs).toEqual([]);
    });
  });
}
