/**
 * All that a site has learnt in a stable order, page by page, for streaming: the totals, by which tokenizers they were
 * counted, then field by field its presence and its tokens. It is what another site needs to take it over.
 */
import { RECORD_FIELD } from '../bayes/counts.ts';
import { tokenizerToken } from './import-check.ts';
import type { ModelSource } from './model-follower.ts';
import type { TokenView } from './token-page.ts';

const PAGE_TOKENS = 5_000;

export async function* exportTokens(source: ModelSource, site: string): AsyncGenerator<TokenView[]> {
  const [totals] = await source.readTokens(site, { field: RECORD_FIELD, limit: 1 });
  if (totals === undefined) return;
  yield [totals, { ...totals, token: tokenizerToken(await source.tokenizerOf(site)) }];
  const fields = Object.keys(await source.fieldsOf(site)).sort();
  for (const field of fields) {
    let after: string | undefined;
    for (;;) {
      const page = await source.readTokens(site, { field, after, limit: PAGE_TOKENS });
      if (page.length > 0) yield page;
      if (page.length < PAGE_TOKENS) break;
      after = page.at(-1)?.token;
    }
  }
}
