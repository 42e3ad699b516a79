/** The command line as a whole: help, version, wrong usage. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandError, EXIT, exitCodeOf } from '../../src/cli/exit.ts';
import { AppError } from '../../src/domain/errors.ts';
import { runCommand } from './harness.ts';

describe('bayeswatch', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCommand(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('helps on standard output when it is asked to', async () => {
    const ran = await runCommand(['--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    for (const name of [
      'serve',
      'score',
      'ingest',
      'mark',
      'windows',
      'retract',
      'export',
      'keys',
      'check',
    ]) {
      expect(ran.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(ran.stdout).toContain('Exit codes: 0 done');
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['score']],
    [['score', '--colour', 'x']],
    [['score', 'x', '--top', '-1']],
    [['score', 'x', '--explain', '101']],
    [['score', '-', '-']],
    [['mark', '--from', '1', '--to', '2']],
    [['keys']],
    [['keys', 'create']],
    [['keys', 'create', '--role', 'root']],
    [['serve', 'x']],
  ])('%j is a wrong usage', async argv => {
    const ran = await runCommand(argv);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toBe('');
  });
});

describe('exitCodeOf', () => {
  it.each([
    [new CommandError(EXIT.input, 'x'), 1],
    [new AppError('config-invalid', 'x'), 2],
    [new AppError('data-folder-unusable', 'x'), 3],
    [new AppError('store-unavailable', 'x'), 3],
    [new AppError('bad-encoding', 'x'), 1],
    [new TypeError('a defect'), null],
  ])('of %s is %j', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
