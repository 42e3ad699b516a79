/**
 * The Express app: routes made from their rows, and one place where errors become answers. Nothing runs for every
 * request but the router; each route does what it needs.
 */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Services } from '../services/services.ts';
import { setHeaders } from './answer.ts';
import { authenticate } from './authenticate.ts';
import { type AddressOf, addressReader } from './client-address.ts';
import { serveDocs } from './docs-page.ts';
import type { RequestLimits } from './limits.ts';
import { answerEarly } from './linger.ts';
import { Load } from './load.ts';
import { logFailure } from './log-failure.ts';
import { Metrics } from './metrics.ts';
import { openApiOf } from './openapi.ts';
import { PROBLEMS, type SendFailure, sendProblem } from './problem.ts';
import { serveProblemPages } from './problem-pages.ts';
import type { RateLimit } from './rate-limit.ts';
import { onceClosed } from './response-closed.ts';
import type { ApiContext, Route } from './route.ts';
import { healthRoutes } from './routes/health.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { routesOf } from './routes.ts';
import { Underway } from './underway.ts';

export interface AppDependencies {
  services: Services;
  limits: RequestLimits;
  logger: Logger;
  clock: Clock;
  /** Version of the program. */
  version: string;
  metrics?: Metrics;
  load?: Load;
  /** Told of the handlers that run. */
  underway?: Underway;
  /** Whether GET /metrics asks for a key; false where only this machine can reach the server. */
  metricsNeedKey?: boolean;
  /** Where a request comes from, for the audit; the address of its connection unless told otherwise. */
  addressOf?: AddressOf;
  /** Absent where keys may send as many requests as they like. */
  rateLimit?: RateLimit | undefined;
  /** What is served: all of it, or what tells of the process itself alone. */
  part?: 'all' | 'health';
}

export function createApp(dependencies: AppDependencies): Express {
  const { metrics = new Metrics(), load = new Load(), metricsNeedKey = false, version } = dependencies;
  const { underway = new Underway(), addressOf = addressReader() } = dependencies;
  const context: ApiContext = { ...dependencies, metrics, load, metricsNeedKey, addressOf };
  metrics.watchServices(context.services, load);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.enable('case sensitive routing');
  const described = dependencies.part === 'health' ? healthRoutes(context) : routesOf(context);
  const routes = [...described, ...openApiRoutes(openApiOf(described, version))];
  for (const path of new Set(routes.map(route => route.path))) {
    serve(
      app,
      path,
      routes.filter(route => route.path === path),
      (route, request, response) => underway.run(() => runOrFail(context, route, request, response)),
    );
  }
  serveDocs(app);
  serveProblemPages(app);
  app.use((request: Request) => {
    throw new AppError('not-found', `there is nothing at ${request.path.slice(0, 256)}`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    fail(context.logger, error, request, response);
  });
  return app;
}

/** One path: its methods, OPTIONS, and 405 for the others. */
function serve(
  app: Express,
  path: string,
  rows: readonly Route[],
  answer: (route: Route, request: Request, response: Response) => Promise<void>,
): void {
  const expressPath = path.replaceAll('{', ':').replaceAll('}', '');
  for (const route of rows) {
    app[route.method](expressPath, (request, response) => answer(route, request, response));
  }
  const methods = rows.map(({ method }) => method.toUpperCase());
  const allow = [...(methods.includes('GET') ? ['HEAD'] : []), ...methods, 'OPTIONS'].sort().join(', ');
  app.all(expressPath, (request, response) => {
    setHeaders(response);
    response.setHeader('Allow', allow);
    if (request.method !== 'OPTIONS') throw new AppError('method-not-allowed', `this path takes ${allow}`);
    response.statusCode = 204;
    response.end();
  });
}

/** What a route does not tell in a form of its own is left to the app. */
async function runOrFail(
  context: ApiContext,
  route: Route,
  request: Request,
  response: Response,
): Promise<void> {
  try {
    await run(context, route, request, response);
  } catch (error) {
    if (route.sendFailure === undefined) throw error;
    fail(context.logger, error, request, response, route.sendFailure);
  }
}

async function run(context: ApiContext, route: Route, request: Request, response: Response): Promise<void> {
  const startedAtMs = performance.now();
  onceClosed(response, () => {
    // An answer that never went out is told by the number that stands for a client that left.
    const status = response.headersSent ? response.statusCode : PROBLEMS['client-gone'].status;
    context.metrics.countRequest(route.method, route.path, status, performance.now() - startedAtMs);
  });
  setHeaders(response);
  if (route.permission === null) return route.answer(request, response);
  const caller = await authenticate(context.services, request.headers, route.permission);
  context.metrics.addSite(caller.site);
  await context.rateLimit?.(request, response, caller.keyId);
  return route.answer(request, response, { ...caller, address: context.addressOf(request) });
}

function fail(
  logger: Logger,
  error: unknown,
  request: Request,
  response: Response,
  send: SendFailure = sendProblem,
): void {
  logFailure(logger, error, request, 'a request failed');
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  setHeaders(response);
  if (!request.complete) answerEarly(request, response);
  send(response, error, request.path);
}
