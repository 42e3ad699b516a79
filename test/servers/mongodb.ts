/**
 * A MongoDB server of one's own: `mongod` where it is on the PATH, else a MongoDB-compatible server in Java, which Maven
 * fetches and javac completes. It is used in the clear, on the loopback, and gone with the tests.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findCommand, NoServer, provisioned, run } from './provision.ts';
import { type RunningServer, type ServerCommand, startServer } from './running-server.ts';

const SOURCE = join(import.meta.dirname, 'mongodb');
const MAIN = 'MongoServerMain';

const SMALL_HEAP_MEGABYTES = 2_048;
/** Starts at once, and costs little beside what is tested. */
const QUICK_START = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** A heap of gigabytes is collected beside the work: a pause for all of it is longer than a driver waits for a server. */
const LONG_RUN = ['-XX:+UseG1GC'];

export interface MongoServer extends RunningServer {
  url: string;
}

interface MongoServerOptions {
  /** Folder of its data, so that a restart finds it; without, what it holds ends with it. */
  folder?: string | undefined;
  port?: number | undefined;
  /** What a server in Java may use. Above SMALL_HEAP_MEGABYTES it is made for long runs instead of quick starts. */
  heapMegabytes?: number | undefined;
}

/** @throws NoServer where the machine has none and none can be fetched */
export async function startMongoServer(options: MongoServerOptions = {}): Promise<MongoServer> {
  const { folder, port } = options;
  const mongod = findCommand('mongod');
  const server = mongod === null ? await startJava(options) : await startMongod(mongod, folder, port);
  return { ...server, url: `mongodb://127.0.0.1:${server.port}` };
}

async function startMongod(command: string, folder: string | undefined, port: number | undefined) {
  const scratch = folder === undefined ? await mkdtemp(join(tmpdir(), 'bayeswatch-mongod-')) : null;
  const server = await startServer(
    onPort => ({
      command,
      args: ['--dbpath', folder ?? scratch ?? '', '--port', String(onPort), '--bind_ip', '127.0.0.1'],
    }),
    port,
  );
  const forgetting = (end: () => Promise<void>) => async () => {
    await end();
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  };
  return { ...server, stop: forgetting(server.stop), kill: forgetting(server.kill) };
}

async function startJava({ folder, port, heapMegabytes = 256 }: MongoServerOptions) {
  const java = findCommand('java');
  if (java === null || findCommand('javac') === null || findCommand('mvn') === null)
    throw new NoServer('neither mongod nor java, javac and mvn are on the PATH');
  const jars = await provisioned(`mongodb-${await digestOfSource()}`, fetchJars);
  const commandOn = (onPort: number): ServerCommand => ({
    command: java,
    args: [
      `-Xmx${heapMegabytes}m`,
      ...(heapMegabytes > SMALL_HEAP_MEGABYTES ? LONG_RUN : QUICK_START),
      ...['-cp', `${jars}${delimiter}${join(jars, '*')}`, MAIN, String(onPort)],
      ...(folder === undefined ? [] : [join(folder, 'mongodb.h2')]),
    ],
  });
  return startServer(commandOn, port);
}

/** What is fetched and compiled goes by what it is made of. */
async function digestOfSource(): Promise<string> {
  const digest = createHash('sha256');
  for (const name of (await readdir(SOURCE)).sort()) digest.update(await readFile(join(SOURCE, name)));
  return digest.digest('hex').slice(0, 12);
}

async function fetchJars(folder: string): Promise<void> {
  const repository = join(folder, '..', 'maven');
  await run(
    'mvn',
    [
      ...['-B', '-q', '-f', join(SOURCE, 'pom.xml'), `-Dmaven.repo.local=${repository}`],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`],
    ],
    folder,
  );
  await run(
    'javac',
    ['-cp', join(folder, '*'), '-sourcepath', SOURCE, '-d', folder, join(SOURCE, `${MAIN}.java`)],
    folder,
  );
}
