/** The audit of the site: in pages, and all of it to take away. */
import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit.ts';
import { sendJson } from '../answer.ts';
import { EXAMPLES } from '../examples.ts';
import { ExportQuery, type ExportShape, writeExport } from '../export-stream.ts';
import { jsonAnswer, problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { AUDIT_COLUMNS, AuditEntryResponse, AuditQuery, auditCells, auditJson } from '../schemas/audit.ts';
import { pageOf } from '../schemas/common.ts';

const TAGS = ['Administration'];

function shapeOf(site: string): ExportShape<AuditEntry> {
  return {
    name: 'audit',
    columns: AUDIT_COLUMNS,
    cells: entry => auditCells(site, entry),
    json: entry => auditJson(site, entry),
  };
}

export function auditRoutes(context: ApiContext): Route[] {
  const { services } = context;
  return [
    {
      method: 'get',
      path: '/v1/audit',
      permission: 'administer',
      operation: {
        operationId: 'listAudit',
        summary: 'Who wrote what, when, from where, and how it ended; newest first',
        description:
          'Records posted, windows, retractions, judgements, keys, exports, backups and restores: an entry each, and for ' +
          'a request with records one with its counts. What answers before its end has an entry for its begin too. Entries ' +
          'older than BAYESWATCH_AUDIT_DAYS go, oldest first, after an entry `audit.purge` has told up to which number. A page ' +
          'may be short, even empty, and have a `nextCursor` all the same; only a page without one is the last.',
        tags: TAGS,
        requestParams: { query: AuditQuery },
        responses: {
          200: jsonAnswer('A page of entries.', pageOf(AuditEntryResponse), EXAMPLES.audit),
          ...problemAnswers(),
        },
      },
      async answer(request, response, { site }) {
        const { items, nextCursor } = await services.listAudit(site, parseQuery(AuditQuery, request.query));
        sendJson(response, 200, { items: items.map(entry => auditJson(site, entry)), nextCursor });
      },
    },
    {
      method: 'get',
      path: '/v1/audit/export',
      permission: 'administer',
      operation: {
        operationId: 'exportAudit',
        summary: 'The whole audit, oldest first',
        description:
          'Streams every entry of the site, to be kept elsewhere; the export is an entry itself. What is beyond the ' +
          'retention is not in it, and where entries go while it is read, it goes on at the first one left and ends with ' +
          'what tells of them. CSV is written as that of `GET /v1/tokens/export` is.',
        tags: TAGS,
        requestParams: { query: ExportQuery },
        responses: {
          200: {
            description: 'Every entry.',
            content: {
              'text/csv': { schema: z.string(), example: EXAMPLES.auditTable },
              'application/x-ndjson': { schema: AuditEntryResponse, example: EXAMPLES.auditEntry },
            },
          },
          ...problemAnswers(),
        },
      },
      async answer(request, response, caller) {
        const { format } = parseQuery(ExportQuery, request.query);
        const pages = services.exportAudit(caller);
        await writeExport(context, { request, response, caller, format }, shapeOf(caller.site), pages);
      },
    },
  ];
}
