/**
 * What a command on a data folder judges by: what the server of that folder does, so that both give a record the same
 * score. A policy that was set is in the database, and both go by it. Until then the environment says it: so the server
 * writes its own beside its database, as variables; a command takes them from there, and where its own environment says
 * otherwise it goes by that and says so.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, configOf, policyVariablesOf } from '../config.ts';
import { AppError } from '../domain/errors.ts';
import { POLICY_FILE_NAME, type Policy } from '../domain/policy.ts';
import { configOfTerminal, type ServerOptions } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Keeps the policy of the environment in the folder, under another name until all of it is written. Throws the system's error. */
export function keepPolicy({ dataFolder, policy }: Config): void {
  const path = join(dataFolder, POLICY_FILE_NAME);
  const lines = Object.entries(policyVariablesOf(policy)).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(`${path}.unfinished`, `# What the last server of this folder judged by.\n${lines.join('')}`);
  renameSync(`${path}.unfinished`, path);
}

export interface FolderConfig extends Config {
  /** Where the environment says another policy than that of the folder's last server: to be told where none was set. */
  readonly differences: readonly string[];
}

/**
 * The configuration of a command that works on the data folder, with the policy of its server; or of one that asks a server.
 * @throws AppError `config-invalid`; `data-folder-unusable` where the policy in the folder is none
 */
export function configOfFolder(terminal: Terminal, { url }: ServerOptions): FolderConfig {
  const own = configOfTerminal(terminal);
  const isFolder = url === undefined && own.mongodbUrl === undefined;
  const kept = isFolder ? findPolicy(own.dataFolder) : null;
  if (kept === null) return { ...own, differences: [] };
  const theirs = policyVariablesOf(kept);
  const set = Object.entries(terminal.env).filter(([name, value]) => value !== '' && name in theirs);
  const config = configOf({ ...terminal.env, ...theirs, ...Object.fromEntries(set) });
  const ours = policyVariablesOf(config.policy);
  const differences = Object.keys(theirs)
    .filter(name => ours[name] !== theirs[name])
    .map(name => {
      const where = `${theirs[name]} for the last server of ${own.dataFolder}`;
      return `${name} is ${ours[name]} here, and was ${where}: this command may judge otherwise`;
    });
  return { ...config, differences };
}

/** The policy of the last server of a folder; null where there was none that wrote it down. */
function findPolicy(dataFolder: string): Policy | null {
  const path = join(dataFolder, POLICY_FILE_NAME);
  if (!existsSync(path)) return null;
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const variables = lines.filter(line => line !== '' && !line.startsWith('#'));
    return configOf(Object.fromEntries(variables.map(variableOf))).policy;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const mend = 'the next start of a server writes it anew';
    throw new AppError('data-folder-unusable', `${path} is no policy (${reason}); remove it: ${mend}`, {
      cause,
    });
  }
}

/** @example variableOf('BAYESWATCH_TIME_ZONE=UTC') // ['BAYESWATCH_TIME_ZONE', 'UTC'] */
function variableOf(line: string): [name: string, value: string] {
  const sign = line.indexOf('=');
  return sign === -1 ? [line, ''] : [line.slice(0, sign), line.slice(sign + 1)];
}
