/** Windows and judgements: what people say, and what they are told of it. */
import { z } from 'zod';
import { JUDGEMENTS_MAX } from '../../domain/limits.ts';
import { isAddressPattern, isBrokenRange } from '../../domain/scope.ts';
import { WINDOW_STATUSES, type WindowView } from '../../services/window-view.ts';
import {
  InstantInBody,
  InstantText,
  instantText,
  Kind,
  Label,
  lineText,
  Name,
  Note,
  queryFlag,
} from './common.ts';

/** The longest domain name, with its `*.`. */
const PATTERN_CHARACTERS_MAX = 255;

/** Exact, CIDR (`10.1.0.0/16`) or suffix (`*.example.org`). A star anywhere else would match nothing, so it is told. */
const Pattern = lineText(PATTERN_CHARACTERS_MAX).refine(
  text => !/.\*|^\*(?!\.[^.])/.test(text),
  'a star stands for labels in front: *.example.org',
);
const HostPattern = Pattern.refine(text => !isBrokenRange(text), 'must be a range such as 10.1.0.0/16');
const AddressPattern = lineText(PATTERN_CHARACTERS_MAX)
  .refine(isAddressPattern, 'must be an address or a range such as 10.1.0.0/16; names go into host or domain')
  .meta({ description: 'An address, or a range such as `10.1.0.0/16`.' });

const WhereRequest = z
  .strictObject({
    kind: Kind.optional(),
    host: HostPattern.optional().meta({ description: '`host.name` or either address.' }),
    source: AddressPattern.optional(),
    destination: AddressPattern.optional(),
    domain: Pattern.optional(),
    sensor: Pattern.optional(),
  })
  .meta({
    description:
      'Each value is exact, CIDR (addresses) or a suffix (names: `*.example.org`); all that are given must match.',
  });

const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;

const ThreatRequest = z.strictObject({
  name: Name,
  technique: z
    .string()
    .regex(TECHNIQUE, 'must be a MITRE ATT&CK technique such as T1071.004')
    .optional()
    .meta({ description: 'MITRE ATT&CK, e.g. `T1071.004`.' }),
});

export const WindowRequest = z
  .strictObject({
    from: InstantInBody,
    to: InstantInBody.meta({ description: 'The window is [from, to).' }),
    label: Label,
    where: WhereRequest.default({}),
    threat: ThreatRequest.optional(),
    note: Note.optional(),
  })
  .meta({ id: 'WindowRequest' });

export const WindowQuery = z.strictObject({
  dryRun: queryFlag.default(false).meta({ description: '`true` only counts what it would touch.' }),
});

export const WindowPreviewResponse = z.strictObject({ matched: z.int() });

export const WindowAcceptedResponse = z.strictObject({
  id: z.string(),
  status: z.enum(WINDOW_STATUSES),
  matched: z.int(),
});

export const WindowRetractedResponse = z.strictObject({
  id: z.string(),
  status: z.enum(WINDOW_STATUSES),
  exact: z.boolean().meta({
    description:
      'Whether the counts are as if it had never been. False where records that it taught are older than the retention: ' +
      'its share of them is taken away, but what other windows or time would make of them does not come back.',
  }),
});

export const WindowResponse = z
  .strictObject({
    id: z.string(),
    label: Label.optional().meta({ description: 'Absent of an import, which holds both.' }),
    from: InstantText.optional(),
    to: InstantText.optional(),
    where: z.record(z.string(), z.string()).optional(),
    name: z
      .string()
      .optional()
      .meta({ description: 'Of a labelled corpus, which has a list instead of times.' }),
    import: z
      .strictObject({ trust: z.number(), tokens: z.int(), tokenizer: z.int() })
      .optional()
      .meta({
        description:
          "Of an import: how far another site's counts are trusted, how many lines its export had, and by which tokenizers " +
          'they were counted.',
      }),
    threat: z.strictObject({ name: z.string(), technique: z.string().optional() }).optional(),
    note: z.string().optional(),
    createdAt: InstantText,
    by: z.string().optional().meta({ description: 'Id of the key that marked it.' }),
    status: z.enum(WINDOW_STATUSES),
    progress: z.strictObject({ done: z.int(), total: z.int() }),
    matched: z.int().optional().meta({ description: 'Records in it now; absent in lists.' }),
    contrast: z
      .strictObject({
        observed: z
          .number()
          .meta({ description: 'Mean squared log-odds towards bad of what it holds, nats².' }),
        placebos: z.strictObject({ mean: z.number(), max: z.number(), n: z.int() }),
      })
      .optional()
      .meta({
        description:
          'How it stands out among innocent stretches of the same length; absent where it names a host or domain. One that lies within what they show may hold ' +
          'nothing; it is told and refuses nothing.',
      }),
    reason: z
      .string()
      .optional()
      .meta({ description: 'Why its learning has failed; it is tried again every minute.' }),
  })
  .meta({ id: 'Window' });

export function windowJson(view: WindowView): z.infer<typeof WindowResponse> {
  const { id, taught, createdAtMs, by, status, progress, matched, contrast, reason } = view;
  return {
    id,
    ...taughtJson(taught),
    createdAt: instantText(createdAtMs),
    by,
    status,
    progress,
    matched,
    contrast,
    reason,
  };
}

function taughtJson(taught: WindowView['taught']) {
  if (taught.type === 'import') {
    const { trust, tokens, tokenizer, note } = taught.imported;
    return { import: { trust, tokens, tokenizer }, note };
  }
  const { label, scope, threat, note } = taught.mark;
  const covers =
    scope.type === 'list'
      ? { name: scope.name }
      : { from: instantText(scope.fromMs), to: instantText(scope.toMs), where: whereJson(scope.where) };
  return { label, ...covers, threat, note };
}

function whereJson(where: object): Record<string, string> {
  return Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));
}

/** At most four decimals: as many as are kept. @example '0.5', '1', '.0625' */
const TRUST = /^(?:1(?:\.0{1,4})?|0?\.\d{1,4})$/;

export const ImportQuery = z.strictObject({
  trust: z
    .string()
    .regex(TRUST, 'must be a number above 0, at most 1, with at most four decimals')
    .transform(Number)
    .refine(trust => trust > 0, 'must be above 0')
    .meta({
      override: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
      description: 'Each count is multiplied by it, halves rounded up.',
    }),
  note: Name.optional().meta({ description: 'What it is called in the list of windows.' }),
});

export const ImportAcceptedResponse = z.strictObject({
  id: z.string(),
  status: z.enum(WINDOW_STATUSES),
  tokens: z.int().meta({ description: 'Lines of the export that count.' }),
});

const JudgementRequest = z.strictObject({
  id: z.string().min(1).max(64).meta({ description: 'Id of a record.' }),
  label: Label.nullable().meta({ description: '`null` takes an earlier judgement back.' }),
});

export const LabelsRequest = z
  .strictObject({ items: z.array(JudgementRequest).min(1).max(JUDGEMENTS_MAX), note: Note.optional() })
  .superRefine(({ items }, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of items.entries()) {
      if (seen.has(id)) {
        context.addIssue({ code: 'custom', message: 'is judged twice', path: ['items', index, 'id'] });
      }
      seen.add(id);
    }
  })
  .meta({ id: 'LabelsRequest' });

export const LabelsResponse = z.strictObject({ judged: z.int() });
