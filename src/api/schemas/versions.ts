/** Versions of the model, and what lies between two of them, as they are answered. */
import { z } from 'zod';
import { DIFF_TOKENS_MAX } from '../../domain/limits.ts';
import type { DiffView, VersionView } from '../../services/model-versions.ts';
import { InstantText, instantText, Label, PAGE_QUERY } from './common.ts';
import { CLASS_COUNTS, countsJson, shownWeight } from './counts.ts';

const CAUSES = [
  'mark',
  'retract',
  'judge',
  'baseline',
  'late',
  'seal',
  'tokenizer',
  'import',
  'activate',
] as const satisfies readonly VersionView['cause']['type'][];

/** A version in a path: looked up, so anything may stand there. */
export const VERSION_NAME =
  'Id of a model, of which the newest version counts; the number of an entry; or `current`, the newest.';

export const VersionPath = z.object({ id: z.string().meta({ description: VERSION_NAME }) });

export const VersionResponse = z
  .strictObject({
    id: z.string().meta({ description: 'Of its model, by the policy in force.' }),
    entry: z
      .int()
      .meta({ description: 'The entry of the ledger that made it, and the last that it counts.' }),
    at: InstantText.meta({ description: 'When it was counted.' }),
    served: z.boolean().meta({ description: 'Whether records are scored by it.' }),
    cause: z
      .strictObject({
        type: z.enum(CAUSES),
        at: InstantText,
        by: z.string().optional().meta({ description: 'Id of the key; absent where the server did it.' }),
        window: z
          .string()
          .optional()
          .meta({ description: 'The window that was marked, imported or retracted.' }),
        label: Label.optional(),
        note: z.string().optional(),
        records: z.int().optional().meta({ description: 'How many records it names.' }),
        tokenizer: z.int().optional(),
      })
      .meta({ description: 'What the entry did.' }),
  })
  .meta({ id: 'ModelVersion' });

export function versionJson({ id, entry, doneAtMs, isServed, cause }: VersionView) {
  const { atMs, ...rest } = cause;
  return {
    id,
    entry,
    at: instantText(doneAtMs),
    served: isServed,
    cause: { ...rest, at: instantText(atMs) },
  };
}

export const ActivatedResponse = z.strictObject({
  id: z.string(),
  entry: z.int(),
  current: z.boolean().meta({ description: 'Whether the newest version is followed from now on.' }),
});

export const DiffQuery = z.strictObject({
  ...PAGE_QUERY,
  to: z.string().min(1).max(64).default('current').meta({ description: VERSION_NAME }),
  without: z.string().min(1).max(128).optional().meta({
    description: 'Id of a window: what would the newest version be without it? Then `to` means nothing.',
  }),
});

const ChangeResponse = z.strictObject(CLASS_COUNTS).meta({ description: 'Counts, which may fall.' });

const VersionNamed = z.strictObject({ id: z.string(), entry: z.int() });

export const DiffResponse = z
  .strictObject({
    from: VersionNamed,
    to: VersionNamed.optional().meta({
      description: 'Absent with `without`: that version is nowhere but in this answer.',
    }),
    totals: z
      .strictObject({ before: z.strictObject(CLASS_COUNTS), after: z.strictObject(CLASS_COUNTS) })
      .meta({ description: 'Records and episodes learnt.' }),
    moved: z
      .int()
      .min(0)
      .max(DIFF_TOKENS_MAX)
      .meta({
        description: `Tokens that moved, those of all pages: ${DIFF_TOKENS_MAX} at most, and 0 where nothing differs, as between a version and itself.`,
      }),
    items: z.array(
      z.strictObject({
        field: z.string(),
        token: z.string(),
        before: z
          .number()
          .meta({ description: 'Weight, nats towards bad, as `GET /v1/tokens` tells it of that version.' }),
        after: z.number(),
        change: ChangeResponse,
        entries: z.array(z.strictObject({ entry: z.int(), change: ChangeResponse })).meta({
          description:
            'The entries that changed its counts most, eight at most; none where it moved with the totals of its field alone, or with the value or network beyond which it weighs.',
        }),
      }),
    ),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'ModelDiff' });

export function diffJson({ from, to, totals, tokens, moves, nextCursor }: DiffView) {
  return {
    from,
    to,
    totals: { before: countsJson(totals.before), after: countsJson(totals.after) },
    moved: tokens,
    items: moves.map(({ field, token, before, after, change, entries }) => ({
      field,
      token,
      before: shownWeight(before),
      after: shownWeight(after),
      change: countsJson(change),
      entries: entries.map(each => ({ entry: each.entry, change: countsJson(each.change) })),
    })),
    nextCursor,
  };
}
