/**
 * What watches over the watch: alive, ready, metrics. The first two are open, for load balancers have no keys; metrics
 * are open where only this machine can ask (a loopback address), else they take a key that may read.
 */
import { z } from 'zod';
import { sendJson, sendText } from '../answer.ts';
import { authenticate } from '../authenticate.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import type { ApiContext, Route } from '../route.ts';
import { HealthResponse, ReadinessResponse } from '../schemas/health.ts';

const TAGS = ['Running it'];

export function healthRoutes({ services, metrics, metricsNeedKey }: ApiContext): Route[] {
  return [
    {
      method: 'get',
      path: '/healthz',
      permission: null,
      operation: {
        summary: 'The process is alive',
        tags: TAGS,
        responses: { 200: jsonAnswer('It is.', HealthResponse) },
      },
      answer(_request, response) {
        sendJson(response, 200, { status: 'alive' });
      },
    },
    {
      method: 'get',
      path: '/readyz',
      permission: null,
      operation: {
        summary: 'The model is loaded and the store answers',
        tags: TAGS,
        responses: {
          200: jsonAnswer('Ready.', ReadinessResponse),
          503: jsonAnswer('Not ready; `parts` says why.', ReadinessResponse),
        },
      },
      async answer(_request, response) {
        const { ready, parts } = await services.readiness();
        sendJson(response, ready ? 200 : 503, { ready, parts });
      },
    },
    {
      method: 'get',
      path: '/metrics',
      permission: null,
      operation: {
        summary: 'Metrics for Prometheus',
        description: 'Open on a loopback address; on others it takes a key that may read.',
        tags: TAGS,
        responses: {
          200: { description: 'Text exposition format.', content: { 'text/plain': { schema: z.string() } } },
          ...problemAnswers(),
        },
      },
      async answer(request, response) {
        if (metricsNeedKey) await authenticate(services, request.headers, 'read');
        sendText(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
      },
    },
  ];
}
