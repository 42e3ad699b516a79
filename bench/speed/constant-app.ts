/**
 * What a server in Express costs that has nothing to do: it reads a JSON body and answers a constant, as long as an
 * answer of ours. Run as a process of its own; it prints its address.
 */
import type { AddressInfo } from 'node:net';
import express from 'express';

const ANSWER = {
  id: '482136.0123456789abcdef0123456789abcdef',
  kind: 'dns',
  score: 0.0010004321234567,
  verdict: 'unsure',
  interval: [0, 1],
  model: '0123456789abcdef0123456789abcdef',
};

/** As ours: a connection that is closed while a request is on its way would end the run. */
const KEEP_ALIVE_MS = 65_000;

const app = express();
app.use(express.json());
app.post('/v1/score', (_request, response) => {
  response.json(ANSWER);
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`answers at http://127.0.0.1:${port}\n`);
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
