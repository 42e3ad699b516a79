/** Queries of the routes with records, and a stored record as it is answered. */
import { z } from 'zod';
import { recordIdOf } from '../../domain/identity.ts';
import { isLabel } from '../../domain/label.ts';
import { EXPLAIN_MAX } from '../../domain/limits.ts';
import { FORMAT_NAMES } from '../../ingest/formats.ts';
import { toEcs } from '../../ingest/to-ecs.ts';
import type { RecordView } from '../../services/search-records.ts';
import {
  InstantInQuery,
  InstantText,
  instantText,
  Kind,
  Label,
  lineText,
  Name,
  PAGE_QUERY,
  queryFlag,
  queryInteger,
  Verdict,
} from './common.ts';
import { ResultResponse } from './result.ts';

/** Characters of a filter's value: the longest domain name is 253 long. */
const FILTER_CHARACTERS_MAX = 255;

export const FormatName = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .meta({
    description: `Name of the format: ${FORMAT_NAMES.map(name => `\`${name}\``).join(', ')}. Without it, it is detected from the first lines.`,
  });

const SCORE_QUERY = {
  explain: queryInteger(0, EXPLAIN_MAX).default(0).meta({
    description: 'Strongest reasons of each record; prior, rest, threat and calibration come besides.',
  }),
  format: FormatName,
};

export const ScoreQuery = z.strictObject(SCORE_QUERY);

export const IngestQuery = z
  .strictObject({
    ...SCORE_QUERY,
    score: queryFlag.default(true).meta({ description: '`false` stores without scoring.' }),
    label: Label.optional().meta({ description: 'A labelled corpus: its records join the list `window`.' }),
    window: Name.optional().meta({
      description:
        'Name of the list; needed for `bad`, `good` for good ones without it. A name is one list of one label ' +
        '(`window-name-taken`); `good` and `bad` are kept for the lists of their own label. Control, invisible and ' +
        'bidirectional characters and line separators are refused.',
    }),
  })
  .superRefine(({ label, window }, context) => {
    if (label === 'bad' && window === undefined) {
      const message = 'is needed with label=bad, so that it can be retracted';
      context.addIssue({ code: 'custom', message, path: ['window'] });
    }
    if (label !== undefined && window !== label && isLabel(window)) {
      const message = `is kept for ${window} records; a ${label} corpus needs another name`;
      context.addIssue({ code: 'custom', message, path: ['window'] });
    }
    if (label === undefined && window !== undefined) {
      context.addIssue({ code: 'custom', message: 'says nothing without label', path: ['window'] });
    }
  });

export const RecordsQuery = z.strictObject({
  ...PAGE_QUERY,
  from: InstantInQuery.optional(),
  to: InstantInQuery.optional(),
  kind: Kind.optional(),
  host: lineText(FILTER_CHARACTERS_MAX).optional().meta({ description: '`host.name` or either address.' }),
  source: lineText(FILTER_CHARACTERS_MAX).optional(),
  window: lineText(FILTER_CHARACTERS_MAX)
    .optional()
    .meta({ description: 'Id of a window that covers the record.' }),
  minScore: z
    .string()
    .regex(/^(?:0|1|0?\.\d{1,15}|1\.0{1,15})$/, 'must be a number from 0 to 1')
    .transform(Number)
    .optional()
    .meta({ override: { type: 'number', minimum: 0, maximum: 1 } }),
  verdict: Verdict.optional(),
  label: z
    .enum([...Label.options, 'none'])
    .optional()
    .meta({ description: 'What the ledger calls it now.' }),
  q: lineText(FILTER_CHARACTERS_MAX)
    .optional()
    .meta({ description: 'Text in its content, without regard to case.' }),
  sort: z.enum(['time', 'score']).default('time').meta({ description: 'Newest, or highest score first.' }),
});

export const RecordQuery = z.strictObject({ explain: SCORE_QUERY.explain });

export const RecordResponse = z
  .strictObject({
    id: z.string(),
    kind: Kind,
    at: InstantText.optional().meta({
      description: 'The time that windows go by; absent in a corpus without times.',
    }),
    receivedAt: InstantText,
    format: z.string(),
    label: Label.nullable().meta({ description: 'What the ledger calls it now.' }),
    score: z.number().min(0).max(1).optional().meta({ description: 'The score at acceptance, by `model`.' }),
    verdict: Verdict.optional(),
    model: z.string().optional(),
    now: ResultResponse.meta({ description: 'The score by the model of now.' }),
    olderWindows: z.literal(true).optional().meta({
      description:
        'There where more was learnt than one request reads: older windows may have taught the tokens of the reasons, too.',
    }),
    record: z.record(z.string(), z.unknown()).meta({ description: 'Its content, by ECS names.' }),
    original: z
      .string()
      .optional()
      .meta({ description: 'The line as it came; bytes that are not UTF-8 as U+FFFD.' }),
  })
  .meta({ id: 'Record' });

export function recordJson(view: RecordView): z.infer<typeof RecordResponse> {
  const { stored, label, now, hasOlderWindows } = view;
  return {
    id: recordIdOf(stored),
    kind: stored.kind,
    at: stored.atMs === undefined ? undefined : instantText(stored.atMs),
    receivedAt: instantText(stored.receivedAtMs),
    format: stored.format,
    label,
    score: stored.score,
    verdict: stored.verdict,
    model: stored.model,
    now,
    olderWindows: hasOlderWindows || undefined,
    record: toEcs(stored.record),
    original: stored.original === undefined ? undefined : Buffer.from(stored.original).toString('utf8'),
  };
}
