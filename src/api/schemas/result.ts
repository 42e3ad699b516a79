/** What is answered for a posted record. */
import { z } from 'zod';
import { InstantText, Kind, Label, ProblemResponse, RejectionResponse, Verdict } from './common.ts';

const ReasonResponse = z
  .strictObject({
    group: z.string().meta({ description: 'Evidence group; or `prior`, `rest`, `threat`, `calibration`.' }),
    field: z.string(),
    token: z.string().meta({
      description:
        'What the reason is about. Of `threat` whether, if it is one, it is rather like what was marked (`known`) or like nothing that ' +
        'was (`unknown`), so that its strangeness alone speaks; its contribution is what it costs to be either, and by how much the ' +
        'height at which strangeness is held against marks moves it: mostly below 0.',
    }),
    contribution: z.number().meta({ description: 'Nats towards bad; all of a result sum to logit(score).' }),
    good: z.number().meta({ description: 'Good records that hold the token.' }),
    bad: z.number().meta({ description: 'Bad episodes that hold the token.' }),
    undoneBy: z
      .int()
      .nullable()
      .optional()
      .meta({
        description:
          'How many more good episodes (five minutes of one source) with the token, or with the most telling n-gram of the part ' +
          'of a text, take back what it says towards bad: 0 where it says nothing of the kind, `null` where no number does, as ' +
          'where every bad episode holds it. Absent where the reason is no count of one token: `prior`, `rest`, `threat`, `calibration`, ' +
          'and what is strange in its text or in its context.',
      }),
    windows: z
      .array(
        z.strictObject({
          id: z.string().meta({ description: 'Of a window or an import.' }),
          label: Label.meta({ description: 'The class that it taught.' }),
          episodes: z.int().meta({ description: 'Episodes of that class with the token.' }),
          shared: z.literal(true).optional().meta({
            description:
              'There where they are those of several windows together: they were learnt from at once, as late records are.',
          }),
        }),
      )
      .optional()
      .meta({
        description:
          'Only of a stored record (`GET /v1/records/{id}`), and of its 16 strongest reasons: the windows in force that taught the ' +
          'token behind `good` and `bad`, eight at most, those that taught most first. What time or a single judgement taught ' +
          'has no window.',
      }),
  })
  .meta({ id: 'Reason' });

const ProbabilityResponse = z.number().min(0).max(1);

const Duplicate = z
  .literal(true)
  .optional()
  .meta({
    description:
      'It was stored before; it is counted once. An `event.id` (else the line) is known again within one UTC hour of the ' +
      "record's own time: the same one with a time in another hour is a new record.",
  });

export const ResultResponse = z
  .strictObject({
    id: z.string(),
    kind: Kind,
    score: ProbabilityResponse.meta({
      description:
        'Probability that it belongs to what this site marks as bad, as far as `calibration` of `GET /v1/model` goes; else go by the order.',
    }),
    verdict: Verdict.meta({ description: 'By cost; `unsure` until two marked incidents tell enough.' }),
    interval: z
      .array(ProbabilityResponse)
      .length(2)
      .meta({ description: '[low, high]; [0, 1] until two marked incidents tell enough.' }),
    model: z.string(),
    reasons: z.array(ReasonResponse).optional(),
    duplicate: Duplicate,
  })
  .meta({ id: 'Result' });

const ReceiptResponse = z
  .strictObject({ id: z.string(), kind: Kind, duplicate: Duplicate })
  .meta({ id: 'Receipt', description: 'A stored record whose score was not asked for.' });

export const OutcomeResponse = z.union([ResultResponse, ReceiptResponse]);

const ScoringModel = z.string().meta({
  description:
    'The model that scores now; empty where `score=false` and there is none (`tokenizer-unknown`).',
});

export const ArrayResponse = z
  .strictObject({
    results: z.array(OutcomeResponse).meta({ description: 'Of the accepted elements, in their order.' }),
    rejected: z.array(
      z
        .strictObject({ line: z.int().min(1), ...RejectionResponse.shape })
        .meta({ description: 'By element, from 1.' }),
    ),
    model: ScoringModel,
    error: ProblemResponse.optional().meta({
      description:
        'Only where something stopped the request after the status was sent; the connection is cut after it.',
    }),
  })
  .meta({ id: 'Results' });

const RejectedLineResponse = z
  .strictObject({ line: z.int().min(1), rejected: RejectionResponse })
  .meta({ id: 'RejectedLine' });

const SummaryResponse = z
  .strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.int(),
    model: ScoringModel,
    format: z
      .string()
      .optional()
      .meta({ description: 'The format that the lines were read as; absent where there was no line.' }),
    from: InstantText.optional().meta({
      description: 'Earliest time that a record has of its own; absent where none has one.',
    }),
    to: InstantText.optional().meta({ description: 'Latest time that a record has of its own.' }),
    hint: z
      .string()
      .optional()
      .meta({ description: 'What speaks against the format that was detected: to be shown to a person.' }),
  })
  .meta({
    id: 'Summary',
    description: 'accepted + duplicates + rejected = lines that are or should be records.',
  });

const LastLineResponse = z.strictObject({
  summary: SummaryResponse,
  error: ProblemResponse.optional(),
});

const LINE = { line: z.int().min(1).meta({ description: 'Number of its line in the body, from 1.' }) };

/** One line of an NDJSON answer: an outcome with the number of its line, for comments and headers have no outcome. */
export const LineResponse = z
  .union([
    ResultResponse.extend(LINE).meta({ id: 'ResultLine' }),
    ReceiptResponse.extend(LINE).meta({ id: 'ReceiptLine' }),
    RejectedLineResponse,
    LastLineResponse,
  ])
  .meta({ id: 'Line' });
