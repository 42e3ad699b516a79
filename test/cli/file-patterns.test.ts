/** Patterns of file names: what matches, in which order, and a file that is called like a pattern. */
import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { filesNamedBy, matches } from '../../src/cli/file-patterns.ts';
import { scratchOfFile } from './harness.ts';

const scratch = scratchOfFile();
mkdirSync(scratch.path('a'));
mkdirSync(scratch.path('b'));
for (const name of [
  'a/conn.2.log',
  'a/conn.1.log',
  'a/.hidden.log',
  'a/dns.log',
  'b/conn.3.log',
  'x[1].log',
]) {
  scratch.file(name, '');
}

it.each([
  ['*/conn.*.log', ['a/conn.1.log', 'a/conn.2.log', 'b/conn.3.log']],
  ['a/conn.[!1].log', ['a/conn.2.log']],
  ['?/dns.log', ['a/dns.log']],
  ['x[1].log', ['x[1].log']],
  ['a/.*', ['a/.hidden.log']],
])('%s names %j', async (pattern, names) => {
  const paths = names.map(name => scratch.path(name));
  expect(await filesNamedBy([scratch.path(pattern), '-'])).toEqual([...paths, '-']);
});

it('nothing that matches is told; a name without a pattern is left to who opens it', async () => {
  await expect(filesNamedBy([scratch.path('*.zip')])).rejects.toThrow('no file matches');
  expect(await filesNamedBy(['missing.log'])).toEqual(['missing.log']);
});

it.each([
  ['abc', 'a*c', true],
  ['abc', '*b', false],
  ['abc', '[a-c]b?', true],
  ['abc', '[!a-c]b?', false],
  ['a]', 'a[]]', true],
  ['a-', 'a[x-]', true],
  ['a[', 'a[', true],
  ['', '*', true],
  ['.x', '*', false],
  ['a'.repeat(5_000), `${'*a'.repeat(200)}b`, false],
])('%s of %s: %s', (name, pattern, expected) => {
  expect(matches(name, pattern)).toBe(expected);
});
