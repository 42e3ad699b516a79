/** How observations are gathered: every tokenizer appends to one `Observations` through these few verbs. */
import { SEQUENCE_SYMBOLS_MAX } from '../domain/limits.ts';
import type { Observations, SequenceField } from '../domain/observation.ts';
import { logBin } from './buckets.ts';
import { hostNamePartsOf } from './host-name.ts';
import { pushShape } from './shape.ts';
import { codeTokenText, foldedTokenText, tokenText } from './token-text.ts';

/** One category from text of the record; nothing where the sender gave none. */
export function observeText(into: Observations, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') into.categories.push({ field, token: tokenText(text) });
}

/** As observeText, for text whose case means nothing. */
export function observeFolded(into: Observations, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') {
    into.categories.push({ field, token: foldedTokenText(text) });
  }
}

/** As observeText, for codes that are written in upper case (`NXDOMAIN`, `TXT`, `POST`). */
export function observeCode(into: Observations, field: string, text: string | undefined): void {
  if (text !== undefined && text !== '') {
    into.categories.push({ field, token: codeTokenText(text) });
  }
}

/** One category that this project words itself. */
export function observeToken(into: Observations, field: string, token: string): void {
  into.categories.push({ field, token });
}

/** An amount, log-binned; nothing where the sender gave none. */
export function observeAmount(into: Observations, field: string, amount: number | undefined): void {
  if (amount !== undefined) into.categories.push({ field, token: logBin(amount) });
}

/** A string for its character model, and its shape. */
export function observeSequence(
  into: Observations,
  field: SequenceField,
  text: string | undefined,
  prefixLength = 0,
): void {
  if (text === undefined || text === '') return;
  const read = text.length > SEQUENCE_SYMBOLS_MAX ? text.slice(0, SEQUENCE_SYMBOLS_MAX) : text;
  into.sequences.push({ field, text: read });
  pushShape(into.shape, field, read, text.length, prefixLength);
}

/**
 * A host name: its sequence and shape, its public suffix and registrable domain.
 * @param name without port, brackets or trailing dot
 */
export function observeHostName(
  into: Observations,
  fields: { name: SequenceField; topLevelDomain: string; registeredDomain: string },
  name: string | undefined,
): void {
  if (name === undefined || name === '') return;
  const { publicSuffix, registrable, prefixLength } = hostNamePartsOf(name);
  observeSequence(into, fields.name, name, prefixLength);
  observeText(into, fields.topLevelDomain, publicSuffix);
  observeText(into, fields.registeredDomain, registrable);
}
