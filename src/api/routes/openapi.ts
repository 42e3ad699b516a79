/** GET /openapi.json: the document that describes all the other routes. */
import { sendText } from '../answer.ts';
import { JSON_MEDIA_TYPE } from '../media-type.ts';
import type { Route } from '../route.ts';

export function openApiRoutes(document: object): Route[] {
  const text = JSON.stringify(document);
  return [
    {
      method: 'get',
      path: '/openapi.json',
      permission: null,
      operation: { responses: { 200: { description: 'This document.' } } },
      answer(_request, response) {
        sendText(response, 200, JSON_MEDIA_TYPE, text);
      },
    },
  ];
}
