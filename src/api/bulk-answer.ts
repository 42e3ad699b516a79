/** How bulk requests are answered: in the form that clients of Elasticsearch understand, with the codes of this program. */
import type { BulkItem } from '../ingest/bulk-body.ts';
import { sendJson } from './answer.ts';
import { problemOf, type SendFailure, setFailureHeaders } from './problem.ts';
import type { ItemOutcome } from './store-documents.ts';

/** Official clients talk to no server without it. */
export const PRODUCT_HEADER = ['X-Elastic-Product', 'Elasticsearch'] as const;

/** The status of an item that may be stored when it is sent again: the only one that all clients try again. */
const TRY_AGAIN = 429;

/** The answer's text. Fluent Bit looks for `"errors":false,"items":[` in it, so members stand in this order. */
export class BulkAnswer {
  readonly #items: readonly BulkItem[];
  readonly #index: string;
  readonly #texts: string[] = [];
  #hasErrors = false;

  /** @param index in the path of the request, for actions that name none */
  constructor(items: readonly BulkItem[], index: string | undefined) {
    this.#items = items;
    this.#index = index ?? '';
  }

  /** What became of the next item. */
  tell(outcome: ItemOutcome): void {
    const item = this.#items[this.#texts.length];
    if (item === undefined) throw new RangeError('there are more outcomes than items');
    const told = toldOf(item, outcome);
    if (told.status >= 400) this.#hasErrors = true;
    this.#texts.push(JSON.stringify({ [item.action]: { _index: item.index ?? this.#index, ...told } }));
  }

  end(tookMs: number): string {
    return `{"took":${Math.round(tookMs)},"errors":${this.#hasErrors},"items":[${this.#texts.join(',')}]}`;
  }
}

interface Told {
  _id: string | null;
  status: number;
  result?: 'created' | 'noop';
  error?: { type: string; reason: string };
}

function toldOf({ action, id }: BulkItem, outcome: ItemOutcome): Told {
  if ('failed' in outcome) {
    return { _id: id ?? null, status: TRY_AGAIN, error: errorOf(outcome.failed) };
  }
  if ('rejected' in outcome) {
    const { code, detail } = outcome.rejected;
    return { _id: id ?? null, status: 400, error: { type: code, reason: detail } };
  }
  const _id = id ?? outcome.id;
  if (!outcome.duplicate) return { _id, status: 201, result: 'created' };
  // Sent twice without an id of its own it is stored all the same, which is all that its sender asked for.
  if (action === 'index' || id === undefined) return { _id, status: 201, result: 'noop' };
  const reason = 'there is a record of this _id, and it stays as it is';
  return { _id, status: 409, error: { type: 'version_conflict_engine_exception', reason } };
}

function errorOf(error: unknown): { type: string; reason: string } {
  const { type, detail } = problemOf(error, '');
  return { type: type.replace('/problems/', ''), reason: detail };
}

export const sendBulkFailure: SendFailure = (response, error, instance) => {
  setFailureHeaders(response, error);
  response.setHeader(...PRODUCT_HEADER);
  const { status } = problemOf(error, instance);
  const cause = errorOf(error);
  sendJson(response, status, { error: { ...cause, root_cause: [cause] }, status });
};
