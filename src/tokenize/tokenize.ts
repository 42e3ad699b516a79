/**
 * From a record to what can be seen in it. A pure function of the record: the same record gives the same observations on
 * every node and in every year, until TOKENIZER_VERSION changes. docs/tokens.md lists every field and trait.
 *
 * Promises (test/contract/tokenizer.contract.ts): never throws, whatever an attacker wrote; reads a bounded number of
 * characters; at most RECORD_TOKENS_MAX tokens, each (field, token) at most once; no regular expression meets text that
 * is longer than 256 characters.
 */
import type { Observations } from '../domain/observation.ts';
import type { RecordKind, TrafficRecord } from '../domain/record.ts';
import { observeCommon } from './common.ts';
import { observeConditional } from './conditional.ts';
import { observeDns } from './dns.ts';
import { observeFlow } from './flow.ts';
import { observeHttp } from './http.ts';
import { observeLog } from './log.ts';

/** Appends to `into` what only this kind of record shows. */
export type Tokenizer<K extends RecordKind> = (
  into: Observations,
  record: Extract<TrafficRecord, { kind: K }>,
) => void;

export const TOKENIZERS = {
  dns: observeDns,
  flow: observeFlow,
  http: observeHttp,
  log: observeLog,
} satisfies { [K in RecordKind]: Tokenizer<K> };

/** Version 1: everything but values in their context. */
export function tokenizeWithoutContext(record: TrafficRecord): Observations {
  const into: Observations = { sequences: [], shape: [], categories: [] };
  switch (record.kind) {
    case 'dns':
      TOKENIZERS.dns(into, record);
      break;
    case 'flow':
      TOKENIZERS.flow(into, record);
      break;
    case 'http':
      TOKENIZERS.http(into, record);
      break;
    case 'log':
      TOKENIZERS.log(into, record);
      break;
  }
  observeCommon(into, record);
  return into;
}

/**
 * Everything that is seen in one record.
 * @example tokenize({ kind: 'dns', dns: { question: { name: 'a.example.org', type: 'A' } } })
 * // sequences: dns.question.name; shape: dns.question.name#length = 12 …;
 * // categories: dns.question.registered_domain = example.org, dns.question.type = A …
 */
export function tokenize(record: TrafficRecord): Observations {
  const into = tokenizeWithoutContext(record);
  observeConditional(into, record);
  return into;
}
