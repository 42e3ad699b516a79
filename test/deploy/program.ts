/** What the program has, for the files of deployment to be held against. */
import { PassThrough, Readable } from 'node:stream';
import { programOf } from '../../src/cli/program.ts';
import { textOf } from '../house/source-tree.ts';

/** The commands are made and not run. */
const nobody = {
  terminal: { stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough(), env: {} },
  finish() {},
  stopSignal: () => new AbortController().signal,
};

export const COMMANDS: readonly string[] = programOf(nobody).commands.map(command => command.name());

/** Paths that ask for no permission: what probes may ask. */
export const OPEN_PATHS: readonly string[] = [
  ...textOf('src/api/routes/health.ts').matchAll(/path: '([^']+)',\n\s+permission: null/g),
].map(([, path = '']) => path);

const VERSIONS = JSON.parse(textOf('package.json')) as { version: string };
export const IMAGE = `bayeswatch:${VERSIONS.version}`;
export const { version: VERSION } = VERSIONS;
