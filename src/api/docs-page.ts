/**
 * GET /docs, where / leads a browser: swagger-ui from the package over /openapi.json, under a policy that runs nothing but its
 * own files.
 */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import helmet from 'helmet';
import { sendText } from './answer.ts';

const UI_FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The files that the page needs, out of some thirty, and their types. */
const UI_FILES = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
] as const;
const UI_MAX_AGE_SECONDS = 86_400;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bayeswatch API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START_SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  validatorUrl: null,
});
`;

const securePage = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      // swagger-ui's stylesheet has its icons in it.
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // The server speaks plain HTTP behind whatever ends TLS; that one knows whether to send HSTS.
  strictTransportSecurity: false,
});

/** Whoever opens the address that `npm start` prints is a person with a browser. */
export function leadToDocs(response: ServerResponse): void {
  response.setHeader('Location', '/docs');
  sendText(response, 302, 'text/plain; charset=utf-8', '/docs\n');
}

export function serveDocs(app: Express): void {
  // Where no route has taken it.
  app.get('/', securePage, (_request, response) => leadToDocs(response));
  app.get('/docs', securePage, (_request, response) => {
    sendText(response, 200, 'text/html; charset=utf-8', PAGE);
  });
  app.get('/docs/start.js', securePage, (_request, response) => {
    sendText(response, 200, 'text/javascript; charset=utf-8', START_SCRIPT);
  });
  // From memory: a file that is sent to a client which does not read stays open as long as it likes.
  for (const [file, mediaType] of UI_FILES) {
    const bytes = readFileSync(join(UI_FOLDER, file));
    app.get(`/docs/${file}`, securePage, (_request, response) => {
      response.setHeader('Content-Type', mediaType);
      response.setHeader('Content-Length', bytes.length);
      response.setHeader('Cache-Control', `public, max-age=${UI_MAX_AGE_SECONDS}`);
      response.end(bytes);
    });
  }
}
