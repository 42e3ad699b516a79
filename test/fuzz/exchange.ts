/** One request over a real connection, with a bound on how long its answer may take. */
import { Agent, request as httpRequest } from 'node:http';
import type { FuzzRequest } from './requests.ts';

/** No answer is this slow, on any machine: it stands for one that never comes. */
const ANSWER_MS_MAX = 20_000;

export interface FuzzAnswer {
  status: number;
  /** Without its parameters; empty where there is none. */
  type: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export class Exchange {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** @throws where no whole answer comes */
  send({ method, target, headers, body }: Omit<FuzzRequest, 'described'>): Promise<FuzzAnswer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: target,
        headers: { ...headers, ...(body === null ? {} : { 'Content-Length': String(body.length) }) },
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      request.on('error', reject);
      request.on('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const [type = ''] = (response.headers['content-type'] ?? '').split(';', 1);
          resolve({
            status: response.statusCode ?? 0,
            type,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      request.end(body ?? undefined);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
