/** How learning fares: for the administrator who wonders why nothing is learnt, and has mended the reason. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { NoQuery } from '../schemas/common.ts';
import { LearningResponse, LearningWokenResponse, learningJson } from '../schemas/learning.ts';

const TAGS = ['Running it'];

export function learningRoutes({ services, logger }: ApiContext): Route[] {
  return [
    {
      method: 'get',
      path: '/v1/learning',
      permission: 'administer',
      operation: {
        operationId: 'getLearning',
        summary: 'How the learning of the site fares',
        description:
          'Whether it runs, waits or has nothing to do; and where it fails, why, since how many runs and when last. A run ' +
          'that failed is tried again by itself, later and later, and every minute at the latest.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('What goes on.', LearningResponse, EXAMPLES.learning),
          ...problemAnswers('queue-unavailable'),
        },
      },
      async answer(request, response, { site }) {
        parseQuery(NoQuery, request.query);
        sendJson(response, 200, learningJson(await services.getLearning(site)));
      },
    },
    {
      method: 'post',
      path: '/v1/learning',
      permission: 'administer',
      operation: {
        operationId: 'runLearning',
        summary: 'Learn what waits now, and do not wait for the next try',
        description: 'For when the reason of a failure is gone. Nothing is learnt twice by it.',
        tags: TAGS,
        responses: {
          202: jsonAnswer('It is woken.', LearningWokenResponse, { woken: true }),
          ...problemAnswers('queue-unavailable'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        await services.runLearning(caller);
        logger.info({ by: caller.keyId }, 'learning was woken');
        sendJson(response, 202, { woken: true });
      },
    },
  ];
}
