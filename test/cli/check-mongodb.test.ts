/** `bayeswatch check` where the store is in MongoDB, on a machine that has no data folder. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findServer } from '../servers/servers.ts';
import { runCommand, scratchOfFile } from './harness.ts';

const url = await findServer('MongoDB');
const scratch = scratchOfFile();

describe.skipIf(url === null)('check on MongoDB', () => {
  it('counts again, and asks neither for a data folder nor for a file of SQLite', async () => {
    const env = {
      MONGODB_URL: `${url}/check-${randomUUID()}`,
      BAYESWATCH_DATA: scratch.path('nowhere'),
      BAYESWATCH_ADMIN_KEY: 'correct-horse-battery',
    };
    const { code, stdout } = await runCommand(['check', '--recount'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}store: works$/m);
    expect(stdout).toMatch(/^ok {4}recount: 0 records, .*: equal$/m);
    expect(stdout).not.toMatch(/disk|integrity/);
  });
});
