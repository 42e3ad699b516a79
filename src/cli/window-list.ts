/** The windows and labelled corpora of a server. */
import { type Client, Refusal } from './client.ts';
import { type Fields, fieldsOf, findText, listIn, textIn } from './fields.ts';

const PAGE_WINDOWS = 100;

/** Newest first; a page is asked for when the one before is used up. @param pageWindows windows of a page */
export async function* windowsOf(client: Client, pageWindows = PAGE_WINDOWS): AsyncGenerator<Fields> {
  let cursor: string | undefined;
  do {
    const query = { limit: Math.min(PAGE_WINDOWS, pageWindows), cursor };
    const page = fieldsOf(await client.json({ method: 'GET', path: '/v1/windows', query }));
    yield* listIn(page, 'items');
    cursor = findText(page, 'nextCursor') ?? undefined;
  } while (cursor !== undefined);
}

/** The corpus in force of this name; null where there is none, or the key may not look, as one that only stores. */
export async function findCorpus(client: Client, name: string): Promise<Fields | null> {
  try {
    for await (const window of windowsOf(client)) {
      const isInForce = !['retracting', 'retracted'].includes(textIn(window, 'status'));
      if (findText(window, 'name') === name && isInForce) return window;
    }
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 403) return null;
    throw error;
  }
}
