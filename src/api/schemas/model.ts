/** The model, as it is answered. */
import { z } from 'zod';
import type { ModelView } from '../../services/get-model.ts';
import { dayText, InstantText, instantText } from './common.ts';
import { CLASS_COUNTS, countsJson } from './counts.ts';
import { DriftResponse, driftJson } from './drift.ts';

const FieldResponse = z.strictObject({
  ...CLASS_COUNTS,
  tokens: z.int().meta({ description: 'Different ones that are counted.' }),
  pruned: z.int().optional().meta({
    description: 'How many of them the model leaves out by `pruneBelow`; absent where it leaves none out.',
  }),
});

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
    fields: z.record(z.string(), FieldResponse),
    drift: DriftResponse.optional().meta({
      description:
        'How far the good of the last seven days that are learnt has moved from all good that was learnt before, both as they weigh ' +
        'in the model: the fields that moved furthest, 20 at most. Absent until some field holds 30 episodes of both.',
    }),
    weights: z.record(z.string(), z.number()).meta({ description: 'β of each group of evidence.' }),
    unknownThreat: z.number().meta({
      description:
        'Share of threats, 0 to 1, that are thought to be like nothing that was marked: of them strangeness alone speaks, held ' +
        'against marks at the height where false alarms begin. 0.5, and from two marked incidents on an average by what each of ' +
        'them, held as if it were the next, was found by.',
    }),
    calibration: z
      .strictObject({
        method: z.enum(['conformal', 'platt', 'venn-abers']),
        badEpisodes: z.int(),
        independentBadEpisodes: z.number(),
        goodEpisodes: z.int(),
        independentGoodEpisodes: z
          .number()
          .optional()
          .meta({
            description:
              'As many episodes, each of a sender of its own, would tell as much. Odds of a score are at most one more than so many ' +
              'times those of the base rate.',
          }),
        badRecords: z
          .int()
          .optional()
          .meta({ description: 'Of `conformal` alone: all of which episodes were drawn.' }),
        incidents: z.int(),
      })
      .nullable()
      .meta({
        description:
          'How scores become probabilities, and from how much that was learnt; `null` until there is enough: then scores are ' +
          'σ(z) as they come, every interval is [0, 1] and every verdict `unsure`. Intervals and verdicts stay so with `conformal`, ' +
          'which holds until two incidents have thirty bad episodes: it goes by how rare evidence is among the good.',
      }),
    fittedEntry: z.int().optional().meta({
      description:
        'The last entry that `weights` and `calibration` rest on; absent where nothing was fitted.',
    }),
    baseRate: z.number(),
    halfLifeDays: z.number().nullable().meta({
      description: 'A count weighs half once `newestDay` is so many days later; `null`: counts never decay.',
    }),
    pruneBelow: z.number().meta({
      description:
        'Tokens that fewer good episodes hold are left out; 0: none are. See `GET /v1/policy/pruning`.',
    }),
    backlog: z.strictObject({ records: z.int(), windows: z.int() }).meta({
      description:
        'What waits to be learnt: records that were stored or judged, and windows. Both are 0 once this model counts them all.',
    }),
  })
  .meta({ id: 'Model' });

/** How scores become probabilities, without the numbers that do it. */
function calibrationJson(calibration: ModelView['calibration']) {
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
    sizes,
    parameters,
    calibration,
    recount,
    fittedEntry,
    activated,
    backlog,
  } = view;
  const { tokenizerVersion, weights, unknownThreat, baseRate, halfLifeDays, pruneBelow = 0 } = parameters;
  const named = Object.entries(fields).map(([name, counts]) => {
    const pruned = sizes.get(name)?.pruned ?? 0;
    return [name, { ...countsJson(counts), tokens: counts.tokens, pruned: pruned > 0 ? pruned : undefined }];
  });
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
    unknownThreat: unknownThreat.share,
    calibration: calibrationJson(calibration),
    fittedEntry,
    baseRate,
    halfLifeDays: Number.isFinite(halfLifeDays) ? halfLifeDays : null,
    pruneBelow,
    backlog,
  };
}
