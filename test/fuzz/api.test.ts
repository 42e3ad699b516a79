/** Whatever is asked of any operation, the answer is one that the served document describes, and the server lives on. */
import { expect, it } from 'vitest';
import { FORMAT_NAMES } from '../../src/ingest/formats.ts';
import { heapBytes } from '../heap-bytes.ts';
import { CALLER, NOON_MS } from '../world.ts';
import { CAMPAIGN_TIMEOUT_MS, campaign } from './campaign.ts';
import { type Description, describedBy } from './described.ts';
import { type FuzzedApp, openFuzzedApp } from './fuzzed-app.ts';
import { realFiles } from './real-lines.ts';
import { type FuzzRequest, requests, type Stock } from './requests.ts';
import { faultOf } from './verdict.ts';

/** Runs after which caches are full and code is compiled; what grows from there on grows with what is sent. */
const WARM_RUNS = 200;
/** What models, caches and the list of keys may take; a leak of every request's body is more within a minute. */
const HEAP_GROWTH_BYTES_MAX = 128 * 2 ** 20;

const SHOWN_BYTES = 600;
const shown = ({ method, target, headers, body }: FuzzRequest) =>
  `${method} ${target} ${JSON.stringify(headers)} ${JSON.stringify(body?.toString('latin1').slice(0, SHOWN_BYTES))}`;

/** A site with some of everything, and ids that requests may name. The keys that requests use are not among them. */
async function stockOf({ api, exchange }: FuzzedApp, lines: readonly Buffer[]): Promise<Stock> {
  const authorizations = Object.values(api.keys).map(key => `Bearer ${key}`);
  const { services } = api.world;
  const { text } = await exchange.send({
    method: 'POST',
    target: '/v1/records',
    headers: { Authorization: `Bearer ${api.keys.admin}`, 'Content-Type': 'text/plain' },
    body: Buffer.concat(lines.slice(0, 20).flatMap(line => [line, Buffer.from('\n')])),
  });
  const records = [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id);
  const window = await services.markWindow(CALLER, {
    label: 'bad',
    fromMs: NOON_MS - 3_600_000,
    toMs: NOON_MS,
    where: {},

    note: '',
  });
  const spare = await Promise.all(['a', 'b', 'c'].map(name => services.createKey(CALLER, 'viewer', name)));
  return {
    // The admin may do all, so most is asked with that key.
    authorizations: [...authorizations, ...Array<string>(4).fill(`Bearer ${api.keys.admin}`)],
    ids: [...records.slice(0, 5), window.id, ...spare.map(({ key }) => key.id)],
    lines,
    formats: FORMAT_NAMES,
  };
}

async function documentOf({ exchange }: FuzzedApp): Promise<Description> {
  const { text } = await exchange.send({ method: 'GET', target: '/openapi.json', headers: {}, body: null });
  return describedBy(JSON.parse(text));
}

it(
  'answers every request as described, and lives on',
  async () => {
    const app = await openFuzzedApp();
    const described = await documentOf(app);
    const lines = realFiles().flatMap(file => file.lines.slice(0, 8));
    const stock = await stockOf(app, lines);
    let runs = 0;
    let warmBytes = 0;
    const seen = new Set<string>();
    await campaign('requests', requests(described, stock), async request => {
      const answer = await app.exchange.send(request).catch(error => {
        throw new Error(`no answer (${error}) to ${shown(request)}`);
      });
      // First, for the log says why.
      app.checkLog();
      const fault = faultOf(described, request, answer);
      if (fault !== null) throw new Error(`${fault}: ${shown(request)} → ${answer.text.slice(0, 1_000)}`);
      seen.add(`${request.method} ${request.described} ${answer.status}`);
      await app.checkAlive();
      runs += 1;
      if (runs === WARM_RUNS) warmBytes = heapBytes();
    });
    if (runs > WARM_RUNS) {
      const grownBytes = heapBytes() - warmBytes;
      console.info(`requests: the heap grew by ${Math.round(grownBytes / 2 ** 20)} MiB`);
      expect(grownBytes).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    }
    // A fuzzer whose every request is refused finds nothing: most operations are met with success.
    const met = described.operations.filter(({ method, path, answers }) =>
      [...answers.keys()].some(status => status < 300 && seen.has(`${method} ${path} ${status}`)),
    );
    if (runs > WARM_RUNS) expect(met.length).toBeGreaterThan(described.operations.length / 2);
    await app.checkState();
  },
  CAMPAIGN_TIMEOUT_MS,
);
