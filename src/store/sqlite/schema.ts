/**
 * The tables, and how an older file becomes a newer one: each step is applied once, in order, together with its number
 * (SQLite's user_version). A released step is never changed.
 *
 * Sites, marks, formats and models stand as numbers of `names`. A record is one row, in order of arrival: what is
 * searched by as columns, what else learning and searching go by as one JSON text (rows.ts), then its content. Each column
 * costs a driver more to write than SQLite. Identities are hashes, so a batch falls all over the index of them, and a page
 * of write-ahead log a record is what it costs: only what must be found by a hash is indexed by it, in as few bytes as can
 * be. What slices hold is told by `arrivals`, a row for each batch and slice, instead of further indexes over records.
 */
import { AppError } from '../../domain/errors.ts';
import type { Database } from './driver.ts';

/** Of a record: which run of 8,192 in order of arrival it belongs to, whose scores have an order of their own (score-runs.ts). */
export const RUN_OF_RECORD = 'id >> 13';

/** Of step 3: a text of a head before it, as a value within JSON. */
const jsonOfText = (column: string) =>
  `json(CASE WHEN substr(${column}, 1, 1) = '"' THEN ${column} ELSE json_quote(${column}) END)`;

const STEPS: readonly string[] = [
  `
  CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );

  CREATE TABLE heads (
    site INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    identity BLOB NOT NULL,
    body INTEGER NOT NULL,
    episode BLOB NOT NULL,
    kind INTEGER NOT NULL,
    at_ms NUMERIC,
    received_at_ms NUMERIC NOT NULL,
    labelled INTEGER NOT NULL,
    symbols INTEGER NOT NULL,
    score REAL,
    verdict INTEGER,
    host TEXT,
    source TEXT,
    destination TEXT,
    domain TEXT,
    sensor TEXT,
    PRIMARY KEY (site, slice, identity)
  ) WITHOUT ROWID;
  CREATE INDEX heads_by_time ON heads (site, at_ms, slice, identity);
  CREATE INDEX heads_by_score ON heads (site, score, slice, identity) WHERE score >= 0.01;

  CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    format INTEGER NOT NULL,
    model INTEGER,
    content TEXT NOT NULL,
    fixed TEXT NOT NULL,
    original BLOB,
    original_deflated INTEGER NOT NULL
  );

  CREATE TABLE arrivals (
    site INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    first_body INTEGER NOT NULL,
    records INTEGER NOT NULL,
    symbols INTEGER NOT NULL,
    at_ms_min NUMERIC,
    at_ms_max NUMERIC,
    due_ms_min NUMERIC,
    due_ms_max NUMERIC,
    PRIMARY KEY (site, slice, first_body)
  ) WITHOUT ROWID;
  CREATE INDEX arrivals_by_due ON arrivals (site, due_ms_max, due_ms_min) WHERE due_ms_max IS NOT NULL;

  CREATE TABLE memberships (
    site INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    identity BLOB NOT NULL,
    PRIMARY KEY (site, mark, slice, identity)
  ) WITHOUT ROWID;
  CREATE INDEX memberships_by_record ON memberships (site, slice, identity, mark);

  CREATE TABLE intents (
    number INTEGER PRIMARY KEY,
    site INTEGER NOT NULL,
    id TEXT NOT NULL,
    created_at_ms NUMERIC NOT NULL,
    records INTEGER NOT NULL,
    record_refs BLOB NOT NULL,
    membership_marks TEXT NOT NULL,
    membership_refs BLOB NOT NULL,
    UNIQUE (site, id)
  );
  CREATE INDEX intents_by_age ON intents (site, created_at_ms, number, records);

  CREATE TABLE entries (
    site INTEGER NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    late_refs BLOB,
    UNIQUE (site, number)
  );

  CREATE TABLE plans (
    site INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    slices TEXT NOT NULL,
    UNIQUE (site, entry)
  );

  CREATE TABLE manifests (
    site INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    part INTEGER NOT NULL,
    row_bytes BLOB NOT NULL,
    UNIQUE (site, slice, entry, part)
  );

  CREATE TABLE segments (
    site INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    part INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    sum BLOB NOT NULL,
    counts BLOB NOT NULL,
    UNIQUE (site, entry, slice, part, chunk)
  );

  CREATE TABLE done (
    site INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    sum BLOB NOT NULL,
    done_at_ms NUMERIC NOT NULL,
    PRIMARY KEY (site, entry)
  ) WITHOUT ROWID;

  CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    site INTEGER NOT NULL,
    created_at_ms NUMERIC NOT NULL,
    content TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX keys_by_site ON keys (site, created_at_ms, id);

  CREATE TABLE key_revocations (
    id TEXT PRIMARY KEY,
    revoked_at_ms NUMERIC NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    secret TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  // 2: the audit, and seals.
  `
  CREATE TABLE audit (
    site INTEGER NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (site, number)
  ) WITHOUT ROWID;

  -- When the newest record of an arrival was received is known of new ones; of older ones, of their slice.
  ALTER TABLE arrivals ADD COLUMN received_ms_max NUMERIC;
  UPDATE arrivals SET received_ms_max = newest.received_ms
    FROM (SELECT site, slice, max(received_at_ms) AS received_ms FROM heads GROUP BY site, slice) AS newest
    WHERE newest.site = arrivals.site AND newest.slice = arrivals.slice;

  CREATE TABLE seal_vectors (
    site INTEGER NOT NULL,
    incident INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    part INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    sum BLOB NOT NULL,
    counts BLOB NOT NULL,
    UNIQUE (site, slice, incident, part, chunk)
  );
  CREATE INDEX seal_vectors_by_incident ON seal_vectors (site, incident);
  `,
  // 3: a record is one row, in order of arrival, no longer a head in order of its hash and a body beside it.
  `
  CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    site INTEGER NOT NULL,
    slice INTEGER NOT NULL,
    identity BLOB NOT NULL,
    at_ms NUMERIC,
    received_at_ms NUMERIC NOT NULL,
    score REAL,
    head TEXT NOT NULL,
    format INTEGER NOT NULL,
    model INTEGER,
    content TEXT NOT NULL,
    fixed TEXT NOT NULL,
    original BLOB,
    original_deflated INTEGER NOT NULL
  );
  -- Texts of a head that began with a quote were JSON already (text-codec.ts).
  INSERT INTO records
    SELECT bodies.id, site, slice, identity, at_ms, received_at_ms, score,
      json_array(lower(hex(episode)), kind, labelled, symbols, verdict, ${['host', 'source', 'destination', 'domain', 'sensor'].map(jsonOfText).join(', ')}),
      format, model, content, fixed, original, original_deflated
    FROM heads JOIN bodies ON bodies.id = heads.body ORDER BY heads.body;
  DROP TABLE heads;
  DROP TABLE bodies;
  CREATE UNIQUE INDEX records_by_identity ON records (site, slice, identity);
  CREATE INDEX records_by_time ON records (site, at_ms, slice, identity);
  CREATE INDEX records_by_score ON records (site, ${RUN_OF_RECORD}, score, slice, identity);
  ALTER TABLE arrivals RENAME COLUMN first_body TO first_record;

  CREATE TABLE leases (
    site INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT,
    PRIMARY KEY (site, epoch)
  ) WITHOUT ROWID;
  `,
  // 4: policies that were set.
  `
  CREATE TABLE policies (
    site INTEGER NOT NULL,
    number INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (site, number)
  ) WITHOUT ROWID;
  `,
  // 5: what other sites have learnt, and what was fitted to marks.
  `
  CREATE TABLE import_parts (
    site INTEGER NOT NULL,
    import TEXT NOT NULL,
    part INTEGER NOT NULL,
    created_at_ms NUMERIC NOT NULL,
    sum BLOB NOT NULL,
    counts BLOB NOT NULL,
    UNIQUE (site, import, part)
  );

  CREATE TABLE fits (
    site INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (site, entry)
  ) WITHOUT ROWID;
  `,
  // 6: fits by version. Nobody knows of which those before are: they are worked out anew once the site is next looked at.
  `
  DROP TABLE fits;
  CREATE TABLE fits (
    site INTEGER NOT NULL,
    version INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (site, version, entry)
  ) WITHOUT ROWID;
  `,
];

/** The version that this program writes. */
export const SCHEMA_VERSION = STEPS.length;
/** 'BAYW' in ASCII: tells our files from those of others (SQLite's application_id). */
const APPLICATION_ID = 0x42_41_59_57;

/**
 * Brings the database up to this program's schema.
 * @throws AppError `data-folder-unusable` for a file of a newer version, or of another program
 */
export function migrate(database: Database): void {
  database.transaction(() => {
    const { user_version: version } = pragma(database, 'user_version');
    const { application_id: application } = pragma(database, 'application_id');
    const tables = database.prepare<{ n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0;
    if (application !== APPLICATION_ID && (application !== 0 || tables > 0))
      throw new AppError('data-folder-unusable', 'the database belongs to another program');
    if (version > SCHEMA_VERSION) {
      const detail = `the database is of schema ${version}, this version knows ${SCHEMA_VERSION}: use a newer Bayeswatch`;
      throw new AppError('data-folder-unusable', detail);
    }
    // A file that is up to date is not written: a start must not need room on the disk.
    if (version === SCHEMA_VERSION && application === APPLICATION_ID) return;
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function pragma<Name extends string>(database: Database, name: Name): Record<Name, number> {
  const row = database.prepare<Record<Name, number>>(`PRAGMA ${name}`).get();
  if (row === undefined) throw new Error(`PRAGMA ${name} says nothing`);
  return row;
}
