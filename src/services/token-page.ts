/** Tokens for people: filtered, sorted, in pages by cursor. */
import { countedIn } from '../bayes/counted-in.ts';
import { logOdds, logOddsSd } from '../bayes/log-odds.ts';
import type { ModelParameters, TokenCounts } from '../bayes/model.ts';
import type { SettledCounts, SettledToken } from '../bayes/settled-counts.ts';
import { type Centre, type Counted, centreOf, tokenLogOdds } from '../bayes/token-log-odds.ts';
import { wrongCursor } from '../domain/errors.ts';
import { UNDATED_DAY } from '../domain/identity.ts';
import type { Page } from '../store/port.ts';

export interface TokenView extends TokenCounts {
  field: string;
  token: string;
  /** MAP log-odds in nats, bad episodes against good episodes, decayed. */
  weight: number;
  /** Standard deviation of the weight's posterior (Laplace), in nats. */
  sd: number;
  /** UTC day of the newest record that holds it, days since the epoch; absent where only undated ones do. */
  lastSeenDay?: number | undefined;
}

export interface TokenQuery {
  field?: string | undefined;
  q?: string | undefined;
  sort: 'weight' | 'count';
  order: 'asc' | 'desc';
  cursor?: string | undefined;
  limit: number;
}

/** Where a page ends: the sort value of its last token, then field and token, which are unique. */
interface Cursor {
  value: number;
  field: string;
  token: string;
}

export function pageOfTokens(
  counts: SettledCounts,
  parameters: ModelParameters,
  query: TokenQuery,
): Page<TokenView> {
  const after = query.cursor === undefined ? null : parseCursor(query.cursor);
  const wanted = query.q?.toLowerCase();
  const sign = query.order === 'asc' ? 1 : -1;
  const best: { view: TokenView; value: number }[] = [];
  const counted = countedIn(counts);
  const compare = (a: Cursor, b: Cursor) =>
    sign * (a.value - b.value) || compareText(a.field, b.field) || compareText(a.token, b.token);
  const orderOf = ({ view, value }: { view: TokenView; value: number }): Cursor => ({
    value,
    field: view.field,
    token: view.token,
  });
  for (const token of counts.tokens(query.field)) {
    if (token.token === '') continue;
    if (wanted !== undefined && !token.token.toLowerCase().includes(wanted)) continue;
    const view = viewOf(token, counted, parameters.tauSquared);
    const value = query.sort === 'weight' ? view.weight : countOf(view);
    if (after !== null && compare({ value, field: view.field, token: view.token }, after) <= 0) continue;
    best.push({ view, value });
    // Keep memory at a few pages however many tokens there are.
    if (best.length >= 8 * (query.limit + 1)) {
      best.sort((a, b) => compare(orderOf(a), orderOf(b)));
      best.length = query.limit + 1;
    }
  }
  best.sort((a, b) => compare(orderOf(a), orderOf(b)));
  const page = best.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ view }) => view),
    nextCursor: last !== undefined && best.length > query.limit ? cursorOf(orderOf(last)) : undefined,
  };
}

/**
 * A token as people see it: settled counts, and its weight from the decayed ones. That of a value in its context is what it
 * adds to the weight of the value, that of an address what it adds to its network's (bayes/token-log-odds.ts).
 */
export function viewOf(token: SettledToken, counted: Counted, tauSquared: number): TokenView {
  const { field, token: text, decayed } = token;
  const episodes = { bad: decayed.badEpisodes, good: decayed.goodEpisodes };
  const weight = tokenLogOdds(field, text, episodes, counted, tauSquared);
  const centre = centreOf(field, text, counted);
  const ofCentre = centre === undefined ? 0 : lambdaOfCentre(centre, counted, tauSquared);
  const classes = counted.presenceOf(centre?.expectedBy ?? field);
  return {
    field,
    token: text,
    ...token.counts,
    weight,
    sd: logOddsSd(weight + ofCentre, episodes, classes, tauSquared),
    lastSeenDay: token.lastDay === UNDATED_DAY ? undefined : token.lastDay,
  };
}

function lambdaOfCentre({ field, token }: Centre, counted: Counted, tauSquared: number): number {
  return logOdds(counted.countsOf(field, token), counted.presenceOf(field), tauSquared);
}

function countOf({ goodRecords, badRecords }: TokenView): number {
  return goodRecords + badRecords;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cursorOf(cursor: Cursor): string {
  return btoa(encodeURIComponent(JSON.stringify([cursor.value, cursor.field, cursor.token])));
}

function parseCursor(text: string): Cursor {
  try {
    const [value, field, token]: unknown[] = JSON.parse(decodeURIComponent(atob(text)));
    if (typeof value === 'number' && typeof field === 'string' && typeof token === 'string') {
      return { value, field, token };
    }
  } catch (error) {
    throw wrongCursor(error);
  }
  throw wrongCursor();
}
