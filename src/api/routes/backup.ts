/** POST /v1/backup: the whole installation as one file. */
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { problemAnswers } from '../operation.ts';
import { parseQuery } from '../parse.ts';
import type { ApiContext, Route } from '../route.ts';
import { NoQuery } from '../schemas/common.ts';

export function backupRoutes({ services }: ApiContext): Route[] {
  return [
    {
      method: 'post',
      path: '/v1/backup',
      permission: 'administer',
      operation: {
        operationId: 'makeBackup',
        summary: 'A backup of the whole installation, made while it is in use',
        description:
          'A tar archive of `manifest.json` (version, sites, their model ids and counts, SHA-256) and `bayeswatch.sqlite`; ' +
          '`bayeswatch restore` takes it. It holds every site and the secret that keys are proved with, so it is given only ' +
          'where the site of the key is the only one.',
        tags: ['Administration'],
        responses: {
          200: { description: 'The archive.', content: { 'application/x-tar': { schema: z.string() } } },
          ...problemAnswers('backup-unavailable'),
        },
      },
      async answer(request, response, caller) {
        parseQuery(NoQuery, request.query);
        const backup = await withoutTimeout(request.socket, () => services.makeBackup(caller));
        try {
          response.statusCode = 200;
          response.setHeader('Content-Type', 'application/x-tar');
          response.setHeader('Content-Length', backup.bytes);
          response.setHeader('Content-Disposition', `attachment; filename="${backup.name}"`);
          await pipeline(Readable.from(backup.chunks()), response);
        } finally {
          await backup.dispose();
        }
      },
    },
  ];
}

/**
 * Copying takes as long as the store is large, and nothing is sent meanwhile. A client that does not read what is sent
 * then is cut as any other: it would hold the copy, and nobody else could make one.
 */
async function withoutTimeout<T>(socket: Socket, work: () => Promise<T>): Promise<T> {
  const idleMs = socket.timeout ?? 0;
  socket.setTimeout(0);
  return work().finally(() => socket.setTimeout(idleMs));
}
