/** The model and its tokens, as they are answered. */
import { z } from 'zod';
import type { ModelView } from '../../services/get-model.ts';
import type { DiffView, VersionView } from '../../services/model-versions.ts';
import type { TokenView } from '../../services/token-page.ts';
import { dayText, InstantText, instantText, Label, lineText, PAGE_QUERY } from './common.ts';
import { DriftResponse, driftJson } from './drift.ts';

/** Smaller ones are rounding: the solver of weights stops at steps of 1e-14. */
const WEIGHT_MIN = 1e-12;

const CountsResponse = z.strictObject({ records: z.number(), episodes: z.number() }).meta({
  id: 'Counts',
  description: 'An episode is all that one source sent in five minutes; a token counts once in it.',
});

const CLASS_COUNTS = { good: CountsResponse, bad: CountsResponse };

/** The two units of both classes. */
function countsJson(counts: Pick<TokenView, 'goodRecords' | 'goodEpisodes' | 'badRecords' | 'badEpisodes'>) {
  return {
    good: { records: counts.goodRecords, episodes: counts.goodEpisodes },
    bad: { records: counts.badRecords, episodes: counts.badEpisodes },
  };
}

export const ModelResponse = z
  .strictObject({
    id: z.string().meta({ description: 'Equal ids mean equal models.' }),
    builtAt: InstantText,
    entry: z.int().meta({ description: 'The last entry of the ledger that is counted in it.' }),
    tokenizer: z.int().meta({ description: 'Version of the tokenizers whose tokens are counted.' }),
    recount: z.strictObject({ tokenizer: z.int(), done: z.int(), total: z.int() }).optional().meta({
      description:
        'There while a newer tokenizer counts all again: parts done, of all. Until it is done this model scores, and what is marked waits.',
    }),
    activated: z
      .strictObject({
        entry: z.int(),
        at: InstantText,
        by: z.string().optional().meta({ description: 'Id of the key.' }),
        served: z.boolean().meta({
          description:
            'False for a moment after the decision; for good where its counts are gone: the newest is served then.',
        }),
      })
      .optional()
      .meta({
        description:
          'There while somebody has decided for an earlier version: that of this entry scores, whatever is learnt since.',
      }),
    totals: z.strictObject(CLASS_COUNTS),
    goodBy: z
      .strictObject({ time: z.int(), windows: z.int(), judgements: z.int(), imports: z.int() })
      .optional()
      .meta({
        description:
          'Good records by who says so: `time`, because the quarantine has passed and nobody said otherwise; `windows` of people ' +
          'and labelled corpora; single `judgements` (of records that are gone they are counted in `time`); `imports`. They sum ' +
          'to `totals.good.records`. Absent while it is being counted: ask again.',
      }),
    oldestDay: z.iso.date().optional().meta({
      description: 'UTC day of the oldest record learnt; absent where none is dated.',
    }),
    newestDay: z.iso.date().optional().meta({
      description: 'That of the newest one, from which ages are counted: see `halfLifeDays`.',
    }),
    fields: z.record(z.string(), z.strictObject({ ...CLASS_COUNTS, tokens: z.int() })),
    drift: DriftResponse.optional().meta({
      description:
        'How far the good of the last seven days that are learnt has moved from all good that was learnt before, both as they weigh ' +
        'in the model: the fields that moved furthest, 20 at most. Absent until some field holds 30 episodes of both.',
    }),
    weights: z.record(z.string(), z.number()).meta({ description: 'β of each group of evidence.' }),
    calibration: z
      .strictObject({
        method: z.enum(['platt', 'venn-abers']),
        badEpisodes: z.int(),
        independentBadEpisodes: z.number(),
        goodEpisodes: z.int(),
        incidents: z.int(),
      })
      .nullable()
      .meta({
        description:
          'How scores become probabilities, and from how much that was learnt; `null` until there is enough: then scores are ' +
          'σ(z) as they come, every interval is [0, 1] and every verdict `unsure`.',
      }),
    fittedEntry: z.int().optional().meta({
      description:
        'The last entry that `weights` and `calibration` rest on; absent where nothing was fitted.',
    }),
    baseRate: z.number(),
    halfLifeDays: z.number().nullable().meta({
      description: 'A count weighs half once `newestDay` is so many days later; `null`: counts never decay.',
    }),
    backlog: z.strictObject({ records: z.int(), windows: z.int() }).meta({
      description:
        'What waits to be learnt: records that were stored or judged, and windows. Both are 0 once this model counts them all.',
    }),
  })
  .meta({ id: 'Model' });

/** How scores become probabilities, without the numbers that do it. */
function calibrationJson(calibration: ModelView['parameters']['calibration']) {
  return calibration === undefined ? null : { method: calibration.method, ...calibration.learntFrom };
}

export function modelJson(view: ModelView) {
  const {
    id,
    builtAtMs,
    entry,
    totals,
    goodBy,
    drift,
    days,
    fields,
    parameters,
    recount,
    fittedEntry,
    activated,
    backlog,
  } = view;
  const { tokenizerVersion, weights, calibration, baseRate, halfLifeDays } = parameters;
  const named = Object.entries(fields).map(([name, counts]) => [
    name,
    { ...countsJson(counts), tokens: counts.tokens },
  ]);
  return {
    id,
    builtAt: instantText(builtAtMs),
    entry,
    tokenizer: tokenizerVersion,
    recount: recount && { tokenizer: recount.tokenizerVersion, ...recount.parts },
    activated: activated && {
      entry: activated.version,
      at: instantText(activated.atMs),
      by: activated.by,
      served: activated.isServed,
    },
    totals: countsJson(totals),
    goodBy,
    oldestDay: days && dayText(days.oldest),
    newestDay: days && dayText(days.newest),
    fields: Object.fromEntries(named),
    drift: drift && driftJson(drift),
    weights,
    calibration: calibrationJson(calibration),
    fittedEntry,
    baseRate,
    halfLifeDays: Number.isFinite(halfLifeDays) ? halfLifeDays : null,
    backlog,
  };
}

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
    items: z.array(
      z.strictObject({
        field: z.string(),
        token: z.string(),
        before: z.number().meta({ description: 'Weight, nats towards bad.' }),
        after: z.number(),
        change: ChangeResponse,
        entries: z.array(z.strictObject({ entry: z.int(), change: ChangeResponse })).meta({
          description:
            'The entries that changed its counts most, eight at most; none where it moved with the totals of its field alone.',
        }),
      }),
    ),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'ModelDiff' });

export function diffJson({ from, to, totals, moves, nextCursor }: DiffView) {
  return {
    from,
    to,
    totals: { before: countsJson(totals.before), after: countsJson(totals.after) },
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

export const TokensQuery = z.strictObject({
  ...PAGE_QUERY,
  field: lineText(128).optional(),
  q: lineText(128).optional().meta({ description: 'Text in the token, without regard to case.' }),
  sort: z.enum(['weight', 'count']).default('weight'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

export const TokenResponse = z
  .strictObject({
    field: z.string(),
    token: z.string(),
    ...CLASS_COUNTS,
    weight: z.number().meta({ description: 'MAP log-odds, nats towards bad.' }),
    sd: z.number().meta({ description: 'Standard deviation of the weight, nats.' }),
    lastSeen: z.iso.date().optional().meta({ description: 'UTC day of the newest record that holds it.' }),
  })
  .meta({ id: 'Token' });

export function tokenJson(view: TokenView): z.infer<typeof TokenResponse> {
  const { field, token, weight, sd } = view;
  return {
    field,
    token,
    ...countsJson(view),
    weight: shownWeight(weight),
    sd,
    lastSeen: lastSeenText(view),
  };
}

/** The counts in a line of an export. */
export function tokenCounts({ good, bad }: Pick<z.infer<typeof TokenResponse>, 'good' | 'bad'>) {
  return {
    goodRecords: good.records,
    goodEpisodes: good.episodes,
    badRecords: bad.records,
    badEpisodes: bad.episodes,
  };
}

/** The columns of the export, and what stands in them. */
export const TOKEN_COLUMNS = [
  'field',
  'token',
  'good_records',
  'good_episodes',
  'bad_records',
  'bad_episodes',
  'weight',
  'sd',
  'last_seen',
] as const;

export function tokenCells(view: TokenView): (string | number | undefined)[] {
  const { field, token, goodRecords, goodEpisodes, badRecords, badEpisodes, weight, sd } = view;
  return [
    field,
    token,
    goodRecords,
    goodEpisodes,
    badRecords,
    badEpisodes,
    shownWeight(weight),
    sd,
    lastSeenText(view),
  ];
}

/** What is left of the rounding of counts that weigh each other up is no weight. @example shownWeight(-2.22e-16) // 0 */
function shownWeight(weight: number): number {
  return Math.abs(weight) < WEIGHT_MIN ? 0 : weight;
}

function lastSeenText({ lastSeenDay }: TokenView): string | undefined {
  return lastSeenDay === undefined ? undefined : dayText(lastSeenDay);
}
