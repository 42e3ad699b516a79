/** The servers that tests run on: fetched, started, told of once, and ended. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provisioned } from './provision.ts';
import { startServer } from './running-server.ts';
import { findServer } from './servers.ts';

describe.each(['MongoDB', 'Redis'] as const)('the %s server of a run', name => {
  it('is one for all who ask, and takes connections', async ({ skip }) => {
    const [url, again] = await Promise.all([findServer(name), findServer(name)]);
    skip(url === null, 'there is none');
    expect(again).toBe(url);
    const { hostname, port } = new URL(url ?? '');
    expect(await connects(hostname, Number(port))).toBe(true);
  }, 300_000);
});

describe('a server', () => {
  const listening = "require('net').createServer().listen(process.argv[1], '127.0.0.1')";
  const node = (script: string) => (port: number) => ({
    command: process.execPath,
    args: ['-e', script, String(port)],
  });

  it('is ready once it listens, and ended when it is stopped, even paused', async () => {
    const server = await startServer(node(listening));
    expect(await connects('127.0.0.1', server.port)).toBe(true);
    await server.pause();
    await server.stop();
    expect(await connects('127.0.0.1', server.port)).toBe(false);
    await server.stop();
  });

  it('that ends before it listens is told with what it said', async () => {
    const failing = startServer(node("console.error('no such option'); process.exit(3)"));
    await expect(failing).rejects.toThrow(/does not start: no such option/);
    await expect(startServer(() => ({ command: '/no/such/server', args: [] }))).rejects.toThrow(/ENOENT/);
  });
});

describe('a server of a test run that is killed', () => {
  it('ends too', async () => {
    const run = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'run-of-one-server.ts')],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [told] = (await once(run.stdout, 'data')) as [Buffer];
    const port = Number(told.toString());
    expect(await connects('127.0.0.1', port)).toBe(true);
    run.kill('SIGKILL');
    await once(run, 'exit');
    await expect.poll(() => connects('127.0.0.1', port)).toBe(false);
  });
});

describe('what is provisioned', () => {
  const name = `trial-${process.pid}`;

  it('is made once, whoever makes it at the same time, and not at all where making it fails', async () => {
    let made = 0;
    const make = async (folder: string) => {
      made += 1;
      await writeFile(join(folder, 'made'), '');
    };
    const failing = provisioned(name, async folder => {
      await mkdir(join(folder, 'half'));
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    const [place, same] = await Promise.all([provisioned(name, make), provisioned(name, make)]);
    try {
      expect(same).toBe(place);
      expect(await readdir(place)).toEqual(['made']);
      expect(basename(place)).toBe(name);
      const before = made;
      await provisioned(name, make);
      expect(made).toBe(before);
    } finally {
      await rm(place, { recursive: true });
    }
    expect(existsSync(dirname(place))).toBe(true);
  });
});

function connects(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
