/** All tokens of a site in a stable order, page by page, for streaming: field by field. */
import type { ModelSource } from './model-follower.ts';
import type { TokenView } from './token-page.ts';

const PAGE_TOKENS = 5_000;

export async function* exportTokens(source: ModelSource, site: string): AsyncGenerator<TokenView[]> {
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
