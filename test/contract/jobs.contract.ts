/** What every adapter of src/jobs/port.ts promises, one case a promise. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Jobs } from '../../src/jobs/port.ts';

export interface JobsUnderTest {
  name: string;
  open(work: (site: string) => Promise<void>, onError: (error: unknown, site: string) => void): Promise<Jobs>;
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
    let runs: string[];
    let errors: string[];
    let work: (site: string) => Promise<void>;

    beforeEach(async () => {
      runs = [];
      errors = [];
      work = async () => {};
      jobs = await open(
        async site => {
          runs.push(site);
          await work(site);
        },
        (error, site) => errors.push(`${site}: ${error instanceof Error ? error.message : String(error)}`),
      );
    });
    afterEach(() => jobs.close());

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

    it('tells what the last run of a site failed with, until the next one is asked for', async () => {
      work = async site => {
        if (site === 'a') throw new Error('no luck');
      };
      expect(jobs.failureOf('a')).toBeNull();
      jobs.wake('a');
      jobs.wake('b');
      await expect(jobs.idle()).rejects.toThrow('no luck');
      expect(jobs.failureOf('a')).toEqual(new Error('no luck'));
      expect(jobs.failureOf('b')).toBeNull();
      work = async () => {};
      jobs.wake('a');
      expect(jobs.failureOf('a')).toBeNull();
      await jobs.idle();
      expect(jobs.failureOf('a')).toBeNull();
    });

    it('starts nothing after it was closed', async () => {
      await jobs.close();
      jobs.wake('a');
      await jobs.idle();
      expect(runs).toEqual([]);
    });
  });
}
