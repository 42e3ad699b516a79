/** Tokens, as they are asked for, answered and exported. */
import { z } from 'zod';
import type { TokenView } from '../../services/token-page.ts';
import { dayText, lineText, PAGE_QUERY } from './common.ts';
import { CLASS_COUNTS, countsJson, shownWeight } from './counts.ts';

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

function lastSeenText({ lastSeenDay }: TokenView): string | undefined {
  return lastSeenDay === undefined ? undefined : dayText(lastSeenDay);
}
