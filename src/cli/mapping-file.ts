/** `--format` as people give it: the name of a format, or the path of a mapping file of their own. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { nearestName } from '../domain/nearest-name.ts';
import type { Format, LineParser } from '../ingest/format.ts';
import { mappingFormat } from '../ingest/mapping.ts';
import { MAPPED_FIELDS, mappingOf } from '../ingest/mapping-schema.ts';
import { localClock } from '../tokenize/local-clock.ts';
import type { Client } from './client.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { CommandError, EXIT } from './exit.ts';
import { reasonOf } from './input.ts';
import { findTimeZone } from './policy.ts';

/** A mapping names some fifty fields, and translates a few values of some. */
const BYTES_MAX = 1_048_576;

/** How lines are read before they are sent; the server gets them in the native format. */
export interface LineMapping {
  /** As summaries tell it. */
  name: string;
  /** A parser for one file. */
  open(): LineParser;
}

/** The format that the server is told, and how lines are brought into it; undefined where they go as they are. */
export interface Reading {
  format: string | undefined;
  mapping: LineMapping | undefined;
}

/** The mapping file that `--format` names; undefined where it names no file. */
export async function findMappingFile(format: string | undefined): Promise<Format | undefined> {
  if (format === undefined || !(format.endsWith('.json') || format.includes('/'))) return undefined;
  const read = mappingOf(await textOf(format));
  if ('mapping' in read) return mappingFormat(basename(format), read.mapping);
  throw new CommandError(EXIT.usage, `${format}: ${read.problem}${adviceOn(read.problem)}`);
}

/**
 * How files are read: by a mapping, with the server's time zone for times without an offset, or as the server reads them.
 * @param timeZone of the site where the server does not tell it
 */
export async function readingOf(
  client: Client,
  format: string | undefined,
  mappingFile: Format | undefined,
  timeZone: string,
): Promise<Reading> {
  if (mappingFile === undefined) return { format, mapping: undefined };
  const { utcOf } = localClock((await findTimeZone(client)) ?? timeZone);
  const open = () => mappingFile.open({ receivedAtMs: SYSTEM_CLOCK.nowMs(), utcOf });
  return { format: 'ecs', mapping: { name: mappingFile.name, open } };
}

/** @example adviceOn('columns: Unrecognized key: "source.adress"') // '; did you mean source.address?' were there such a field */
function adviceOn(problem: string): string {
  const [, unknown] = /^(?:columns|paths|constants): Unrecognized key: "([^"]{1,64})"/.exec(problem) ?? [];
  if (unknown === undefined) return '';
  const near = nearestName(unknown, Object.keys(MAPPED_FIELDS));
  return near === undefined ? '' : `; did you mean ${near}?`;
}

async function textOf(path: string): Promise<string> {
  const bytes = Buffer.alloc(BYTES_MAX + 1);
  let length = 0;
  try {
    const handle = await open(path);
    try {
      for (let read = 1; read > 0 && length < bytes.length; length += read) {
        read = (await handle.read(bytes, length, bytes.length - length)).bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new CommandError(EXIT.unreachable, `cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
  if (length <= BYTES_MAX) return bytes.toString('utf8', 0, length).replace('\ufeff', '');
  throw new CommandError(EXIT.usage, `${path} is larger than a mapping can be (${BYTES_MAX} bytes)`);
}
