/**
 * Headers of a tar archive (POSIX ustar, sizes from 8 GiB on as GNU writes them), so that a backup can be looked into and
 * taken apart without this program: `tar -xf FILE`. Only plain files, one folder, short names.
 */

export const BLOCK_BYTES = 512;
/** Eleven octal digits. */
const OCTAL_BYTES_MAX = 8 ** 11 - 1;

/** Where the fields of a header are: offset and bytes. */
const NAME = [0, 100] as const;
const MODE = [100, 8] as const;
const OWNER = [108, 8] as const;
const GROUP = [116, 8] as const;
const SIZE = [124, 12] as const;
const TIME = [136, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = [156, 1] as const;
const MAGIC = [257, 8] as const;
const PLAIN_FILE = '0';
const USTAR = 'ustar\x0000';

export interface TarFile {
  name: string;
  bytes: number;
}

/** @param modifiedAtMs kept to the second @param file.name up to 99 ASCII characters */
export function tarHeaderOf({ name, bytes }: TarFile, modifiedAtMs: number): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  const put = ([at]: readonly [number, number], text: string) => header.write(text, at, 'latin1');
  const octal = (field: readonly [number, number], value: number) =>
    put(field, `${value.toString(8).padStart(field[1] - 1, '0')}\0`);
  put(NAME, name);
  octal(MODE, 0o600);
  octal(OWNER, 0);
  octal(GROUP, 0);
  if (bytes <= OCTAL_BYTES_MAX) octal(SIZE, bytes);
  else {
    header.writeUInt8(0x80, SIZE[0]);
    header.writeBigUInt64BE(BigInt(bytes), SIZE[0] + 4);
  }
  octal(TIME, Math.floor(modifiedAtMs / 1_000));
  put(TYPE, PLAIN_FILE);
  put(MAGIC, USTAR);
  put(CHECKSUM, `${checksumOf(header).toString(8).padStart(6, '0')}\0 `);
  return header;
}

/** The file that a header tells of, or null where it is the header of no plain file. */
export function parseTarHeader(header: Buffer): TarFile | null {
  const text = ([at, length]: readonly [number, number]) => header.toString('latin1', at, at + length);
  const octalIn = (field: readonly [number, number]) => /^[0-7]+(?=[\0 ])/.exec(text(field))?.[0];
  if (header.length !== BLOCK_BYTES || !text(MAGIC).startsWith('ustar')) return null;
  if (Number.parseInt(octalIn(CHECKSUM) ?? '', 8) !== checksumOf(header) || text(TYPE) !== PLAIN_FILE)
    return null;
  const [name = ''] = text(NAME).split('\0', 1);
  const bytes =
    header.readUInt8(SIZE[0]) === 0x80
      ? Number(header.readBigUInt64BE(SIZE[0] + 4))
      : Number.parseInt(octalIn(SIZE) ?? '', 8);
  return Number.isSafeInteger(bytes) ? { name, bytes } : null;
}

/** Bytes that fill the last block of a file. @example paddingOf(513) // 511 */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The sum of a header's bytes, its own field taken as blanks. */
function checksumOf(header: Buffer): number {
  const [from, length] = CHECKSUM;
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= from && at < from + length ? 0x20 : byte;
  return sum;
}
