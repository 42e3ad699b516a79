/**
 * How a body with records is read, by its `Content-Type`: as one JSON text, or line by line. Lines are the forgiving
 * default: shippers and `curl --data-binary @file` send raw lines under many names, curl's own being that of a form.
 */
import { AppError } from '../domain/errors.ts';

/** `json-lines` are lines that are JSON by their media type; `lines` may be anything. */
type BodyKind = 'json' | 'json-lines' | 'lines';

export const JSON_MEDIA_TYPE = 'application/json';
export const NDJSON_MEDIA_TYPE = 'application/x-ndjson';

const JSON_LINES_MEDIA_TYPES = new Set([
  NDJSON_MEDIA_TYPE,
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
  'application/jsonlines',
]);

/** Media types whose bodies are lines of any kind, besides `text/*`. */
const LINES_MEDIA_TYPES = new Set([
  'application/csv',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
]);

const CHARSETS = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** `text/plain; charset="UTF-8"` → `text/plain` and `utf-8`. */
function partsOf(contentType: string): { mediaType: string; charset: string | null } {
  const [mediaType = '', ...parameters] = contentType.toLowerCase().split(';', 8);
  const charset = parameters.map(parameter => parameter.trim()).find(text => text.startsWith('charset='));
  return {
    mediaType: mediaType.trim(),
    charset: charset === undefined ? null : charset.slice('charset='.length).replaceAll('"', '').trim(),
  };
}

function unsupported(detail: string): AppError {
  return new AppError('unsupported-media-type', detail);
}

function checkCharset(charset: string | null): void {
  if (charset === null || CHARSETS.has(charset)) return;
  throw unsupported(
    'only UTF-8 is read; of text/plain leave the charset out to have other bytes replaced by U+FFFD',
  );
}

/**
 * @throws AppError `unsupported-media-type`
 * @example bodyKindOf('text/csv; charset=utf-8') // 'lines'
 */
export function bodyKindOf(contentType: string | undefined): BodyKind {
  const { mediaType, charset } = partsOf(contentType ?? '');
  checkCharset(charset);
  if (mediaType === JSON_MEDIA_TYPE || mediaType.endsWith('+json')) return 'json';
  if (JSON_LINES_MEDIA_TYPES.has(mediaType)) return 'json-lines';
  if (mediaType === '' || mediaType.startsWith('text/') || LINES_MEDIA_TYPES.has(mediaType)) return 'lines';
  const taken = `${JSON_MEDIA_TYPE} (a record or an array), ${NDJSON_MEDIA_TYPE}, text/plain, text/csv (lines)`;
  throw unsupported(`media types that are taken: ${taken}; send a file as it is, not as a form`);
}

/** Any kind of JSON, and no type at all, as shippers send their documents. @throws AppError `unsupported-media-type` */
export function checkAnyJson(contentType: string | undefined): void {
  const { mediaType, charset } = partsOf(contentType ?? '');
  checkCharset(charset);
  if (mediaType === '' || mediaType.includes('json')) return;
  throw unsupported(`this takes ${JSON_MEDIA_TYPE} or ${NDJSON_MEDIA_TYPE}`);
}

/** Management requests are JSON; without a media type they are taken for it. @throws AppError `unsupported-media-type` */
export function checkJson(contentType: string | undefined): void {
  const { mediaType, charset } = partsOf(contentType ?? '');
  checkCharset(charset);
  if (mediaType === '' || mediaType === JSON_MEDIA_TYPE) return;
  throw unsupported(`this takes ${JSON_MEDIA_TYPE}`);
}

/**
 * The form of an export that is posted back. Nothing is guessed: what a form field or a browser makes of a file is none.
 * @throws AppError `unsupported-media-type`
 */
export function exportFormatOf(contentType: string | undefined): 'csv' | 'ndjson' {
  const { mediaType, charset } = partsOf(contentType ?? '');
  checkCharset(charset);
  if (mediaType === 'text/csv' || mediaType === 'application/csv') return 'csv';
  if (JSON_LINES_MEDIA_TYPES.has(mediaType)) return 'ndjson';
  throw unsupported(`an export is text/csv or ${NDJSON_MEDIA_TYPE}, as it was asked for`);
}
