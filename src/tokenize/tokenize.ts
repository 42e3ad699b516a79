/**
 * From a record to what can be seen in it. A pure function of the record: the same record gives the same observations on
 * every node and in every year, until TOKENIZER_VERSION changes. Which fields there are: the table in fields/, and
 * docs/fields.md, which is made of it.
 *
 * Promises (test/contract/tokenizer.contract.ts): never throws, whatever an attacker wrote; reads a bounded number of
 * characters; at most RECORD_TOKENS_MAX tokens, each (field, token) at most once; no regular expression meets text that
 * is longer than 256 characters.
 */
import { type Observations, TOKENIZER_VERSION } from '../domain/observation.ts';
import type { TrafficRecord } from '../domain/record.ts';
import { COMMON_ROWS } from './fields/common.ts';
import { DNS_ROWS, DnsFacts } from './fields/dns.ts';
import { Facts } from './fields/facts.ts';
import { FLOW_ROWS } from './fields/flow.ts';
import { HTTP_ROWS, HttpFacts } from './fields/http.ts';
import { LOG_ROWS, LogFacts } from './fields/log.ts';
import { observerOf } from './fields/observer.ts';

/** What is seen in a record, as promised above. */
export type Tokenize = (record: TrafficRecord) => Observations;

/** The tokenizer that sees what the rows of the table tell of for a version. */
export function tokenizerOf(version: number): Tokenize {
  const observeDns = observerOf('dns', [...DNS_ROWS, ...COMMON_ROWS], version);
  const observeFlow = observerOf('flow', [...FLOW_ROWS, ...COMMON_ROWS], version);
  const observeHttp = observerOf('http', [...HTTP_ROWS, ...COMMON_ROWS], version);
  const observeLog = observerOf('log', [...LOG_ROWS, ...COMMON_ROWS], version);
  return record => {
    const into: Observations = { sequences: [], shape: [], categories: [] };
    switch (record.kind) {
      case 'dns':
        observeDns(into, new DnsFacts(record));
        break;
      case 'flow':
        observeFlow(into, new Facts(record));
        break;
      case 'http':
        observeHttp(into, new HttpFacts(record));
        break;
      case 'log':
        observeLog(into, new LogFacts(record));
        break;
    }
    return into;
  };
}

/**
 * Everything that is seen in one record.
 * @example tokenize({ kind: 'dns', dns: { question: { name: 'a.example.org', type: 'A' } } })
 * // sequences: dns.question.name; shape: dns.question.name#length = 12 …;
 * // categories: dns.question.registered_domain = example.org, dns.question.type = A …
 */
export const tokenize: Tokenize = tokenizerOf(TOKENIZER_VERSION);
