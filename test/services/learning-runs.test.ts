/** What a process tells of the learning that it does, alone and beside others. */
import { expect, it } from 'vitest';
import { InProcessBus } from '../../src/bus/in-process.ts';
import { InProcessJobs } from '../../src/jobs/in-process.ts';
import { LearningRuns } from '../../src/services/learning-runs.ts';

it('a run that failed is told of until that site is learnt, by whichever process', async () => {
  const worked: LearningRuns[] = [];
  const jobs = new InProcessJobs({
    work: async site => worked.at(-1)?.run(site),
    delayMs: 0,
    nowMs: () => 0,
    onError: (error, site) => worked.at(-1)?.fail(error, site),
  });
  const processWith = (advance: (site: string) => Promise<number>) =>
    new LearningRuns({
      learner: { advance },
      serveNewest: async () => {},
      bus: new InProcessBus(),
      onLearnt: () => {},
      jobs,
      onError: () => {},
    });
  const failing = processWith(async site => {
    if (site === 'a') throw new Error('the disk is on fire');
    return 1;
  });
  const other = processWith(async () => 1);
  const work = async (process: LearningRuns, site: string) => {
    worked.push(process);
    jobs.wake(site);
    await jobs.idle().catch(() => undefined);
  };

  expect(await failing.failure()).toBeNull();
  await work(failing, 'a');
  const told = await failing.failure();
  expect(told).not.toBeNull();
  await work(failing, 'b');
  expect(await failing.failure()).toBe(told);
  await work(other, 'a');
  expect(await failing.failure()).toBeNull();
});
