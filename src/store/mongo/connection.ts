/**
 * The driver's client, as this store needs it: everything bounded in time; what is acknowledged is on the disks of a
 * majority, and what is read was. A URL may say how long to wait, how many connections to hold and how to reach the
 * servers, never how durably to write.
 */
import { type Db, MongoClient, type MongoClientOptions, ReadConcern } from 'mongodb';
import { AppError } from '../../domain/errors.ts';

const DATABASE = 'bayeswatch';

/** What a URL may set otherwise, by the same names. */
const DEFAULTS = {
  appName: 'bayeswatch',
  /** Until a server is found; a failover takes about ten seconds, and who asks again finds the new primary. */
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 5_000,
  /** Until a command is answered: counting the slices of a hundred million records takes the longest. */
  socketTimeoutMS: 60_000,
  /** Until one of the connections is free. */
  waitQueueTimeoutMS: 10_000,
  maxPoolSize: 32,
} as const satisfies MongoClientOptions;

/** Until a majority has written what is to be acknowledged. */
const WRITE_TIMEOUT_MS = 10_000;

export interface MongoConnection {
  client: MongoClient;
  db: Db;
}

export interface MongoOptions {
  /** `MONGODB_URL`: mongodb:// or mongodb+srv://, with user, password and options. */
  url: string;
  /** Instead of the one that the URL names; where neither does, `bayeswatch`. */
  database?: string | undefined;
  /** Instead of the default, where the URL says nothing. */
  serverSelectionTimeoutMs?: number | undefined;
  socketTimeoutMs?: number | undefined;
}

/**
 * Nothing is connected yet.
 * @throws AppError `config-invalid` for a URL that the driver does not take; it tells nothing of what the URL holds
 */
export function connectionTo(options: MongoOptions): MongoConnection {
  const { url, database, serverSelectionTimeoutMs, socketTimeoutMs } = options;
  const wanted = {
    ...DEFAULTS,
    ...(serverSelectionTimeoutMs === undefined ? {} : { serverSelectionTimeoutMS: serverSelectionTimeoutMs }),
    ...(socketTimeoutMs === undefined ? {} : { socketTimeoutMS: socketTimeoutMs }),
  };
  const given = namesOfOptionsIn(url);
  const unset = Object.entries(wanted).filter(([name]) => !given.has(name.toLowerCase()));
  const client = clientOf(url, { ...Object.fromEntries(unset), readPreference: 'primary' });
  const db = client.db(database ?? databaseIn(url) ?? DATABASE, {
    readConcern: new ReadConcern('majority'),
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: WRITE_TIMEOUT_MS },
    ignoreUndefined: true,
  });
  return { client, db };
}

function clientOf(url: string, options: MongoClientOptions): MongoClient {
  try {
    return new MongoClient(url, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // Where a URL names a user, the driver's words may hold the password, and so may its error.
    throw url.includes('@')
      ? new AppError(
          'config-invalid',
          'MONGODB_URL is not as it should be: mongodb://user:password@host:port/database?option=value, and what is ' +
            'special in user and password percent-encoded',
        )
      : new AppError('config-invalid', `MONGODB_URL is not as it should be: ${reason}`, { cause });
  }
}

/** In lower case: the driver takes them in any. */
function namesOfOptionsIn(url: string): Set<string> {
  const query = url.split('?')[1] ?? '';
  return new Set([...new URLSearchParams(query).keys()].map(name => name.toLowerCase()));
}

/** The path of the URL. @example databaseIn('mongodb://a:1,b:2/traffic?tls=true') // 'traffic' */
function databaseIn(url: string): string | undefined {
  const afterHosts = url.replace(/^[a-z+]+:\/\/[^/?]*/, '').split('?')[0] ?? '';
  return afterHosts.length > 1 ? decodeURIComponent(afterHosts.slice(1)) : undefined;
}
