/** The arrow table holds: dependency-cruiser over src finds nothing, and over a tree of planted breaches finds each. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruiseSrcOf } from './modules.ts';
import { ROOT } from './source-tree.ts';

const breachesOf = (result: ICruiseResult) =>
  result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);

describe('the arrows of src', () => {
  it('are kept by every module', async () => {
    const result = await cruiseSrcOf(ROOT);
    expect(breachesOf(result)).toEqual([]);
    const own = result.modules.filter(module => module.source.startsWith('src/'));
    expect(own.length).toBeGreaterThan(20);
    // Packages are npm's business (and `node:sqlite` is not in every Node); a path of ours that leads nowhere is a mistake.
    const unresolved = own.flatMap(module =>
      module.dependencies
        .filter(to => to.couldNotResolve && to.module.startsWith('.'))
        .map(to => `${module.source} → ${to.module}`),
    );
    expect(unresolved).toEqual([]);
  });
});

/** One breach a line: the file that commits it, what it writes, the rule that must catch it. */
const PLANTED = [
  ['src/domain/a.ts', "import type { B } from '../services/b.ts';", 'arrows-from-domain'],
  ['src/bayes/c.ts', "import { t } from '../tokenize/t.ts';", 'arrows-from-bayes'],
  ['src/services/d.ts', "import { s } from '../store/sqlite/s.ts';", 'arrows-from-services'],
  ['src/api/e.ts', "import { s } from '../store/port.ts';", 'arrows-from-api'],
  ['src/ingest/f.ts', "import { readFileSync } from 'node:fs';", 'pure-folders'],
  ['src/cli/g.ts', "import { z } from 'zod';", 'zod-stays-home'],
  ['src/services/h.ts', "import express from 'express';", 'express-stays-home'],
  ['src/store/sqlite/i.ts', "import { m } from '../mongo/m.ts';", 'adapters-apart'],
  ['src/bus/j.ts', "import './k.ts';", 'no-cycles'],
] as const;
const SOUND = {
  'src/services/b.ts': 'export interface B { b: 1 }\n',
  'src/tokenize/t.ts': 'export const t = 1;\n',
  'src/store/sqlite/s.ts': 'export const s = 1;\n',
  'src/store/port.ts': 'export const s = 1;\n',
  'src/store/mongo/m.ts': 'export const m = 1;\n',
  'src/bus/k.ts': "import './j.ts';\n",
  'src/services/l.ts': "import type { s } from '../store/port.ts';\nexport type S = typeof s;\n",
};

describe('a planted breach', () => {
  let folder = '';
  let breaches: string[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bayeswatch-arrows-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const planted = PLANTED.map(([file, line]) => [file, `${line}\nexport const x = 1;\n`]);
    for (const [file, text] of [...planted, ...Object.entries(SOUND)] as [string, string][]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    breaches = breachesOf(await cruiseSrcOf(folder));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PLANTED)('%s: %s is caught as %s', (file, _line, rule) => {
    expect(breaches.filter(breach => breach.startsWith(`${rule}: ${file} `))).toHaveLength(1);
  });
  it('is all that is caught: sound files are left alone', () => {
    const files = breaches.map(breach => breach.split(' ')[1]);
    const planted: string[] = PLANTED.map(([file]) => file);
    expect(files.filter(file => !planted.includes(file ?? '') && file !== 'src/bus/k.ts')).toEqual([]);
  });
});
