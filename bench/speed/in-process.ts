/** Scoring without HTTP: bytes of NDJSON in, bytes of answers out, through the functions that the API calls. */
import { SYSTEM_CLOCK } from '../../src/cli/clock.ts';
import type { Composition } from '../../src/compose.ts';
import { LINE_BYTES_MAX } from '../../src/domain/limits.ts';
import { DEFAULT_SITE } from '../../src/domain/site.ts';
import type { ReceivedRecord } from '../../src/services/record-session.ts';
import type { Built } from './built.ts';

/** What a socket gives at once. */
const CHUNK_BYTES = 65_536;

export class InProcess {
  readonly #built: Built;
  readonly #composition: Composition;

  private constructor(built: Built, composition: Composition) {
    this.#built = built;
    this.#composition = composition;
  }

  /** Opens a data folder; a server may have it open too. */
  static async open(built: Built, dataFolder: string): Promise<InProcess> {
    const composition = await built.compose({
      ...built.configOf({ BAYESWATCH_DATA: dataFolder }),
      clock: SYSTEM_CLOCK,
      onError: error => {
        throw error;
      },
    });
    return new InProcess(built, composition);
  }

  /** The model that scores. */
  served() {
    return this.#composition.models.current(DEFAULT_SITE);
  }

  /** Scores a body of `count` lines. @throws Error unless each is accepted */
  async score(body: Buffer, count: number): Promise<void> {
    const { RecordReader, splitLines, linesShape } = this.#built;
    const reader = new RecordReader({
      format: undefined,
      isJson: true,
      lineBytesMax: LINE_BYTES_MAX,
      receivedAtMs: Date.now(),
    });
    const session = await this.#composition.services.openScoring(DEFAULT_SITE, { explain: 0 });
    const shape = linesShape({ minimal: false });
    let accepted = 0;
    for await (const lines of splitLines(chunksOf(body), LINE_BYTES_MAX)) {
      const numbers: number[] = [];
      const received: ReceivedRecord[] = [];
      for (const read of reader.read(lines)) {
        if ('rejected' in read) throw new Error(`line ${read.line}: ${read.rejected.detail}`);
        numbers.push(read.line);
        received.push(read.received);
      }
      let text = '';
      for (const [index, outcome] of (await session.add(received)).entries()) {
        if ('rejected' in outcome) throw new Error(`rejected: ${outcome.rejected.detail}`);
        text += shape.accepted(numbers[index] ?? 0, outcome);
        accepted += 1;
      }
      if (Buffer.from(text).length === 0) throw new Error('an answer is empty');
    }
    if (accepted !== count) throw new Error(`${accepted} of ${count} lines were scored`);
  }

  close(): Promise<void> {
    return this.#composition.close();
  }
}

export async function* chunksOf(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += CHUNK_BYTES) yield body.subarray(at, at + CHUNK_BYTES);
}
