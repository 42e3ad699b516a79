/**
 * A tiny typed remote call over a MessagePort: an object whose methods return promises is served on one side and called
 * on the other as if it were there. Arguments and results are copied by structured clone, bytes with them.
 *
 * What a method throws crosses as plain fields: an AppError is one again, anything else keeps its message and stack.
 * When the other side goes away, calls in flight and those to come reject with `store-unavailable`: nothing hangs. Where
 * another one takes its place, calls go on there; those that were rejected stay so, for nobody knows what came of them.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { AppError, type ErrorCode, type FieldProblem } from '../domain/errors.ts';

/** Calls that are answered together at most: what the last one waits for the others. */
const TOGETHER_MAX = 64;
/**
 * How long calls are begun together: 64 single records take a few milliseconds, 64 batches of 1,024 records seconds, and
 * meanwhile whoever reads waits for the thread, and the learner for its turn to write.
 */
const TOGETHER_MS = 100;

/** What a MessagePort, a Worker and a thread's parentPort have in common. */
export interface Endpoint {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** Only methods that return promises can be called from afar. */
export type Callable<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => Promise<unknown> ? T[K] : never;
};

interface Call {
  id: number;
  method: string;
  args: unknown[];
}

type Answer = { id: number; result: unknown } | { id: number; failure: Failure };

type Failure =
  | { code: ErrorCode; detail: string; errors: readonly FieldProblem[] }
  | { name: string; message: string; stack: string | undefined };

/** Answers the calls that come through the port by the target's methods, until the port closes. */
export function serve<T extends object & Callable<T>>(target: T, port: Endpoint): void {
  port.on('message', message => answer(port, message as Call, begin(target, message as Call)));
}

/**
 * As serve, but calls of some methods that wait together are begun together, before the others that wait, and answered once
 * `together` has returned. Where it throws, nothing of them is done, and each is begun once more by itself: so none
 * suffers for another one. Calls that wait at the same time have no order to keep. A group that takes its time ends there:
 * the next call, and what waits behind it, have to wait for another one.
 * @param together begins every call that it is given, one after the other    @param grouped the methods
 */
export function serveTogether<T extends object & Callable<T>>(
  target: T,
  port: MessagePort,
  { together, grouped, nowMs = () => performance.now() }: Grouping<T>,
): void {
  const isGrouped = ({ method }: Call) => (grouped as readonly string[]).includes(method);
  let left: Call[] = [];
  const serveWaiting = () => {
    const calls = [...left, ...waitingCalls(port, TOGETHER_MAX - left.length)];
    const ofGroup = calls.filter(isGrouped);
    const results = ofGroup.length > 1 ? beginTogether(target, ofGroup, together, nowMs) : null;
    const next = results === null ? -1 : calls.findIndex(call => isGrouped(call) && !results.has(call));
    left = next === -1 ? [] : calls.splice(next);
    for (const call of calls) answer(port, call, results?.get(call) ?? begin(target, call));
    if (left.length > 0) setImmediate(serveLeft);
  };
  const serveLeft = () => {
    if (left.length > 0) serveWaiting();
  };
  port.on('message', message => {
    left.push(message as Call);
    serveWaiting();
  });
}

interface Grouping<T> {
  together: (calls: readonly (() => void)[]) => void;
  grouped: readonly (keyof T)[];
  /** Time that has passed; the process's own by default. */
  nowMs?: () => number;
}

/** Calls that wait in the port, so many at most. */
function waitingCalls(port: MessagePort, callsMax: number): Call[] {
  const calls: Call[] = [];
  while (calls.length < callsMax) {
    const next = receiveMessageOnPort(port);
    if (next === undefined) break;
    calls.push(next.message as Call);
  }
  return calls;
}

/** What comes of each call that was begun in time; null where the group was undone. */
function beginTogether<T extends object>(
  target: T,
  calls: readonly Call[],
  together: (calls: readonly (() => void)[]) => void,
  nowMs: () => number,
): Map<Call, Promise<unknown>> | null {
  const results = new Map<Call, Promise<unknown>>();
  const endMs = nowMs() + TOGETHER_MS;
  const beginInTime = (call: Call) => {
    if (results.size === 0 || nowMs() < endMs) results.set(call, begin(target, call));
  };
  try {
    together(calls.map(call => () => beginInTime(call)));
    return results;
  } catch {
    // Void, like what the calls did: each is begun again and tells by itself what is wrong.
    for (const result of results.values()) result.catch(() => undefined);
    return null;
  }
}

/** What comes of a call; what it throws is in the promise. */
async function begin<T extends object>(target: T, { method, args }: Call): Promise<unknown> {
  const called: unknown = Reflect.get(target, method);
  if (typeof called !== 'function') throw new Error(`there is no method ${method}`);
  return Reflect.apply(called, target, args);
}

async function answer(port: Endpoint, { id }: Call, outcome: Promise<unknown>): Promise<void> {
  try {
    port.postMessage({ id, result: await outcome } satisfies Answer);
  } catch (error) {
    port.postMessage({ id, failure: failureOf(error) } satisfies Answer);
  }
}

export interface Remote<T> {
  /** What is served at the other end. */
  proxy: T;
  /**
   * Rejects all calls in flight, and those to come until it is connected again, with the first reason that is given.
   * @param reason may reach whoever asked over the network
   * @param cause what the log says beside it
   */
  fail(reason: string, cause?: unknown): void;
  /** Calls go through this port from now on. The one before has failed. */
  connect(port: Endpoint): void;
}

/** Calls what is served at the other end of the port; without one, calls reject until it is connected. */
export function remote<T extends object & Callable<T>>(port?: Endpoint): Remote<T> {
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
  let current: Endpoint | null = null;
  let gone: { reason: string; cause?: unknown } = { reason: 'the thread has not started' };
  let lastId = 0;

  function unavailable(): AppError {
    return new AppError('store-unavailable', gone.reason, { cause: gone.cause });
  }

  function fail(reason: string, cause?: unknown): void {
    if (current === null) return;
    current = null;
    gone = { reason, cause };
    for (const { reject } of waiting.values()) reject(unavailable());
    waiting.clear();
  }

  function call(method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (current === null) throw unavailable();
      lastId += 1;
      current.postMessage({ id: lastId, method, args } satisfies Call);
      waiting.set(lastId, { resolve, reject });
    });
  }

  function connect(to: Endpoint): void {
    current = to;
    // Ids are never used again: an answer that arrives late finds nobody who waits for it.
    to.on('message', message => {
      const received = message as Answer;
      const caller = waiting.get(received.id);
      waiting.delete(received.id);
      if ('failure' in received) caller?.reject(errorOf(received.failure));
      else caller?.resolve(received.result);
    });
    to.on('close', () => {
      if (current === to) fail('the thread has ended');
    });
  }

  if (port !== undefined) connect(port);

  const methods = new Map<string, (...args: unknown[]) => Promise<unknown>>();
  const proxy = new Proxy(
    {},
    {
      get(_, name) {
        // A promise of the proxy must not take it for a promise itself.
        if (typeof name !== 'string' || name === 'then') return undefined;
        const known = methods.get(name);
        if (known !== undefined) return known;
        const method = (...args: unknown[]) => call(name, args);
        methods.set(name, method);
        return method;
      },
    },
  );
  return { proxy: proxy as T, fail, connect };
}

/** A remote object with methods of this side, which go before those of the other. */
export function withOwn<T extends object, Own extends object>(proxy: T, own: Own): Omit<T, keyof Own> & Own {
  const sideOf = (name: PropertyKey) => (Object.hasOwn(own, name) ? own : proxy);
  return new Proxy(own, { get: (_, name) => Reflect.get(sideOf(name), name) }) as Omit<T, keyof Own> & Own;
}

function failureOf(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, detail: error.message, errors: error.errors };
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: 'Error', message: String(error), stack: undefined };
}

function errorOf(failure: Failure): Error {
  if ('code' in failure) return new AppError(failure.code, failure.detail, { errors: failure.errors });
  const error = new Error(failure.message);
  error.name = failure.name;
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}
