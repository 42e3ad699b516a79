/**
 * What is seen in a record: strings for the character models, and categories (one token each).
 * Tokenizing is a pure function of the record; what depends on the past or on configuration was fixed when the record
 * was accepted and travels with it (`FixedObservation`).
 */

/**
 * The text fields that a character model reads, by their ECS names. Counts are stored by these names: a field that is read
 * otherwise, or no longer, keeps its name, and the new one gets another.
 */
export const SEQUENCE_FIELDS = [
  'dns.question.name',
  'url.domain',
  'url.path',
  'url.query',
  'url.query.keys',
  'url.query.values',
  'user_agent.original',
  'tls.client.server_name',
  'message',
] as const;
export type SequenceField = (typeof SEQUENCE_FIELDS)[number];

/** Characters that end a segment (label, path part, parameter, word) of a field; a separator belongs to the segment it ends. */
export const SEGMENT_SEPARATORS: Readonly<Record<SequenceField, string>> = {
  'dns.question.name': '.',
  'url.domain': '.',
  'url.path': '/',
  'url.query': '&;',
  'url.query.keys': '&',
  'url.query.values': '&',
  'user_agent.original': ' ',
  'tls.client.server_name': '.',
  message: ' ',
};

export interface SequenceObservation {
  field: SequenceField;
  /** As it came, not empty, at most SEQUENCE_SYMBOLS_MAX characters; the character model folds case itself. */
  text: string;
  /**
   * Where the core begins: what nobody can pad, because somebody had to register it. Of `cdn.example.org` 4; absent where the
   * text has none, or is nothing else.
   */
  core?: number | undefined;
}

/**
 * One token: `field` is an ECS name, `<sequence field>#<trait>` for shape, or `<field>|<field>` for a value in its context
 * (conditional.ts); `token` is short text, e.g. `dns.question.type` = `TXT`.
 */
export interface CategoryObservation {
  field: string;
  token: string;
}

const ADDRESS_FIELDS: ReadonlySet<string> = new Set(
  ['source.ip', 'destination.ip', 'dns.answers.ip'].flatMap(field => [field, `${field}.network`]),
);

/** Whether a category field tells an address, or the network of one: who, rather than what. */
export function isAddressField(field: string): boolean {
  return ADDRESS_FIELDS.has(field);
}

/** Whether a category field tells a part of a core by itself: the public suffix of a name, or the domain registered under it. */
export function isCoreField(field: string): boolean {
  return field.endsWith('.top_level_domain') || field.endsWith('.registered_domain');
}

/** Of a shape token: `<sequence field>#<trait>`. @example isShapeField('url.path#length') // true */
export function isShapeField(field: string): boolean {
  return field.includes('#');
}

export interface Observations {
  sequences: SequenceObservation[];
  /** Length, depth, entropy ... of the strings: field `<sequence field>#<trait>`. */
  shape: CategoryObservation[];
  categories: CategoryObservation[];
}

/**
 * Changes whenever a tokenizer or a bucket does; part of the model id. What is learnt is counted again then
 * (tokenize/tokenizers.ts keeps the one before).
 */
export const TOKENIZER_VERSION = 5;
