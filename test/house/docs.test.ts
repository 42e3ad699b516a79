/** What the pages say exists: links, variables, npm scripts, commands and error codes, each checked both ways where it can be. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { programOf } from '../../src/cli/program.ts';
import { VARIABLE_NAMES } from '../../src/config.ts';
import { ERROR_CODES, REJECTION_CODES } from '../../src/domain/errors.ts';
import { listFiles, ROOT, textOf } from './source-tree.ts';

/** The commands are made and not run. */
const nobody = {
  terminal: { stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough(), env: {} },
  finish() {},
  stopSignal: () => new AbortController().signal,
};
const files = listFiles();
const pages = files.filter(path => path.endsWith('.md'));

const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, part = '']) => part);
const unique = (texts: readonly string[]) => [...new Set(texts)].sort();

/** Headings as GitHub makes anchors of them: lower case, punctuation gone, blanks as hyphens. */
function anchorsOf(markdown: string): string[] {
  return all(/^#{1,6} (.*)$/gm, markdown).map(heading =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

describe('links', () => {
  it('have a README to start from', () => {
    expect(pages).toContain('README.md');
  });
  it.each(pages)('of %s lead somewhere', page => {
    const broken = all(/\]\(([^)\s]+)\)/g, textOf(page)).filter(target => {
      if (/^[a-z][a-z+.-]*:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(textOf(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the README', () => {
  it('has a row for every variable, and no others', () => {
    const rows = textOf('README.md')
      .split('\n')
      .filter(line => line.startsWith('|'))
      .join('\n');
    const expected = VARIABLE_NAMES.filter(name => name.startsWith('BAYESWATCH_'));
    expect(unique(all(/\b(BAYESWATCH_[A-Z_]+)\b/g, rows))).toEqual(unique(expected));
  });
  it('names every command', () => {
    const text = textOf('README.md');
    const missing = namesOfCommands().filter(name => !text.includes(`bayeswatch ${name}`));
    expect(missing).toEqual([]);
  });
});

describe('the pages', () => {
  it('name variables that exist', () => {
    const named = pages.flatMap(page => all(/\b(BAYESWATCH_[A-Z_]*[A-Z])\b/g, textOf(page)));
    expect(unique(named).filter(name => !VARIABLE_NAMES.includes(name))).toEqual([]);
  });
  it('name commands that exist', () => {
    const named = pages.flatMap(page =>
      all(/\bbayeswatch ((?:(?:keys|policy) )?[a-z]+)\b/g, codeOf(textOf(page))),
    );
    const known = [...namesOfCommands(), 'keys', 'policy', 'help'];
    expect(unique(named).filter(name => !known.includes(name))).toEqual([]);
  });
  it('name npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap(page => all(/\bnpm run (?:--?[a-z]+ )*([a-z][\w:-]*)/g, textOf(page)));
    expect(unique(named).filter(name => !(name in scripts))).toEqual([]);
  });
  it('explain every error and rejection code in docs/errors.md', () => {
    const page = textOf('docs/errors.md');
    const missing = [...ERROR_CODES, ...REJECTION_CODES].filter(code => !page.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });
});

/** Fenced blocks and inline code of a page: what a reader may type. */
function codeOf(markdown: string): string {
  return [...all(/```[a-z]*\n([^`]*)```/g, markdown), ...all(/`([^`\n]+)`/g, markdown)].join('\n');
}

/** `score`, `keys create`, … as the program registers them. */
function namesOfCommands(): string[] {
  return programOf(nobody).commands.flatMap(command => {
    const parts = command.commands.map(part => `${command.name()} ${part.name()}`);
    return parts.length > 0 ? parts : [command.name()];
  });
}
