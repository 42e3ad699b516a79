/** From the bytes of a document to what is stored of it, under the limits that lines have. */
import { readDocument } from '../ingest/documents.ts';
import type { Format, ParserContext } from '../ingest/format.ts';
import type { Caller } from '../services/caller.ts';
import type { ApiContext } from './route.ts';
import type { ReadItem } from './store-documents.ts';

/** @param eventId what the sender calls it, if anything: its identity from then on */
export type ReadBytes = (bytes: Uint8Array, eventId?: string) => ReadItem;

/** @param format undefined to have it told by each document */
export async function documentReader(
  { services, clock, limits }: ApiContext,
  { site }: Caller,
  format: Format | undefined,
): Promise<ReadBytes> {
  const context: ParserContext = { receivedAtMs: clock.nowMs(), utcOf: await services.utcOf(site) };
  const { lineBytesMax } = limits;
  return (original, eventId) => {
    if (original.length > lineBytesMax) {
      const detail = `lineBytesMax: more than ${lineBytesMax} bytes`;
      return { rejected: { code: 'line-too-long', detail } };
    }
    const read = readDocument(Buffer.from(original).toString('utf8'), context, format);
    if ('rejected' in read) return read;
    const record = eventId === undefined ? read.record : { ...read.record, eventId };
    return { received: { record, original, format: read.format } };
  };
}
