/** The style checks itself: purpose comments, no leftovers, no dead or overgrown files, nothing of anybody's machine. */
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cruiseSrcOf, importsOf } from './modules.ts';
import { isBinary, listFiles, ROOT, textOf } from './source-tree.ts';

const files = listFiles();
const under = (...folders: string[]) =>
  files.filter(
    file => folders.some(folder => file.startsWith(`${folder}/`)) && /\.(ts|tsx|js|cjs|mjs)$/.test(file),
  );
const source = under('src');
const code = under('src', 'test', 'bench', 'web');

/** `file:line: text` of every line that a pattern finds. */
function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap(path =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

// Written apart, so that this file does not find itself.
const LEFTOVER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
const NARROWED_TEST = /\b(describe|it|test|suite)\.(only|skip|todo)\b/;
const UNTYPED = /(:|\bas|<|,)\s*any(?=\s*[;,)>\]=|&{[]|$)|@ts-(ignore|nocheck|expect-error)/;
const MACHINE_PATH = /(^|[^\w.])\/(work|root|Users|home\/\w+)\//;
const REGISTRY = /\/\/registry\.|\bregistry\.[\w-]+\.(?:com|net|org|io|dev)\b|"resolved": ?"http|_authToken/;

describe('every source file', () => {
  it('is looked at', () => {
    expect(source.length).toBeGreaterThan(20);
    expect(code.length).toBeGreaterThan(source.length);
  });

  it('opens with a purpose comment', () => {
    const bare = source.filter(path => !/^(#![^\n]*\n)?(\/\*\*? ?\S?|\/\/ ?\S)/.test(textOf(path)));
    expect(bare).toEqual([]);
  });

  it('is at most 350 lines long: a longer one holds two nouns', () => {
    expect(source.filter(path => textOf(path).split('\n').length > 351)).toEqual([]);
  });

  it('is reachable from the program, so that none is dead', async () => {
    const imports = importsOf(await cruiseSrcOf(ROOT));
    const seen = new Set<string>();
    const waiting = ['src/cli/main.ts'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (seen.has(path) || !imports.has(path)) continue;
      seen.add(path);
      waiting.push(...(imports.get(path) ?? []), ...threadsOf(path));
    }
    expect(source.filter(path => !seen.has(path))).toEqual([]);
  });

  it('leaves the environment to the entry and to config.ts', () => {
    const readers = linesWith(/\bprocess\.env\b/, source).filter(
      line => !line.startsWith('src/cli/main.ts:'),
    );
    expect(readers).toEqual([]);
  });

  it('leaves printing to the command line', () => {
    const printing = linesWith(/\bconsole\.\w+\(/, source).filter(line => !line.startsWith('src/cli/'));
    expect(printing).toEqual([]);
  });
});

/** Files that a module starts threads from: it names them by a relative path in a string. */
function threadsOf(path: string): string[] {
  const text = textOf(path);
  if (!text.includes('new Worker(')) return [];
  const named = [...text.matchAll(/'(\.\.?\/[^']+\.(?:ts|js|mjs))'/g)].map(([, target = '']) => target);
  return named.map(target => join(dirname(path), target).replace(/\.js$/, '.ts'));
}

describe('nothing is left over', () => {
  it('of work to be done', () => {
    expect(linesWith(LEFTOVER, code)).toEqual([]);
  });
  it('of narrowed tests', () => {
    expect(linesWith(NARROWED_TEST, under('test'))).toEqual([]);
  });
  it('of types given up', () => {
    expect(linesWith(UNTYPED, under('src', 'bench', 'web'))).toEqual([]);
  });
});

describe('no file', () => {
  const texts = files.filter(path => !path.startsWith('test/fixtures/') && !isBinary(path));
  it('holds a path of a machine', () => {
    expect(linesWith(MACHINE_PATH, texts)).toEqual([]);
  });
  it('names a package registry or a credential of one', () => {
    expect(linesWith(REGISTRY, texts).filter(line => !line.startsWith('test/house/'))).toEqual([]);
  });
});

describe('the patterns', () => {
  it.each([
    [LEFTOVER, `// ${'TO' + 'DO'}: later`],
    [NARROWED_TEST, `it.${'only'}('x', f)`],
    [UNTYPED, `const x: ${'any'} = 1;`],
    [UNTYPED, `f(x as ${'any'})`],
    [UNTYPED, `Map<string, ${'any'}>`],
    [UNTYPED, `// @ts-${'ignore'}`],
    [MACHINE_PATH, `see /${'work'}/x`],
    [REGISTRY, `https://${'registry'}.example.org/`],
  ])('%s finds %j', (pattern, line) => {
    expect(pattern.test(line)).toBe(true);
  });
  it.each([
    [UNTYPED, '// Whether there is any: any of them counts'],
    [NARROWED_TEST, "it.skipIf(noServer)('x', f)"],
    [MACHINE_PATH, "'/var/log/x'"],
    [REGISTRY, 'metrics.registry.metrics()'],
  ])('%s lets %j be', (pattern, line) => {
    expect(pattern.test(line)).toBe(false);
  });
});
