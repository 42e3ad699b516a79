/** The policy of the site: what mistakes cost, how rare the bad is, and how long what is kept; and what it could gain. */
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { BODY_CODES, readManagementBody } from '../management-body.ts';
import { jsonAnswer, jsonContent, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import { ReadBack } from '../read-back.ts';
import type { ApiContext, Route } from '../route.ts';
import { NoQuery } from '../schemas/common.ts';
import {
  PolicyCurveResponse,
  PolicyRequest,
  PolicyResponse,
  policyCurveJson,
  policyJson,
} from '../schemas/policy.ts';
import { PruningQuery, PruningResponse, pruningJson } from '../schemas/pruning.ts';

const TAGS = ['Policy'];

export function policyRoutes(context: ApiContext): Route[] {
  const { services, logger } = context;
  const readBack = new ReadBack(context.load);
  return [
    {
      method: 'get',
      path: '/v1/policy',
      permission: 'read',
      operation: {
        operationId: 'getPolicy',
        summary: 'The policy in force, and who set it when',
        description:
          'By what the site judges and learns. Until it is set, the environment of the server says it (BAYESWATCH_COST_MISSED ' +
          'and others), and `set` is absent.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('The policy.', PolicyResponse, EXAMPLES.policySeen),
          ...problemAnswers(),
        },
      },
      async answer(request, response, { site }) {
        parseQuery(NoQuery, request.query);
        sendJson(response, 200, policyJson(await services.getPolicy(site)));
      },
    },
    {
      method: 'put',
      path: '/v1/policy',
      permission: 'administer',
      operation: {
        operationId: 'setPolicy',
        summary: 'Set the policy, all of it',
        description:
          'It is kept when this is answered, and the variables of the environment count for nothing in this site from then on. ' +
          'The process that answers goes by it at once, all others within ten seconds. Base rate, half-life and pruning make ' +
          'another model: scores change, and with them its id. With `after`, two admins who change it at once do not overwrite each other.',
        tags: TAGS,
        requestBody: { required: true, content: jsonContent(PolicyRequest, EXAMPLES.policy) },
        responses: {
          200: jsonAnswer('The policy in force.', PolicyResponse, EXAMPLES.policySeen),
          ...problemAnswers('policy-changed', ...BODY_CODES),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const body = await readManagementBody(context, caller, request, response, PolicyRequest);
        const { after, ...policy } = body;
        const inForce = await services.setPolicy(caller, policy, after);
        logger.info({ by: caller.keyId, number: inForce.set?.number }, 'the policy was set');
        sendJson(response, 200, policyJson(inForce));
      },
    },
    {
      method: 'get',
      path: '/v1/policy/curve',
      permission: 'read',
      operation: {
        operationId: 'getPolicyCurve',
        summary: 'What each threshold costs, by the records that have a class',
        description:
          'Detection, false-alarm rate, alarms a day and expected cost at each threshold, by the scores that records got ' +
          'when they came and the class that is in force for them now. It rests on at most 8,192 records of each class: of ' +
          'the newest marks and judgements first, then of what became good by time, those with the lowest hashes; and on the ' +
          'newest 16,384 records for alarms a day. A record that was stored with score=false is in none of them.',
        tags: TAGS,
        responses: {
          200: jsonAnswer('The curve.', PolicyCurveResponse, EXAMPLES.policyCurve),
          ...problemAnswers('overloaded'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        await readBack.answer(response, caller, async () =>
          policyCurveJson(await services.getPolicyCurve(caller.site)),
        );
      },
    },
    {
      method: 'get',
      path: '/v1/policy/pruning',
      permission: 'read',
      operation: {
        operationId: 'previewPruning',
        summary: 'What pruning would take from the model, before it does',
        description:
          'How many tokens, and how much memory, the model would keep and leave out with `pruneBelow` at this floor, field by field. ' +
          'Nothing is changed: setting the policy does that. Whatever bad episodes hold that are not half decayed stays.',
        tags: TAGS,
        requestParams: { query: PruningQuery },
        responses: {
          200: jsonAnswer('What stays and what goes.', PruningResponse, EXAMPLES.pruning),
          ...problemAnswers('overloaded', 'tokenizer-unknown'),
        },
      },
      async answer(request, response, caller) {
        const { below } = parseQuery(PruningQuery, request.query);
        await readBack.answer(response, caller, async () =>
          pruningJson(await services.previewPruning(caller.site, below)),
        );
      },
    },
  ];
}
