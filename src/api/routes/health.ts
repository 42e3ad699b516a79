/**
 * What watches over the watch: alive, ready, metrics. The first two are open, for load balancers have no keys; metrics
 * are open where only this machine can ask (a loopback address), else they take a key that may read.
 */
import { z } from 'zod';
import { sendJson, sendText } from '../answer.ts';
import { authenticate } from '../authenticate.ts';
import { EXAMPLES } from '../examples.ts';
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
        operationId: 'getHealth',
        summary: 'The process is alive',
        description: 'Answers as long as the process does, for whoever starts it again. It takes no key.',
        tags: TAGS,
        responses: { 200: jsonAnswer('It is.', HealthResponse, EXAMPLES.alive) },
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
        operationId: 'getReadiness',
        summary: 'The model is loaded and the store answers',
        description:
          'For load balancers: whether requests can be answered, and which part is in trouble. It takes no key.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('Ready.', ReadinessResponse, EXAMPLES.ready),
          503: jsonAnswer('Not ready; `parts` says why.', ReadinessResponse, EXAMPLES.notReady),
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
        operationId: 'getMetrics',
        summary: 'Metrics for Prometheus',
        description:
          'Counters and gauges of requests, records, learning, fits and threads. Open on a loopback address; on others it takes a key that may read.',
        tags: TAGS,
        responses: {
          200: {
            description: 'Text exposition format.',
            content: { 'text/plain': { schema: z.string(), example: EXAMPLES.metrics } },
          },
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
