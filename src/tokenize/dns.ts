/** DNS: the name that was asked for, what for, and what came back. */
import { DNS_ANSWERS_MAX } from '../domain/limits.ts';
import type { Observations } from '../domain/observation.ts';
import type { DnsRecord } from '../domain/record.ts';
import { addressClassOf } from './address.ts';
import { logBin } from './buckets.ts';
import { observeCode, observeHostName, observeToken } from './observe.ts';

const QUESTION_FIELDS = {
  name: 'dns.question.name',
  topLevelDomain: 'dns.question.top_level_domain',
  registeredDomain: 'dns.question.registered_domain',
} as const;

/** Appends what is seen in a DNS record alone. */
export function observeDns(into: Observations, { dns }: DnsRecord): void {
  const { name, type } = dns.question;
  observeHostName(into, QUESTION_FIELDS, name === undefined ? undefined : withoutRootDot(name));
  observeCode(into, 'dns.question.type', type);
  observeCode(into, 'dns.response_code', dns.responseCode);
  if (dns.answers !== undefined) observeAnswers(into, dns.answers);
}

/** `example.org.` and `example.org` are one name; the root itself stays a dot. */
function withoutRootDot(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name;
}

/** How many answers, of which kinds (each once), and how long the longest is: payload comes back in long ones. */
function observeAnswers(into: Observations, answers: readonly string[]): void {
  observeToken(into, 'dns.answers.count', logBin(answers.length));
  const kinds: string[] = [];
  let longest = 0;
  const read = Math.min(answers.length, DNS_ANSWERS_MAX);
  for (let index = 0; index < read; index += 1) {
    const answer = answers[index] ?? '';
    const kind = answerKindOf(answer);
    if (!kinds.includes(kind)) kinds.push(kind);
    if (answer.length > longest) longest = answer.length;
  }
  for (const kind of kinds) observeToken(into, 'dns.answers.kind', kind);
  if (read > 0) observeToken(into, 'dns.answers.longest', logBin(longest));
}

/**
 * What an answer is: the class of an address, a `name`, or `text`.
 * @example answerKindOf('10.0.0.1') // 'private-v4'
 * @example answerKindOf('v=spf1 -all') // 'text'
 */
function answerKindOf(answer: string): string {
  const address = addressClassOf(answer);
  if (address !== undefined) return address.token;
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
