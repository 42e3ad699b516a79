/** How OTLP/HTTP is answered: partial success, and failures as google.rpc.Status. */
import { sendJson } from './answer.ts';
import { problemOf, type SendFailure, setFailureHeaders } from './problem.ts';
import type { ItemOutcome } from './store-documents.ts';

export interface PartialSuccess {
  /** A 64-bit integer, which is text in the JSON of Protobuf. */
  rejectedLogRecords: string;
  errorMessage: string;
}

/** Counts what is refused; the first one is told with its reason, as an example. */
export class OtlpAnswer {
  #told = 0;
  #rejected = 0;
  #first = '';

  tell(outcome: ItemOutcome): void {
    this.#told += 1;
    if (!('rejected' in outcome)) return;
    this.#rejected += 1;
    const { code, detail } = outcome.rejected;
    if (this.#rejected === 1) this.#first = `record ${this.#told}: ${code}: ${detail}`;
  }

  end(): { partialSuccess?: PartialSuccess } {
    if (this.#rejected === 0) return {};
    return { partialSuccess: { rejectedLogRecords: `${this.#rejected}`, errorMessage: this.#first } };
  }
}

/** Codes of google.rpc.Code by HTTP status; exporters show them, and go by the HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  413: 3,
  415: 3,
  429: 8, // RESOURCE_EXHAUSTED
  503: 14, // UNAVAILABLE
};
const INTERNAL = 13;

/** A status that exporters do not know as one to try again, though it is: the disk of the store is full. */
const INSUFFICIENT_STORAGE = 507;
const UNAVAILABLE = 503;

export const sendOtlpFailure: SendFailure = (response, error, instance) => {
  setFailureHeaders(response, error);
  const { type, status, detail } = problemOf(error, instance);
  const told = otlpStatusOf(status);
  const message = `${type.replace('/problems/', '')}: ${detail}`;
  sendJson(response, told, { code: rpcCodeOf(told), message });
};

export function otlpStatusOf(status: number): number {
  return status === INSUFFICIENT_STORAGE ? UNAVAILABLE : status;
}

export function rpcCodeOf(status: number): number {
  return RPC_CODES[status] ?? INTERNAL;
}
