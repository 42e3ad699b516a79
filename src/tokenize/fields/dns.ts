/** Fields of DNS records: the name that was asked for, what for, and what came back. */

import { DNS_ANSWERS_MAX } from '../../domain/limits.ts';
import type { DnsRecord } from '../../domain/record.ts';
import { type KnownAddress, knownAddressOf } from '../address.ts';
import { type HostNameParts, withoutRootDot } from '../host-name.ts';
import { idnOf } from '../idn.ts';
import { foldedTokenText } from '../token-text.ts';
import { Facts, partsOf } from './facts.ts';
import type { FieldRow } from './row.ts';

export const DNS_ROWS: readonly FieldRow<DnsFacts>[] = [
  {
    kind: 'string',
    field: 'dns.question.name',
    says: 'the name without the dot of the root',
    example: 'a1b2.cdn.example.co.uk',
    since: 1,
    read: ({ name }) => name,
    prefixLengthOf: ({ nameParts }) => nameParts.prefixLength,
    recurs: true,
  },
  {
    kind: 'category',
    field: 'dns.question.top_level_domain',
    says: 'public suffix of the name, private ones included; none for a single unknown label',
    cut: 'text',
    example: 'duckdns.org',
    since: 1,
    read: ({ nameParts }) => nameParts.publicSuffix,
  },
  {
    kind: 'category',
    field: 'dns.question.registered_domain',
    says: 'registrable domain: one label more',
    cut: 'text',
    example: 'example.co.uk',
    since: 1,
    read: ({ nameParts }) => nameParts.registrable,
  },
  {
    kind: 'category',
    field: 'dns.question.type',
    says: 'record type',
    cut: 'code',
    example: 'TXT',
    since: 1,
    read: ({ record }) => record.dns.question.type,
  },
  {
    kind: 'category',
    field: 'dns.response_code',
    says: 'how it was answered',
    cut: 'code',
    example: 'NXDOMAIN',
    since: 1,
    read: ({ record }) => record.dns.responseCode,
  },
  {
    kind: 'category',
    field: 'dns.answers.count',
    says: 'how many answers came; `0` only where the sender gave an empty list',
    cut: 'amount',
    example: '2',
    since: 1,
    read: ({ record }) => record.dns.answers?.length,
  },
  {
    kind: 'category',
    field: 'dns.answers.kind',
    says: 'for each kind among the answers, once: the class of an address as in `source.ip.class`, `name`, `text`',
    cut: 'words',
    example: 'private-v4',
    since: 1,
    read: ({ answers }) => answers?.kinds,
  },
  {
    kind: 'category',
    field: 'dns.answers.longest',
    says: 'characters of the longest answer: payload comes back in long ones',
    cut: 'amount',
    example: '192',
    since: 1,
    read: ({ answers }) => answers?.longest,
  },
  {
    kind: 'category',
    field: 'dns.question.idn',
    says: 'letters beyond ASCII in the name, of the worst label: `none`, `valid`, `mixed-script` (Latin with letters that look like it), `invalid` (Punycode that says nothing, characters that no name may hold)',
    cut: 'word',
    example: 'none',
    since: 3,
    read: ({ name }) => (name === undefined ? undefined : idnOf(name)),
  },
  {
    kind: 'category',
    field: 'dns.answers.ttl',
    says: 'seconds that the answer which goes first may be kept for',
    cut: 'amount',
    example: '48',
    since: 3,
    read: ({ record }) => leastOf(record.dns.ttls),
  },
  {
    kind: 'category',
    field: 'dns.answers.ip',
    says: 'each address among the first eight answers',
    cut: 'words',
    example: '203.0.114.9',
    since: 3,
    read: ({ answers }) => answers?.addresses ?? [],
  },
  {
    kind: 'category',
    field: 'dns.answers.ip.network',
    says: 'their networks, as `source.ip.network`',
    cut: 'words',
    example: '203.0.114.0/24',
    since: 3,
    read: ({ answers }) => answers?.networks ?? [],
  },
];

/** Answers whose addresses are seen: few services give more at once. */
export const ANSWER_ADDRESSES_MAX = 8;

interface Answers {
  /** Each once. */
  kinds: readonly string[];
  /** Characters. */
  longest: number;
  addresses: readonly string[];
  networks: readonly string[];
}

export class DnsFacts extends Facts<DnsRecord> {
  #nameParts: HostNameParts | null = null;
  #answers: Answers | undefined | null = null;

  get name(): string | undefined {
    const { name } = this.record.dns.question;
    return name === undefined ? undefined : withoutRootDot(name);
  }

  get nameParts(): HostNameParts {
    this.#nameParts ??= partsOf(this.name);
    return this.#nameParts;
  }

  /** What came back; undefined where no answer is told. */
  get answers(): Answers | undefined {
    if (this.#answers === null) this.#answers = answersOf(this.record.dns.answers);
    return this.#answers;
  }
}

/** What the first DNS_ANSWERS_MAX answers are. */
function answersOf(answers: readonly string[] | undefined): Answers | undefined {
  if (answers === undefined || answers.length === 0) return undefined;
  const kinds: string[] = [];
  const addresses: string[] = [];
  const networks: string[] = [];
  let longest = 0;
  const read = Math.min(answers.length, DNS_ANSWERS_MAX);
  for (let index = 0; index < read; index += 1) {
    const answer = answers[index] ?? '';
    const address = knownAddressOf(answer);
    addOnce(kinds, answerKindOf(answer, address));
    if (answer.length > longest) longest = answer.length;
    if (address === undefined || index >= ANSWER_ADDRESSES_MAX) continue;
    addOnce(addresses, foldedTokenText(answer));
    addOnce(networks, address.network);
  }
  return { kinds, longest, addresses, networks };
}

/** For lists of a few. */
function addOnce(texts: string[], text: string): void {
  if (!texts.includes(text)) texts.push(text);
}

/** The least of the first DNS_ANSWERS_MAX. */
function leastOf(ttls: readonly number[] | undefined): number | undefined {
  if (ttls === undefined || ttls.length === 0) return undefined;
  return ttls.length === 1 ? ttls[0] : Math.min(...ttls.slice(0, DNS_ANSWERS_MAX));
}

/**
 * What an answer is: the class of an address, a `name`, or `text`.
 * @example answerKindOf('10.0.0.1', knownAddressOf('10.0.0.1')) // 'private-v4'
 * @example answerKindOf('v=spf1 -all', undefined) // 'text'
 */
function answerKindOf(answer: string, address: KnownAddress | undefined): string {
  if (address !== undefined) return address.class.token;
  return looksLikeName(answer) ? 'name' : 'text';
}

const NAME_CHARACTERS_MAX = 254;

/** At most as long as a name may be, with a dot inside, of letters, digits, hyphens and underscores. */
function looksLikeName(answer: string): boolean {
  if (answer.length > NAME_CHARACTERS_MAX || answer.indexOf('.') < 1) return false;
  for (let index = 0; index < answer.length; index += 1) {
    const code = answer.charCodeAt(index);
    const lower = code | 32;
    const fits =
      (lower >= 97 && lower <= 122) ||
      (code >= 45 && code <= 57 && code !== 47) ||
      code === 95 ||
      code === 42;
    if (!fits) return false;
  }
  return true;
}
