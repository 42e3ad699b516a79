/** xz by the system's own program: no decoder of it is fast, small and kept enough to bring along. */
import { spawn } from 'node:child_process';
import { pipeline, type Readable } from 'node:stream';

/** What xz may hold to decompress: eight times what its strongest preset needs, and no bomb's dictionary. */
const MEMORY_BYTES_MAX = 536_870_912;
/** Of what it says when it fails. */
const COMPLAINT_CHARACTERS_MAX = 512;

/** There is no program `xz` on the PATH. */
export class NoXz extends Error {
  constructor(cause: unknown) {
    super('there is no xz on the PATH', { cause });
    this.name = 'NoXz';
  }
}

/**
 * The bytes, decompressed by `xz -dc`, which is ended with its reader.
 * @param chunks as they are stored; where they cannot be read, their error is the one that is thrown
 * @throws NoXz; Error with what xz says where the bytes are broken, or need more than MEMORY_BYTES_MAX
 */
export async function* xzDecompressed(chunks: Readable): AsyncGenerator<Buffer> {
  const child = spawn('xz', ['-dc', `--memlimit-decompress=${MEMORY_BYTES_MAX}`]);
  const closed = new Promise<string | null>((resolve, reject) => {
    child.once('error', cause => reject(new NoXz(cause)));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${code ?? signal}`));
  });
  // Awaited below; until then it is nobody's.
  closed.catch(() => undefined);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_CHARACTERS_MAX);
  });
  let broken: Error | null = null;
  pipeline(chunks, child.stdin, error => {
    // An xz that gave up no longer reads; why it did, it says itself.
    if (error && !isClosedPipe(error)) broken = error;
  });
  try {
    // Where xz could not be started, its output is closed before its end, which says less than why.
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: true })) yield chunk as Buffer;
    const failure = await closed;
    if (broken !== null) throw broken;
    if (failure !== null) throw new Error(`xz: ${complaint.replace(/^xz: /, '').trim() || failure}`);
  } finally {
    child.kill();
  }
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');
}
