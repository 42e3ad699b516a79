/** Commands on a data folder judge as its server does. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepPolicy } from '../../src/cli/folder-config.ts';
import { configOf } from '../../src/config.ts';
import { runCommand, scratchOfFile, webLine } from './harness.ts';

const scratch = scratchOfFile();

/** A data folder whose last server had these variables. */
function folderServedWith(name: string, env: Record<string, string>): { BAYESWATCH_DATA: string } {
  const own = { BAYESWATCH_DATA: scratch.path(name) };
  mkdirSync(own.BAYESWATCH_DATA);
  keepPolicy(configOf({ ...env, ...own }));
  return own;
}

const scoring = (env: Record<string, string>) =>
  runCommand(['score', '-'], { env, stdin: webLine(1, '10.0.0.1', '/') });

describe('a command on a data folder', () => {
  it('goes by the policy of its server', async () => {
    const env = folderServedWith('served', {
      BAYESWATCH_BASE_RATE: '0.05',
      BAYESWATCH_HALF_LIFE_DAYS: '3650',
    });
    const { stdout } = await scoring(env);
    expect(stdout).toContain('\n0.0500  -:1');
    expect((await scoring({ ...env, BAYESWATCH_BASE_RATE: '' })).stdout).toContain('\n0.0500  -:1');
    const text = readFileSync(join(env.BAYESWATCH_DATA, 'policy.env'), 'utf8');
    expect(text).toContain('\nBAYESWATCH_HALF_LIFE_DAYS=3650\n');
  });

  it('goes by its own variables where it has some, and says where they differ', async () => {
    const env = folderServedWith('differs', { BAYESWATCH_HALF_LIFE_DAYS: '3650' });
    const own = { BAYESWATCH_HALF_LIFE_DAYS: '7', BAYESWATCH_BASE_RATE: '0.02', BAYESWATCH_TIME_ZONE: 'UTC' };
    const { stdout, stderr, code } = await scoring({ ...env, ...own });
    expect(code).toBe(0);
    expect(stdout).toContain('\n0.0200  -:1');
    const folder = env.BAYESWATCH_DATA;
    expect(stderr).toContain(
      `BAYESWATCH_HALF_LIFE_DAYS is 7 here, and was 3650 for the last server of ${folder}: this command may judge otherwise\n`,
    );
    expect(stderr).toContain(`BAYESWATCH_BASE_RATE is 0.02 here, and was 0.001 for the last server`);
    expect(stderr).not.toContain('BAYESWATCH_TIME_ZONE');
  });

  it('says of a policy that is none where it is and what to do', async () => {
    const env = folderServedWith('broken', {});
    const path = join(env.BAYESWATCH_DATA, 'policy.env');
    for (const text of ['BAYESWATCH_HALF_LIFE_DAYS=often\n', 'BAYESWATCH_HALF=1\n']) {
      writeFileSync(path, text);
      const { code, stderr } = await scoring(env);
      expect(code).toBe(3);
      expect(stderr).toContain(`${path} is no policy`);
      expect(stderr).toContain('remove it');
    }
  });
});
