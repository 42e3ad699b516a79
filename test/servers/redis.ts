/**
 * A Redis server of one's own: `redis-server` where it is on the PATH, else Debian's package with the libraries that the
 * machine lacks, unpacked beside each other. It keeps nothing.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findCommand, NoServer, provisioned, run } from './provision.ts';
import { type RunningServer, startServer } from './running-server.ts';

export interface RedisServer extends RunningServer {
  url: string;
}

interface Redis {
  command: string;
  env: Record<string, string>;
}

/** @throws NoServer where the machine has none and none can be fetched */
export async function startRedisServer({ port }: { port?: number | undefined } = {}): Promise<RedisServer> {
  const { command, env } = await redis();
  const folder = await mkdtemp(join(tmpdir(), 'bayeswatch-redis-'));
  const server = await startServer(
    onPort => ({
      command,
      env,
      args: [
        ...['--port', String(onPort), '--bind', '127.0.0.1', '--dir', folder],
        ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
      ],
    }),
    port,
  );
  const forgetting = (end: () => Promise<void>) => async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    ...server,
    url: `redis://127.0.0.1:${server.port}`,
    stop: forgetting(server.stop),
    kill: forgetting(server.kill),
  };
}

async function redis(): Promise<Redis> {
  const installed = findCommand('redis-server');
  if (installed !== null) return { command: installed, env: {} };
  for (const tool of ['apt-get', 'dpkg'])
    if (findCommand(tool) === null)
      throw new NoServer(`neither redis-server nor ${tool}, to fetch it, is on the PATH`);
  const folder = await provisioned('redis', unpackPackages);
  const libraries = await librariesIn(join(folder, 'usr/lib'));
  return {
    command: join(folder, 'usr/bin/redis-server'),
    env: { LD_LIBRARY_PATH: [...libraries, process.env['LD_LIBRARY_PATH'] ?? ''].join(delimiter) },
  };
}

/** By the machine's own list of packages; where that is none, or too old, by a fresh one that is the folder's own. */
async function unpackPackages(folder: string): Promise<void> {
  const scratch = join(folder, '..');
  await downloadPackages(scratch, []).catch(async () => {
    const lists = join(scratch, 'lists');
    await mkdir(join(lists, 'partial'), { recursive: true });
    const ownLists = ['-o', `Dir::State::lists=${lists}`, '-o', `Dir::Cache=${scratch}`];
    await run('apt-get', [...ownLists, '-q', 'update'], scratch);
    await downloadPackages(scratch, ownLists);
  });
  const packages = (await readdir(scratch)).filter(name => name.endsWith('.deb'));
  for (const name of packages) await run('dpkg', ['-x', join(scratch, name), folder], scratch);
  if (!existsSync(join(folder, 'usr/bin/redis-server')))
    throw new NoServer('the packages of Redis hold no redis-server');
}

/** Of the server and of all that it needs and the machine has not. */
async function downloadPackages(folder: string, options: readonly string[]): Promise<void> {
  const simulated = await run(
    'apt-get',
    [...options, '-s', 'install', '--no-install-recommends', 'redis-server'],
    folder,
  );
  const names = [...simulated.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  await run('apt-get', [...options, '-q', 'download', ...names], folder);
}

/** The folders that hold shared libraries. */
async function librariesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true, recursive: true });
  const holding = found.filter(({ name }) => name.includes('.so')).map(({ parentPath }) => parentPath);
  return [...new Set(holding)];
}
