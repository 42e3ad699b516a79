import { InProcessJobs } from '../../src/jobs/in-process.ts';
import { jobsContract } from '../contract/jobs.contract.ts';

jobsContract({
  name: 'in process',
  open: async options => new InProcessJobs({ ...options, nowMs: Date.now }),
});
