/** A site before its first mark and after it, over HTTP: what its scores are calibrated by, and that they are no verdicts yet. */
import { expect, it } from 'vitest';
import { checkDescribed, dnsLine, openApi } from './api-under-test.ts';

const GOOD = Array.from({ length: 240 }, (_, index) =>
  JSON.stringify({
    '@timestamp': new Date(Date.UTC(2026, 0, 15) + index * 60_000).toISOString(),
    source: { ip: `10.0.0.${index % 12}` },
    dns: { question: { name: `${['mail', 'news', 'shop'][index % 3]}.site${index % 7}.example`, type: 'A' } },
  }),
);

it('goes by the good alone until two incidents tell enough', async () => {
  const api = await openApi();
  const learn = async (label: string, lines: readonly string[]) => {
    const path = `/v1/records?label=${label}&window=the-${label}`;
    await api.as('admin').post(path).type('application/x-ndjson').send(lines.join('\n')).expect(200);
    await api.world.jobs.idle();
    await api.world.settled();
  };
  const calibration = async () => {
    const model = await api.as('viewer').get('/v1/model');
    checkDescribed(api, '/v1/model', model);
    return model.body.calibration;
  };
  expect(await calibration()).toBeNull();
  await learn('good', GOOD);
  expect(await calibration()).toMatchObject({
    ...{ method: 'conformal', badEpisodes: 0, independentBadEpisodes: 0, incidents: 0 },
    goodEpisodes: GOOD.length,
    independentGoodEpisodes: expect.any(Number),
  });

  const asked = [GOOD[0] ?? '', dnsLine('x7f3k9q2w8zq81mx0v.p0o9i8u7.test')].join('\n');
  const scored = await api.as('viewer').post('/v1/score').type('application/x-ndjson').send(asked);
  const [usual, strange] = scored.text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  for (const { verdict, interval } of [usual, strange]) {
    expect({ verdict, interval }).toEqual({ verdict: 'unsure', interval: [0, 1] });
  }
  expect(usual.score).toBeLessThan(0.001);
  expect(strange.score).toBeGreaterThan(10 * usual.score);

  await learn('bad', [dnsLine('evil.test')]);
  expect(await calibration()).toMatchObject({ method: 'conformal', badEpisodes: 1, incidents: 1 });
});
