/** A route: one method of one path, with what it asks for and its description. The app and /openapi.json are made from the same rows. */
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Clock } from '../domain/clock.ts';
import type { Caller } from '../services/caller.ts';
import type { Services } from '../services/services.ts';
import type { Permission } from './authenticate.ts';
import type { AddressOf } from './client-address.ts';
import type { RequestLimits } from './limits.ts';
import type { Load } from './load.ts';
import type { Metrics } from './metrics.ts';
import type { SendFailure } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';

/** What the routes are made with. */
export interface ApiContext {
  services: Services;
  limits: RequestLimits;
  metrics: Metrics;
  load: Load;
  logger: Logger;
  clock: Clock;
  /** Whether GET /metrics asks for a key: where the server listens on more than the loopback address. */
  metricsNeedKey: boolean;
  addressOf: AddressOf;
  /** Absent where keys may send as many requests as they like. */
  rateLimit?: RateLimit | undefined;
}

interface RouteCommon {
  method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it, e.g. `/v1/windows/{id}`. */
  path: string;
  operation: ZodOpenApiOperationObject;
  /** How a failure is told: as a problem, where the route's clients know no other form. */
  sendFailure?: SendFailure;
}

interface OpenRoute extends RouteCommon {
  permission: null;
  answer(request: Request, response: Response): Promise<void> | void;
}

interface KeyedRoute extends RouteCommon {
  permission: Permission;
  answer(request: Request, response: Response, caller: Caller): Promise<void>;
}

export type Route = OpenRoute | KeyedRoute;
