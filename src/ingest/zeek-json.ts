/**
 * Zeek's logs as JSON lines: as its ASCII writer makes them (`id.orig_h`, no log name), with Corelight's `_path`, or as
 * exporters rename them (`@stream`, `id_orig_h`). A line without its log's name is recognised by its fields.
 */
import type { Draft } from './draft.ts';
import type { FieldCheck } from './field-check.ts';
import type { Format } from './format.ts';
import type { JsonObject } from './json.ts';
import { jsonLines } from './json-lines.ts';
import { RemainingText } from './remaining-text.ts';
import { meanCertainty } from './sample.ts';
import { ZEEK_LOG_FIELDS, ZEEK_TABLE, zeekDraft } from './zeek.ts';

export const zeekJson: Format = {
  name: 'zeek-json',
  detect: sample => meanCertainty(sample, certaintyOf),
  open: context => jsonLines(context, draftOf),
};

/** Zeek names its log, or has its time and one of its ids; `ts` alone may be anybody's. */
function certaintyOf(object: JsonObject): number {
  if (typeof object['_path'] === 'string' && has(object, 'ts')) return 1;
  if (typeof object['@stream'] === 'string' && has(object, 'ts')) return 1;
  if (!has(object, 'ts')) return 0;
  const ids = ['uid', 'uids', 'fuid', 'id.orig_h', 'id_orig_h', 'conn_uids'];
  return ids.some(name => has(object, name)) ? 0.95 : 0.4;
}

function draftOf(object: JsonObject, check: FieldCheck): Draft {
  const path = pathOf(object);
  const draft = zeekDraft(path, ZEEK_TABLE.collect(object), check);
  if (draft.kind === 'log') draft.message = messageOf(object, path, check);
  return draft;
}

const PATH_CHARACTERS_MAX = 64;

function pathOf(object: JsonObject): string {
  const named = has(object, '_path')
    ? object['_path']
    : has(object, '@stream')
      ? object['@stream']
      : undefined;
  if (typeof named === 'string') return named.slice(0, PATH_CHARACTERS_MAX);
  if (has(object, 'conn_state')) return 'conn';
  if (has(object, 'trans_id') && has(object, 'AA')) return 'dns';
  if (has(object, 'trans_depth') && has(object, 'request_body_len') && !has(object, 'call_id')) return 'http';
  if (has(object, 'resumed') && has(object, 'established')) return 'ssl';
  return '';
}

function messageOf(object: JsonObject, path: string, check: FieldCheck): string | undefined {
  const remaining = new RemainingText();
  remaining.addObject(object, ZEEK_LOG_FIELDS);
  const message = remaining.message || path;
  if (message !== '') return message;
  return check.reject({
    code: 'unknown-record-kind',
    detail: 'no name of a log, and no field that says anything',
  });
}

function has(object: JsonObject, name: string): boolean {
  return Object.hasOwn(object, name);
}
