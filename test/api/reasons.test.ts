/** Reasons over HTTP: they sum to the logit, tell what undoes them, and of a stored record what taught them. */
import { expect, test } from 'vitest';
import { type Api, checkDescribed, dnsLine, linesOf, openApi } from './api-under-test.ts';

interface Reason {
  group: string;
  field: string;
  token: string;
  contribution: number;
  good: number;
  bad: number;
  undoneBy?: number | null;
  windows?: { id: string; label: string; episodes: number; shared?: true }[];
}

async function taught(): Promise<Api> {
  const api = await openApi();
  for (const [label, name] of [
    ['bad', 'x7f3.evil.test'],
    ['good', 'www.example.org'],
  ] as const) {
    await api
      .as('admin')
      .post(`/v1/records?label=${label}&window=the-${label}`)
      .type('application/x-ndjson')
      .send(dnsLine(name))
      .expect(200);
  }
  await api.world.jobs.idle();
  return api;
}

test('a stored record tells the windows that taught its tokens, and how many good sightings undo them', async () => {
  const api = await taught();
  const stored = await api
    .as('admin')
    .post('/v1/records')
    .type('application/x-ndjson')
    .send(dnsLine('x7f3.evil.test', { event: { id: 'another' } }))
    .expect(200);
  const [line] = linesOf(stored.text);
  const answer = await api.as('viewer').get(`/v1/records/${line?.['id']}?explain=40`);
  checkDescribed(api, '/v1/records/{id}', answer);
  const { score, reasons }: { score: number; reasons: Reason[] } = answer.body.now;
  const sum = reasons.reduce((total, { contribution }) => total + contribution, 0);
  expect(Math.abs(sum - Math.log(score / (1 - score)))).toBeLessThan(1e-9);

  const windows = (await api.as('viewer').get('/v1/windows')).body.items;
  const { id } = windows.find((window: { label: string }) => window.label === 'bad');
  const counted = reasons.filter(({ field, bad, good }) => field !== '' && bad > 0 && good === 0);
  expect(counted.length).toBeGreaterThan(0);
  for (const reason of counted.slice(0, 8)) {
    expect(reason.windows).toEqual([{ id, label: 'bad', episodes: 1 }]);
  }
  // One bad episode holds them all: good sightings make such a token weigh less and less, and never nothing.
  expect(counted.some(({ undoneBy }) => undoneBy === null)).toBe(true);
  for (const { field, undoneBy, windows: told } of reasons.slice(-3)) {
    expect([field, told, undoneBy]).toEqual(['', undefined, undefined]);
  }
  expect(answer.body.olderWindows).toBeUndefined();
});

test('a posted record tells what undoes its reasons, and not what taught them', async () => {
  const api = await taught();
  const answer = await api
    .as('ingest')
    .post('/v1/score?explain=40')
    .send(JSON.parse(dnsLine('x7f3.evil.test')));
  checkDescribed(api, '/v1/score', answer);
  const reasons: Reason[] = answer.body.reasons;
  expect(reasons.some(({ undoneBy }) => undoneBy === null)).toBe(true);
  for (const { contribution, undoneBy, field } of reasons) {
    if (contribution <= 0 && field !== '') expect(undoneBy).toBe(0);
  }
  expect(reasons.every(({ windows }) => windows === undefined)).toBe(true);
});
