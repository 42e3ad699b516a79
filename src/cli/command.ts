/** What every command is made with, and the options that several share. */
import type { Command } from 'commander';
import { type Config, configOf } from '../config.ts';
import { FORMAT_NAMES } from '../ingest/formats.ts';
import { Client } from './client.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';
import { ownCertificate } from './tls-files.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  /** Called by a command that ends with another code than 0. */
  finish(code: ExitCode): void;
  /** Aborts when the process is told to stop. A command that does not ask for it is ended by the signal itself. */
  stopSignal(): AbortSignal;
}

export interface ServerOptions {
  url?: string;
  key?: string;
}

/** The options of a command that talks to a server. */
export function withServerOptions(command: Command): Command {
  return command
    .option('--url <address>', 'server to talk to (default: where BAYESWATCH_HOST and BAYESWATCH_PORT say)')
    .option('--key <key>', 'key to show it (default: BAYESWATCH_KEY)');
}

/** The options of a command that works on the data folder, or on a server where one is named. */
export function withFolderOptions(command: Command): Command {
  return command
    .option('--url <address>', 'work on this server instead of the data folder')
    .option('--key <key>', 'key to show it (default: BAYESWATCH_KEY)')
    .option('--site <name>', 'site to work on in the data folder (default: default)');
}

export const FORMAT_HELP = `format of the files: ${FORMAT_NAMES.join(', ')}, or the path of a mapping file (*.json) that says what goes to which field (default: told by their first lines)`;

export function configOfTerminal({ env }: Terminal): Config {
  return configOf(env);
}

/**
 * The client of the server that a command talks to.
 * @throws CommandError 2 for an address that is none
 */
export function clientOf(config: Config, { url, key }: ServerOptions): Client {
  const shown = key ?? config.key;
  if (url !== undefined) return new Client(parseUrl(url), shown);
  return new Client(defaultUrlOf(config), shown, { certificate: ownCertificate(config) });
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CommandError(EXIT.usage, `--url takes an address such as http://127.0.0.1:8080, not ${text}`);
}

/** Where a server with this configuration is reached from the same machine. */
export function defaultUrlOf({ host, port, tls }: Pick<Config, 'host' | 'port' | 'tls'>): URL {
  if (port === 0) throw new CommandError(EXIT.usage, 'BAYESWATCH_PORT is 0: name the server with --url');
  return urlOf(host, port, tls === undefined ? 'http' : 'https');
}

/** @example urlOf('::', 8080, 'http').href // 'http://[::1]:8080/': where everything is listened on, the loopback address answers */
export function urlOf(host: string, port: number, scheme: 'http' | 'https'): URL {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return new URL(`${scheme}://${reached.includes(':') ? `[${reached}]` : reached}:${port}/`);
}
