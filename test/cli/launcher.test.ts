/** The file that npm links as a command: it runs the program, or says that there is none yet. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};
const launcher = bin['bayeswatch'] ?? '';

/** A folder with the launcher and nothing else of the project. */
function folderWithLauncher(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bayeswatch-launcher-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(ROOT, launcher), join(folder, launcher));
  return folder;
}

const runIn = (folder: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(folder, launcher), ...args], { encoding: 'utf8', timeout: 30_000 });

it('is in the repository, and can be executed before anything is built', () => {
  const path = join(ROOT, launcher);
  expect(existsSync(path)).toBe(true);
  expect(launcher).not.toContain('dist');
  expect(statSync(path).mode & 0o111).toBe(0o111);
});

it('says what to do where the program is not built', () => {
  const { status, stdout, stderr } = runIn(folderWithLauncher(), '--version');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^bayeswatch is not built yet: run `npm run build`.*\n$/);
});

it('runs the program with its arguments, and hides none of its errors', () => {
  const folder = folderWithLauncher();
  const main = join(folder, 'dist/cli/main.js');
  mkdirSync(join(folder, 'dist/cli'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(main, 'console.log(process.argv.slice(2).join(" ")); process.exitCode = 3;');
  expect(runIn(folder, 'score', '-')).toMatchObject({ status: 3, stdout: 'score -\n', stderr: '' });
  writeFileSync(main, 'import "./gone.js";');
  const broken = runIn(folder);
  expect(broken.status).toBe(1);
  expect(broken.stderr).toContain('gone.js');
});
