/** docs/fields.md as text, made of the table of fields. `npm run docs:fields` writes it, fields.test.ts holds it up to date. */
import { conditionalFieldOf } from '../../src/domain/conditional.ts';
import { TOKENIZER_VERSION } from '../../src/domain/observation.ts';
import { COMMON_ROWS } from '../../src/tokenize/fields/common.ts';
import { CUTS, type Cut } from '../../src/tokenize/fields/cuts.ts';
import { DNS_ROWS } from '../../src/tokenize/fields/dns.ts';
import { FIXED_ROWS } from '../../src/tokenize/fields/fixed.ts';
import { FLOW_ROWS } from '../../src/tokenize/fields/flow.ts';
import { HTTP_ROWS } from '../../src/tokenize/fields/http.ts';
import { LOG_ROWS } from '../../src/tokenize/fields/log.ts';
import { PAIR_ROWS } from '../../src/tokenize/fields/pairs.ts';
import type { Described } from '../../src/tokenize/fields/row.ts';
import { TRAIT_ROWS } from '../../src/tokenize/fields/traits.ts';

/** A row as the page tells it. */
export interface PageRow extends Described {
  field: string;
  /** Of which kinds of records, or of which strings. */
  of: string;
  cut?: Cut;
  kind?: 'string' | 'category';
}

/** The table by the sections of the page. */
export const SECTIONS = {
  common: COMMON_ROWS.map((row): PageRow => ({ ...row, of: 'all' })),
  dns: DNS_ROWS.map((row): PageRow => ({ ...row, of: 'dns' })),
  flow: FLOW_ROWS.map((row): PageRow => ({ ...row, of: 'flow' })),
  http: HTTP_ROWS.map((row): PageRow => ({ ...row, of: 'http' })),
  log: LOG_ROWS.map((row): PageRow => ({ ...row, of: 'log' })),
  traits: TRAIT_ROWS.map(
    (row): PageRow => ({
      ...row,
      field: `#${row.trait}`,
      of: row.ofHostNamesUntil === undefined ? row.of : `${row.of} but host names`,
    }),
  ),
  pairs: PAIR_ROWS.map((row): PageRow => ({ ...row, of: row.of ?? 'all' })),
  fixed: FIXED_ROWS.map((row): PageRow => ({ ...row, of: 'all' })),
};
const ALL = Object.values(SECTIONS).flat();
const { dns, flow, http, log, common } = SECTIONS;
const STRINGS = [...dns, ...http, ...common, ...flow, ...log].filter(({ kind }) => kind === 'string');

/** Whether the newest version sees it. */
function isSeen({ onByDefault, until }: Described): boolean {
  return onByDefault !== false && (until === undefined || until >= TOKENIZER_VERSION);
}

/** A cell of a Markdown table; a bar within it is escaped. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function table(
  columns: Readonly<Record<string, (row: PageRow) => string>>,
  rows: readonly PageRow[],
): string {
  const lines = rows.map(
    row =>
      `| ${Object.values(columns)
        .map(of => cell(of(row)))
        .join(' | ')} |`,
  );
  const names = Object.keys(columns);
  return [`| ${names.join(' | ')} |`, `|${'---|'.repeat(names.length)}`, ...lines].join('\n');
}

const field = (row: PageRow) => `\`${row.field}\``;
const of = (row: PageRow) => row.of;
const says = (row: PageRow) => row.says;
const tokens = ({ cut }: PageRow) => (cut === undefined ? '' : `[${cut}](#how-tokens-are-cut)`);
const example = (row: PageRow) => `\`${row.example}\``;
const since = (row: PageRow) => String(row.since);

function categories(rows: readonly PageRow[]): string {
  const seen = rows.filter(row => row.kind !== 'string' && isSeen(row));
  return table({ field, meaning: says, tokens, example, since }, seen);
}

function cuts(): string {
  const lines = Object.entries(CUTS).map(
    ([name, { rule, examples }]) => `| ${name} | ${rule} | ${examples} |`,
  );
  return ['| cut | rule | examples |', '|---|---|---|', ...lines].join('\n');
}

function leftOut(): string {
  const rows = ALL.filter(({ onByDefault }) => onByDefault === false);
  return rows.length === 0
    ? 'None yet.'
    : table({ field, of, 'meaning, and where it was measured': says, tokens, example }, rows);
}

function gone(): string {
  const rows = ALL.filter(row => row.onByDefault !== false && !isSeen(row));
  const until = (row: PageRow) => String(row.until);
  return rows.length === 0 ? 'None.' : table({ field, of, meaning: says, example, since, until }, rows);
}

export function fieldsPage(): string {
  const pair = conditionalFieldOf('<value>', '<context>');
  return `# What is seen in a record

Every record is turned into observations, and Bayes weighs nothing else: **strings**, which a character model reads;
their **shape**; and **categories**, one token each, some of them of a value in its context. This page lists them all. It is
made of the table in [src/tokenize/fields/](../src/tokenize/fields), where each field is one row, by \`npm run docs:fields\`;
a test holds it up to date. *since* is the version of the tokenizers that saw a field first; the newest is ${TOKENIZER_VERSION}.

Tokenizing is a pure function of the record ([src/tokenize/tokenize.ts](../src/tokenize/tokenize.ts)). What depends on
configuration (time zone, address databases) is observed once, when a record is accepted, and stored with it. A change of
anything on this page changes \`TOKENIZER_VERSION\`, which is part of the model id, and what is stored is counted again
([ADR 5](adr/0005-generations-of-tokenizers.md)); \`test/tokenize/versions.test.ts\` tells where the number was forgotten.

## Limits

Everything in a record may have been written by an attacker.

- A string is read up to 2,048 characters. A segment that it repeats is left out but where it stands last, and of what remains
  1,024 characters are looked at; \`#length\` alone tells of more.
- A token has at most 128 characters; a longer one is cut and ends in \`…\`.
- Control characters, zero-width and bidirectional marks and lone surrogates become \`U+FFFD\`.
- A record has at most 256 tokens, and each pair of field and token at most once.
- Only the two libraries that read user agents and the stemmer use regular expressions; they are given at most 256 and
  32 characters, and what they say is remembered.
- What the sender did not give is not observed: there is no token for "missing", except where a row below says so.

## How tokens are cut

${cuts()}

## Strings

${table({ field, of, 'what is read': says, example, since }, STRINGS.filter(isSeen))}

## Shape

Fields are \`<string>#<trait>\`, e.g. \`dns.question.name#entropy\` = \`3.5\`. A segment is what stands between separators: a
label of a host name, a part of a path, a parameter of a query, a word of a user agent or message. The core of a host name is what
somebody had to register, its registrable domain ([ADR 18](adr/0018-core.md)).

${table({ trait: field, of, meaning: says, tokens, example, since }, SECTIONS.traits.filter(isSeen))}

## Categories of every kind

${categories(common)}

## Categories of DNS records

${categories(dns)}

## Categories of flow records

${categories(flow)}

## Categories of HTTP records

${categories(http)}

## Categories of log records

${categories(log)}

## Values in their context

What a host usually does, and how a path is usually answered: categories whose field is \`${pair}\` and whose token is
\`<value> given <context>\`, e.g. \`curl given 10.0.0.7\`. They are observed beside the plain value where the record shows both, and
tell what the plain value does not ([ADR 11](adr/0011-conditional-categories.md)). A value has at most 48 characters, else there is no pair.

${table({ field, of, 'value and context': says, example, since }, SECTIONS.pairs.filter(isSeen))}

## Observations fixed when a record is accepted

What is fixed belongs to the record: it is counted and weighed whatever the version that counts the record, and no counting
again adds it to records accepted before. So *since* tells here by which program it is fixed: the first whose newest tokenizers
are of that version. A site that still counts by an older version sees it too.

${table({ field, meaning: says, tokens, example, since }, SECTIONS.fixed.filter(isSeen))}

## Measured and left out

Fields that are in the table and observed in no new record, because they help nowhere. What is stored keeps what was fixed when it was
accepted (\`event.weekday\`).

${leftOut()}

## No longer seen

Fields that an earlier version of the tokenizers sees, and that what a site has learnt by it still counts.

${gone()}
`;
}
