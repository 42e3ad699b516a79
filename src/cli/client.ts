/**
 * The HTTP client of the commands. It streams both ways at once, because the server answers while it still reads: a
 * client that sent all of a file before it read anything would hold the answer to it in somebody's memory. `fetch` is
 * half duplex by its standard, so this is node:http. A body is held back until the server asks for it
 * (`Expect: 100-continue`), so that a wrong key costs no upload.
 */
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { CommandError, EXIT, type ExitCode, systemCodeOf } from './exit.ts';
import { findNumber, findText, listIn, parseFields, textIn } from './fields.ts';

/** Bytes of an answer that is read whole: pages and views, never streams. */
const ANSWER_BYTES_MAX = 67_108_864;
/** A server that does not ask for the body within this is taken for one that does not know the question. */
const CONTINUE_AFTER_MS = 2_000;

export interface Body {
  readonly contentType: string;
  readonly contentEncoding?: string | undefined;
  readonly content: string | Readable;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the server's address, e.g. `/v1/score`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** `Prefer` (RFC 7240). */
  readonly prefer?: string | undefined;
  readonly body?: Body;
  /** Statuses besides 2xx whose answers are wanted. */
  readonly takes?: readonly number[];
}

/** The server said no: a problem by RFC 9457, or whatever stands in front of it. */
export class Refusal extends CommandError {
  readonly status: number;
  /** When to ask again, where the server says it in seconds. */
  retryAfterSeconds: number | undefined;
  constructor(status: number, sentence: string) {
    super(exitCodeOfStatus(status), sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** 3 where the door stays shut or the server is in trouble, 1 where the input is at fault, 2 where the question was. */
function exitCodeOfStatus(status: number): ExitCode {
  if (status === 401 || status === 403 || status === 429 || status >= 500 || status < 400)
    return EXIT.unreachable;
  return status === 413 || status === 415 ? EXIT.input : EXIT.usage;
}

export class Client {
  readonly #base: URL;
  readonly #key: string | undefined;
  readonly #trust: RequestOptions;
  readonly #name: string | undefined;

  /**
   * @param url address of the server; a path in it is kept, for one behind a prefix
   * @param options.certificate the only one that the server may show, whatever name it is for: where it is our own
   * @param options.name what stands for the server in sentences, where its address means nothing to people
   */
  constructor(
    url: URL,
    key: string | undefined,
    { certificate, name }: { certificate?: string | undefined; name?: string } = {},
  ) {
    this.#base = url;
    this.#key = key;
    this.#name = name;
    this.#trust =
      certificate === undefined
        ? {}
        : { ca: certificate, allowPartialTrustChain: true, checkServerIdentity: () => undefined };
  }

  /** How sentences call the server. */
  get #called(): string {
    return this.#name ?? this.#base.href;
  }

  /**
   * Sends a call and resolves with the answer as soon as it begins.
   * @throws Refusal for any status but 2xx; CommandError 3 where the server cannot be reached
   */
  async stream(call: Call): Promise<IncomingMessage> {
    const answer = await this.#send(call);
    const status = answer.statusCode ?? 0;
    if ((status >= 200 && status < 300) || call.takes?.includes(status)) return answer;
    const refusal = await this.#refusalOf(answer, status);
    refusal.retryAfterSeconds = secondsOf(answer.headers['retry-after']);
    throw refusal;
  }

  /** The answer as a parsed JSON text. @throws as stream, and CommandError 3 where the answer is no JSON */
  async json(call: Call): Promise<unknown> {
    const answer = await this.stream(call);
    const text = await textOf(answer);
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.#notOurs('it answers, but not in JSON', cause);
    }
  }

  #send(call: Call): Promise<IncomingMessage> {
    const url = this.#urlOf(call);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(url, { method: call.method, headers: this.#headersOf(call), ...this.#trust });
      request.once('response', resolve);
      request.once('error', cause => reject(this.#unreachable(cause)));
      const content = call.body?.content;
      if (content === undefined || typeof content === 'string') {
        request.end(content);
        return;
      }
      // Whatever breaks the upload destroys the request, and its error is the one that is told; a refusal that came
      // first has settled the promise already.
      const upload = once(() => {
        clearTimeout(timer);
        pipeline(content, request, error => {
          if (error && !request.destroyed) request.destroy(error);
        });
      });
      const timer = setTimeout(upload, CONTINUE_AFTER_MS);
      request.once('continue', upload);
      request.once('response', () => clearTimeout(timer));
      request.once('error', () => {
        clearTimeout(timer);
        content.destroy();
      });
      request.once('close', () => content.destroy());
      request.flushHeaders();
    });
  }

  #urlOf(call: Call): URL {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }

  #headersOf({ prefer, body }: Call): OutgoingHttpHeaders {
    const headers: OutgoingHttpHeaders = { Accept: 'application/x-ndjson, application/json, text/csv' };
    if (prefer !== undefined) headers['Prefer'] = prefer;
    if (this.#key !== undefined) headers['Authorization'] = `Bearer ${this.#key}`;
    if (body === undefined) return headers;
    headers['Content-Type'] = body.contentType;
    if (body.contentEncoding !== undefined) headers['Content-Encoding'] = body.contentEncoding;
    if (typeof body.content === 'string') headers['Content-Length'] = Buffer.byteLength(body.content);
    else headers['Expect'] = '100-continue';
    return headers;
  }

  async #refusalOf(answer: IncomingMessage, status: number): Promise<Refusal> {
    const text = await textOf(answer).catch(() => '');
    const detail = detailOf(text);
    if (status === 401 || status === 403) {
      const mend = 'Give a key with --key or BAYESWATCH_KEY; `bayeswatch keys create` makes one.';
      return new Refusal(status, `${this.#called} refuses: ${detail ?? `status ${status}`}. ${mend}`);
    }
    if (status >= 300 && status < 400) {
      const target = answer.headers.location ?? 'another address';
      return new Refusal(status, `${this.#called} sends on to ${target}; give that as --url`);
    }
    if (this.#name !== undefined) return new Refusal(status, detail ?? `${this.#name} does not say why`);
    return new Refusal(status, `${this.#called} answers ${status}: ${detail ?? 'without saying why'}`);
  }

  #unreachable(cause: unknown): CommandError {
    if (cause instanceof CommandError) return cause;
    const code = systemCodeOf(cause);
    if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH' || code === 'ETIMEDOUT') {
      const sentence = `no server answers at ${this.#called} (${code}); start one with \`bayeswatch serve\`, or name another with --url or BAYESWATCH_PORT`;
      return new CommandError(EXIT.unreachable, sentence, { cause });
    }
    if (code === 'ECONNRESET' || code === 'EPIPE') {
      const sentence = `${this.#called} ended the connection before it had answered; what it had acknowledged is kept`;
      return new CommandError(EXIT.unreachable, sentence, { cause });
    }
    return this.#notOurs(cause instanceof Error ? cause.message : String(cause), cause);
  }

  #notOurs(reason: string, cause: unknown): CommandError {
    return new CommandError(EXIT.unreachable, `cannot talk to ${this.#called}: ${reason}`, { cause });
  }
}

/** `Retry-After` in seconds; a date is what nobody sends who wants to be asked again soon. */
function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX)
      throw new CommandError(EXIT.unreachable, 'the answer is longer than a page can be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What a problem document says, with each wrong field; null where it is none. */
function detailOf(text: string): string | null {
  try {
    const problem = parseFields(text);
    const errors = 'errors' in problem ? listIn(problem, 'errors') : [];
    const fields = errors.map(error => {
      const line = findNumber(error, 'line');
      const place = findText(error, 'pointer') ?? findText(error, 'parameter');
      const told = place ?? (line === null ? null : `line ${line}`);
      return told === null ? textIn(error, 'detail') : `${told}: ${textIn(error, 'detail')}`;
    });
    const detail = textIn(problem, 'detail');
    // A single field is told by the detail already; of several it says only that there are some.
    const isTold = errors.length === 1 && detail.endsWith(textIn(errors[0] ?? {}, 'detail'));
    const sentences = detail === 'see errors' ? fields : [detail, ...(isTold ? [] : fields)];
    return sentences.join('; ');
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}
