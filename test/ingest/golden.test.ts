/**
 * Golden fixtures: test/fixtures/ingest/<format>/<case>/input.log parses to the expected.json beside it.
 * `UPDATE=1` writes them anew (read the difference before it is committed); a missing one fails.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { detectFormat, FORMAT_NAMES, formatOf } from '../../src/ingest/formats.ts';
import { linesOf, parseLines } from './parse-lines.ts';

const ROOT = new URL('../fixtures/ingest/', import.meta.url);
const folders = (url: URL) =>
  readdirSync(url, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []));

test('every format has fixtures, and every folder of fixtures is a format', () => {
  expect(folders(ROOT).sort()).toEqual([...FORMAT_NAMES].sort());
});

describe.each(folders(ROOT))('%s', name => {
  test.each(folders(new URL(`${name}/`, ROOT)))('%s', async fixture => {
    const folder = new URL(`${name}/${fixture}/`, ROOT);
    const expectedFile = new URL('expected.json', folder);
    const lines = await linesOf(readFileSync(new URL('input.log', folder)));
    const outcome = parseLines(formatOf(name), lines);
    if (process.env['UPDATE'] === '1') writeFileSync(expectedFile, `${JSON.stringify(outcome, null, 2)}\n`);
    expect(existsSync(expectedFile), 'expected.json is missing; make it with UPDATE=1 and read it').toBe(
      true,
    );
    expect(outcome).toEqual(JSON.parse(readFileSync(expectedFile, 'utf8')));
    expect(detectFormat(lines.map(line => line.text)).name).toBe(name);
  });
});
