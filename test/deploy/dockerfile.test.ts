/** The Dockerfile: linted by dockerfile-utils, and held against what it copies, starts and is tested on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../../src/config.ts';
import { listFiles, ROOT, textOf } from '../house/source-tree.ts';
import { instructionsOf, isInContext } from './dockerfile.ts';
import { COMMANDS, VERSION } from './program.ts';

const text = textOf('Dockerfile');
const ignore = textOf('.dockerignore');
const instructions = instructionsOf(text);
const last = Math.max(...instructions.map(({ stage }) => stage));
const inLast = instructions.filter(({ stage }) => stage === last);
const textsOf = (name: string, among = instructions) =>
  among.filter(instruction => instruction.name === name).map(instruction => instruction.text);
const problemsOf = (dockerfile: string) => validate(dockerfile).map(({ message }) => message);

describe('the Dockerfile', () => {
  it('has nothing that the linter finds', () => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['a flag that is none', text.replace('--timeout=5s', '--timeuot=5s')],
    ['a duration without a unit', text.replace('--interval=10s', '--interval=10')],
    ['an instruction that is none', text.replace('WORKDIR /app', 'WORKDRI /app')],
    ['a second command', `${text}CMD ["serve"]\n`],
    ['a port that is none', text.replace('EXPOSE 8080', 'EXPOSE http')],
  ])('would be caught with %s', (_breach, planted) => {
    expect(planted).not.toBe(text);
    expect(problemsOf(planted)).not.toEqual([]);
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const copied = textsOf('COPY')
      .filter(copy => !copy.startsWith('--from='))
      .flatMap(copy => copy.split(' ').slice(0, -1));
    expect(copied.length).toBeGreaterThan(6);
    expect(copied.filter(path => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied.filter(path => !isInContext(ignore, path))).toEqual([]);
  });

  it('sends nothing to the builder that it does not copy', () => {
    const sources = textsOf('COPY').flatMap(copy => copy.split(' '));
    const sent = listFiles().filter(path => isInContext(ignore, path));
    const unused = sent.filter(
      path => !sources.some(source => path === source || path.startsWith(`${source}/`)),
    );
    expect(sent).toContain('src/cli/main.ts');
    expect(unused).toEqual([]);
  });

  it('leaves secrets and data behind', () => {
    expect(['.env', 'data', 'node_modules', '.git'].filter(path => isInContext(ignore, path))).toEqual([]);
  });

  it('installs by the lock file, and drops what only development needs', () => {
    expect(textsOf('COPY')[0]).toMatch(/^package.json package-lock.json .npmrc /);
    expect(textsOf('RUN')[0]).toBe('npm install');
    expect(textsOf('RUN')[1]).toMatch(/ && npm prune --omit=dev$/);
    expect(textsOf('COPY', inLast)).toContain('--from=build /app/node_modules node_modules');
  });

  it('runs on one exact Node, which the tests run on too', () => {
    const [image, ...others] = new Set(textsOf('FROM').map(from => from.split(' ')[0]));
    expect(others).toEqual([]);
    const [, node] = /^NODE_24=(\S+)$/m.exec(textOf('.ci/run').replaceAll('readonly ', '')) ?? [];
    expect(image).toBe(`node:${node}-bookworm-slim`);
  });

  it('does not run as root, and says so by number', () => {
    expect(textsOf('USER', inLast)).toEqual(['1000:1000']);
  });

  it('starts the program as npm start does', () => {
    const [entry = ''] = textsOf('ENTRYPOINT');
    const [command = ''] = textsOf('CMD');
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: { start: string } };
    const words = [...(JSON.parse(entry) as string[]), ...(JSON.parse(command) as string[])].join(' ');
    expect(scripts.start).toContain(words.replace('/app/', ''));
    expect(COMMANDS).toContain('serve');
  });

  it('sets variables that exist, and tells the version that package.json has', () => {
    const named =
      textsOf('ENV')
        .join(' ')
        .match(/\b[A-Z_]+(?==)/g) ?? [];
    expect(named.filter(name => name !== 'NODE_ENV' && !VARIABLE_NAMES.includes(name))).toEqual([]);
    expect(named.length).toBe(4);
    expect(text).toContain(`org.opencontainers.image.version="${VERSION}"`);
  });
});
