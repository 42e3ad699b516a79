/** The policy of a site, as it is set and told, and its curve. */
import { z } from 'zod';
import {
  isDomain,
  isRetentionLonger,
  isTimeZone,
  OWN_DOMAINS_MAX,
  OWN_RANGES_MAX,
  POLICY_BOUNDS,
  type PolicyInForce,
  TIME_ZONE_CHARACTERS_MAX,
} from '../../domain/policy.ts';
import { isAddressPattern } from '../../domain/scope.ts';
import type { CurvePoint, PolicyCurve } from '../../services/policy-curve.ts';
import { InstantText, instantText } from './common.ts';

function within([least, greatest]: readonly [number, number], description: string) {
  const expected = `must be a number from ${least} to ${greatest}`;
  const error = ({ input }: { input?: unknown }) => (input === undefined ? undefined : expected);
  return z.number({ error }).min(least, expected).max(greatest, expected).meta({ description });
}

const COST = 'Costs share a unit of your choice; only their ratio matters.';

const CostsInPolicy = z.strictObject({
  falseAlarm: within(POLICY_BOUNDS.cost, COST),
  missed: within(POLICY_BOUNDS.cost, COST),
});

const PRUNE_BELOW =
  'Tokens that fewer good episodes hold than this, decayed, are left out of the model, unless bad ones do. Counts are kept whole, so ' +
  'a token that returns is back, and 0 brings all back. `GET /v1/policy/pruning` tells beforehand what goes.';

const POLICY = {
  costs: CostsInPolicy.meta({
    id: 'Costs',
    description: 'What mistakes cost: `bad` is told from falseAlarm / (falseAlarm + missed) on.',
  }),
  baseRate: within(POLICY_BOUNDS.baseRate, 'P(bad) of a record about which nothing is known.'),
  quarantineHours: within(
    POLICY_BOUNDS.quarantineHours,
    'How long an unlabelled record waits until it is learnt as good. What is learnt so stays so when this becomes longer.',
  ),
  halfLifeDays: within(POLICY_BOUNDS.halfLifeDays, 'After how many days a count weighs half.'),
  retentionDays: within(
    POLICY_BOUNDS.retentionDays,
    'How long records are kept; longer than the quarantine. Made shorter, it deletes what is older, for good.',
  ),
  timeZone: z
    .string()
    .max(TIME_ZONE_CHARACTERS_MAX)
    .refine(isTimeZone, 'must be an IANA time zone such as UTC or Europe/Berlin')
    .meta({
      description:
        'IANA name: by whose hours records are told, and in which times are that say no offset. It touches records to come.',
      examples: ['Europe/Berlin'],
    }),
};

const OwnDomains = z
  .array(z.string().refine(isDomain, 'must be a domain such as example.org'))
  .max(OWN_DOMAINS_MAX)
  .meta({
    description:
      'Domains of the site: names that imitate them are told (`dns.question.looks_like`). They touch records to come.',
    examples: [['example.org']],
  });
const OwnRanges = z
  .array(z.string().refine(isAddressPattern, 'must be an address or a CIDR block such as 192.0.2.0/24'))
  .max(OWN_RANGES_MAX)
  .meta({
    description:
      'Addresses and CIDR blocks of the site, public ones too: records tell whose an address is. They touch records to come.',
    examples: [['192.0.2.0/24']],
  });

export const PolicyRequest = z
  .strictObject({
    ...POLICY,
    // A request as it was before there was a floor is one without.
    pruneBelow: within(POLICY_BOUNDS.pruneBelow, PRUNE_BELOW).default(0),
    ownDomains: OwnDomains.optional(),
    ownRanges: OwnRanges.optional(),
    after: z
      .int()
      .min(0)
      .optional()
      .meta({
        description:
          'Number of the policy that was read (`set.number`, 0 where there was none): where another one was set since, this ' +
          'one is refused (policy-changed).',
      }),
  })
  .refine(isRetentionLonger, {
    path: ['retentionDays'],
    error: 'must be longer than the quarantine, or nothing is ever learnt as good',
  })
  .meta({ id: 'PolicyRequest' });

export const PolicyResponse = z
  .strictObject({
    ...POLICY,
    pruneBelow: within(POLICY_BOUNDS.pruneBelow, PRUNE_BELOW),
    ownDomains: OwnDomains,
    ownRanges: OwnRanges,
    set: z
      .strictObject({
        number: z.int().meta({ description: '1, 2, 3 …: the newest policy is in force.' }),
        at: InstantText,
        by: z.string().meta({
          description: 'Id of the key; `local:<user>` for a command on the data folder.',
        }),
      })
      .optional()
      .meta({ description: 'Absent where none was ever set: then the environment of the server says it.' }),
  })
  .meta({ id: 'Policy' });

export function policyJson({ policy, set }: PolicyInForce): z.infer<typeof PolicyResponse> {
  const { costs, ownDomains = [], ownRanges = [], ...rest } = policy;
  const told = set === null ? {} : { set: { number: set.number, at: instantText(set.setAtMs), by: set.by } };
  return { costs: { ...costs }, ...rest, ownDomains: [...ownDomains], ownRanges: [...ownRanges], ...told };
}

const CurvePointResponse = z
  .strictObject({
    threshold: z.number().meta({ description: 'Scores from here on raise an alarm.' }),
    detection: z.number().meta({ description: 'Share of the bad records that raise one.' }),
    falseAlarmRate: z.number().meta({ description: 'Share of the good records that raise one.' }),
    alertsPerDay: z.number().nullable().meta({
      description: 'By the newest scored records; `null` where they span no time.',
    }),
    expectedCost: z.number().meta({
      description:
        'Of a record, in the unit of the costs: falseAlarm · (1 − baseRate) · falseAlarmRate + missed · baseRate · (1 − detection).',
    }),
  })
  .meta({ id: 'CurvePoint' });

export const PolicyCurveResponse = z
  .strictObject({
    costs: POLICY.costs,
    baseRate: z.number(),
    judged: z
      .strictObject({ bad: z.int(), good: z.int() })
      .meta({ description: 'How many records of each class it rests on.' }),
    traffic: z
      .strictObject({ records: z.int(), from: InstantText.optional(), to: InstantText.optional() })
      .meta({ description: 'The newest scored records, in which alarms a day are counted.' }),
    costOfSilence: z.number().meta({ description: 'Of a record, where no alarm is ever raised.' }),
    inForce: CurvePointResponse.nullable().meta({
      description:
        'The threshold that the costs ask for; `null` where nothing bad or nothing good is judged.',
    }),
    cheapest: CurvePointResponse.nullable().meta({
      description: 'The threshold of least cost; `null` where none costs less than silence.',
    }),
    points: z.array(CurvePointResponse).meta({
      description:
        'By ascending threshold, the first of them 0; at most 101, spread evenly over the judged scores.',
    }),
  })
  .meta({ id: 'PolicyCurve' });

export function policyCurveJson(curve: PolicyCurve): z.infer<typeof PolicyCurveResponse> {
  const { costs, traffic, inForce, cheapest, points, ...rest } = curve;
  const { records, fromMs, toMs } = traffic;
  return {
    ...rest,
    costs: { ...costs },
    traffic: {
      records,
      from: fromMs === null ? undefined : instantText(fromMs),
      to: toMs === null ? undefined : instantText(toMs),
    },
    inForce: inForce && pointJson(inForce),
    cheapest: cheapest && pointJson(cheapest),
    points: points.map(pointJson),
  };
}

function pointJson(point: CurvePoint): z.infer<typeof CurvePointResponse> {
  return { ...point };
}
