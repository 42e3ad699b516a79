/** The file of a backup: what tar makes of it, whatever pieces it comes in, and that nothing changed in it goes unseen. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archiveBytesOf, archiveChunks, readArchive } from '../../src/backup/archive.ts';
import { BACKUP_FORMAT, type BackupManifest, parseManifest } from '../../src/backup/manifest.ts';
import { parseTarHeader, tarHeaderOf } from '../../src/backup/tar.ts';
import { inScratchFolder } from '../store/sqlite/scratch.ts';

function manifestOf(database: Uint8Array, given: Partial<BackupManifest> = {}): BackupManifest {
  const sha256 = createHash('sha256').update(database).digest('hex');
  const told = {
    format: BACKUP_FORMAT,
    version: '0.1.0',
    schema: 1,
    madeAt: '2026-01-15T12:00:00.000Z',
    sites: [],
  };
  return { bayeswatch: 'backup', ...told, database: { bytes: database.length, sha256 }, ...given };
}

async function archiveOf(database: Uint8Array, given: Partial<BackupManifest> = {}): Promise<Buffer> {
  return inScratchFolder(async folder => {
    const path = join(folder, 'database');
    writeFileSync(path, database);
    const manifest = manifestOf(database, given);
    const pieces: Uint8Array[] = [];
    for await (const chunk of archiveChunks(manifest, path)) pieces.push(chunk);
    const archive = Buffer.concat(pieces);
    expect(archive).toHaveLength(archiveBytesOf(manifest));
    return archive;
  });
}

async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function read(
  archive: Buffer,
  pieceBytes = 65_536,
): Promise<{ manifest: BackupManifest; database: Buffer }> {
  const pieces: Buffer[] = [];
  const manifest = await readArchive(
    inPieces(archive, pieceBytes),
    () => {},
    async bytes => {
      pieces.push(Buffer.from(bytes));
    },
  );
  return { manifest, database: Buffer.concat(pieces) };
}

const DATABASE = Buffer.from(Array.from({ length: 1_500 }, (_, index) => index * 7));
const damaged = expect.objectContaining({ code: 'backup-damaged' });

describe('an archive', () => {
  it('is what tar takes apart, and the digest is that of the file', async () => {
    const archive = await archiveOf(DATABASE);
    await inScratchFolder(folder => {
      const path = join(folder, 'backup.tar');
      writeFileSync(path, archive);
      execFileSync('tar', ['-xf', path, '-C', folder]);
      expect(readFileSync(join(folder, 'bayeswatch.sqlite'))).toEqual(DATABASE);
      expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifestOf(DATABASE));
    });
  });

  it('is read whole, whatever pieces it comes in', async () => {
    const property = fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.integer({ min: 1, max: 3_000 }),
      async (database, pieceBytes) => {
        const found = await read(await archiveOf(database), pieceBytes);
        expect(found.database).toEqual(Buffer.from(database));
        expect(found.manifest).toEqual(manifestOf(database));
      },
    );
    await fc.assert(property, { numRuns: 50 });
  });

  it('is refused where it is cut anywhere, or goes on', async () => {
    const archive = await archiveOf(DATABASE);
    for (let bytes = 0; bytes < archive.length; bytes += 97)
      await expect(read(archive.subarray(0, bytes))).rejects.toEqual(damaged);
    await expect(read(archive.subarray(0, -1))).rejects.toEqual(damaged);
    archive.writeUInt8(1, archive.length - 1);
    await expect(read(archive)).rejects.toEqual(damaged);
  });

  it('is refused where a bit of its database is another', async () => {
    const archive = await archiveOf(DATABASE);
    const begin = archive.indexOf(DATABASE);
    for (let at = begin; at < begin + DATABASE.length; at += 41) {
      const changed = Buffer.from(archive);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await expect(read(changed)).rejects.toEqual(damaged);
    }
  });

  it.each([
    ['', /ends too early/],
    ['x'.repeat(2_000), /no manifest\.json/],
    ['SQLite format 3\0'.repeat(64), /no manifest\.json/],
  ])('is refused where it is something else: %.20j', async (text, reason) => {
    await expect(read(Buffer.from(text))).rejects.toThrow(reason);
  });
});

describe('a manifest', () => {
  it.each([
    ['no JSON', '{', 'backup-damaged'],
    ['of another program', '{"format":1}', 'backup-damaged'],
    [
      'without a digest',
      JSON.stringify({ ...manifestOf(DATABASE), database: { bytes: 1 } }),
      'backup-damaged',
    ],
    [
      'with a site that is none',
      JSON.stringify(manifestOf(DATABASE)).replace('[]', '[null]'),
      'backup-damaged',
    ],
    ['of a form to come', '{"bayeswatch":"backup","format":2,"version":"9"}', 'data-folder-unusable'],
  ])('that is %s is refused', (_, text, code) => {
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a tar header', () => {
  it.each([0, 511, 512, 8_589_934_591, 8_589_934_592, 2 ** 45])('keeps a size of %d bytes', bytes => {
    const header = tarHeaderOf({ name: 'bayeswatch.sqlite', bytes }, 0);
    expect(parseTarHeader(header)).toEqual({ name: 'bayeswatch.sqlite', bytes });
  });

  it('is none where a byte of it is another', () => {
    const header = tarHeaderOf({ name: 'manifest.json', bytes: 7 }, 1_700_000_000_000);
    for (const at of [0, 99, 124, 150, 156, 257]) {
      const changed = Buffer.from(header);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(parseTarHeader(changed)).toBeNull();
    }
  });
});
