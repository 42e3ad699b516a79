/** Drift over HTTP: a week that is unlike what was learnt before is told by field, and in the metrics. */
import supertest from 'supertest';
import { expect, test } from 'vitest';
import { DAY_MS } from '../../src/domain/time.ts';
import { CALLER, ingest, NOON_MS, received } from '../world.ts';
import { type Api, checkDescribed, openApi } from './api-under-test.ts';

/** Queries of one type, an episode each, spread over some days. */
function queries(type: string, count: number, fromDay: number) {
  return received(
    'ecs',
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        '@timestamp': new Date(NOON_MS - (fromDay - (index % 5)) * DAY_MS + index * 300_000).toISOString(),
        source: { ip: '10.0.0.7' },
        dns: { question: { name: 'www.example.org', type } },
      }),
    ),
  );
}

interface FieldDrift {
  field: string;
  divergence: number;
  p: number;
  values: { token?: string; before: number; now: number }[];
}

async function driftOf(api: Api): Promise<{ from: string; to: string; fields: FieldDrift[] } | undefined> {
  const answer = await api.as('viewer').get('/v1/model').expect(200);
  checkDescribed(api, '/v1/model', answer);
  return answer.body.drift;
}

test('the week of the newest good day is told beside all that was learnt before, the furthest field first', async () => {
  const api = await openApi();
  const { world } = api;
  const store = (type: string, count: number, fromDay: number) =>
    ingest(world, queries(type, count, fromDay), { corpus: { label: 'good', name: 'good' } });
  await store('A', 60, 30);
  await world.jobs.idle();
  expect(await driftOf(api)).toBeUndefined();
  await store('A', 40, 5);
  await world.jobs.idle();
  const unmoved = await world.services.getDrift(CALLER.site);
  expect(unmoved?.fields.find(({ field }) => field === 'dns.question.type')).toMatchObject({
    divergence: 0,
    p: 1,
  });
  await store('TXT', 40, 5);
  await world.jobs.idle();
  const drift = await driftOf(api);
  expect(drift).toMatchObject({ from: '2026-01-08', to: '2026-01-14' });
  const furthest = drift?.fields[0];
  expect(furthest?.field).toBe('dns.question.type');
  expect(furthest?.values[0]).toMatchObject({ token: 'TXT', before: 0 });
  expect(furthest?.p).toBeLessThan(1e-6);

  const { text } = await supertest(api.app).get('/metrics');
  const line = text
    .split('\n')
    .find(each => each.startsWith('bayeswatch_drift_nats{field="dns.question.type"}'));
  expect(Number(line?.split(' ')[1])).toBe(furthest?.divergence);
  expect(await world.services.getDrift('nobody')).toBeNull();
  expect((await world.services.getDrift(CALLER.site))?.fields.length).toBeGreaterThanOrEqual(
    drift?.fields.length ?? 0,
  );
});
