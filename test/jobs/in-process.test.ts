import { InProcessJobs } from '../../src/jobs/in-process.ts';
import { jobsContract } from '../contract/jobs.contract.ts';

for (const delayMs of [0, 20]) {
  jobsContract({
    name: `in process, ${delayMs} ms after a wake`,
    open: async (work, onError) => new InProcessJobs({ work, onError, delayMs }),
  });
}
